/** @file The names that a text may have, offered while it is written; paths may follow some of them. */

import { html, keyed } from '../base.js';

/** @import { Port } from '../types.js' */

const namesOf = (/** @type {Port} */ port) => [...(port.choices ?? []), ...port.prefixes];

/** For the attribute `list` of an input, which without one is a plain field. @param {string} id @param {Port} port */
export const listOf = (id, port) => (namesOf(port).length ? id : null);

/** @param {string} id @param {Port} port */
export const nameList = (id, port) => (listOf(id, port) ? html`<datalist id=${id}>${namesOf(port).map((name) => keyed(name, html`<option value=${name}></option>`))}</datalist>` : '');
