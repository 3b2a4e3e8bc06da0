/** @file The names that a text may have, offered while it is written; paths may follow some of them. */

import { html, keyed } from '../base.js';

/** For the attribute `list` of an input, which without one is a plain field. @param {string} id @param {import('../types.js').Port} port */
export function nameList(id, port) {
  const names = [...(port.choices ?? []), ...port.prefixes];
  if (!names.length) return { list: null, names: '' };
  return { list: id, names: html`<datalist id=${id}>${names.map((name) => keyed(name, html`<option value=${name}></option>`))}</datalist>` };
}
