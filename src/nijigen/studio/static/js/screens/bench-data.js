/** @file A result that is no picture: shown as text where it is one, and saved as the file it is. */

import { html } from '../base.js';
import { icon } from '../icons.js';
import { t } from '../i18n.js';
import { keep } from '../elements/download.js';

/** @import { Item } from '../types.js' */

/** The bytes of a file, as JSON carries them. @typedef {{content: string, ending: string}} Binary */

/** @param {any} data @returns {data is Binary} */
const isBinary = (data) => typeof data?.content === 'string' && typeof data.ending === 'string';

/** A file as it is saved, and as text where it is one. @param {unknown} data @returns {{content: BlobPart, text: string | null}} */
function fileOf(data) {
  if (!isBinary(data)) {
    const text = typeof data === 'string' ? data : JSON.stringify(data, null, 2);
    return { content: text, text };
  }
  // Base64 as the server writes it has - and _, which a browser does not read.
  const letters = atob(data.content.replaceAll('-', '+').replaceAll('_', '/'));
  const content = Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
  try {
    // Zeros are text to UTF-8, but in no text.
    return { content, text: content.includes(0) ? null : new TextDecoder('utf-8', { fatal: true }).decode(content) };
  } catch {
    return { content, text: null };
  }
}

/** @param {Item} item */
export function dataPane({ data, asked }) {
  const { content, text } = fileOf(data);
  const file = asked?.name ?? 'result.json';
  const shown = html`${t('result')} <span class="muted">${file}</span>`;
  return html`<div class="data-pane" role="group" aria-label=${t('result')}>
    ${text === null ? html`<p>${shown}</p>` : html`<details><summary>${shown}</summary><pre class="data" tabindex="0" aria-label=${file}>${text}</pre></details>`}
    <button @click=${() => keep(new Blob([content]), file)}>${icon('download')}<span>${t('download')}</span></button></div>`;
}
