/** @file A result that is not a picture: shown as text if it is text, and downloadable as a file. */

import { api } from '../api.js';
import { html } from '../base.js';
import { icon } from '../icons.js';
import { t } from '../i18n.js';
import { keep } from '../elements/download.js';
import { session } from '../session.js';
import { keepAll } from './bench-actions.js';

/** @import { Item, SetFile } from '../types.js' */

/** The bytes of a file in JSON. @typedef {{content: string, ending: string}} Binary */

/** @param {any} data @returns {data is Binary} */
const isBinary = (data) => typeof data?.content === 'string' && typeof data.ending === 'string';

/** The file content, and its text if it is text. @param {unknown} data @returns {{content: BlobPart, text: string | null}} */
function fileOf(data) {
  if (!isBinary(data)) {
    const text = typeof data === 'string' ? data : JSON.stringify(data, null, 2);
    return { content: text, text };
  }
  // The server writes URL-safe base64, which atob does not read.
  const letters = atob(data.content.replaceAll('-', '+').replaceAll('_', '/'));
  const content = Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
  try {
    // Zero bytes are valid UTF-8, but do not occur in text.
    return { content, text: content.includes(0) ? null : new TextDecoder('utf-8', { fatal: true }).decode(content) };
  } catch {
    return { content, text: null };
  }
}

/** @param {any} data @returns {data is {files: SetFile[]}} */
const isFileSet = (data) => Array.isArray(data?.files) && data.files.every((/** @type {any} */ file) => typeof file?.name === 'string');

/** A result of several files: its pictures side by side. @param {SetFile[]} files */
function filesPane(files) {
  const pictures = files.flatMap(({ name, picture }) => (picture ? [{ name, picture }] : []));
  return html`<div class="data-pane files-pane" role="group" aria-label=${t('result')}>
    <ul class="files" tabindex="0" aria-label=${t('files_count', { n: files.length })}>${files.map(({ name, picture, data }) => html`<li>${picture
      ? html`<a href=${api.fileUrl(picture.id, name)} download=${name} title=${name}><img src=${api.thumbnailUrl(picture.id, 128)} alt=${name} loading="lazy"></a>`
      : html`<button class="quiet" @click=${() => keep(new Blob([fileOf(data).content]), name)}>${icon('download')}${name}</button>`}</li>`)}</ul>
    <span class="row wrap">
      <button @click=${() => session.add(pictures.map(({ name, picture }) => ({ ...picture, name })))}>${icon('plus')}<span>${t('add_all')}</span></button>
      <button class="primary" @click=${() => void keepAll(pictures.map(({ name, picture }) => ({ picture: picture.id, name })))}>${icon('archive')}<span>${t('download_all')}</span></button>
    </span></div>`;
}

/** @param {Item} item */
export function dataPane({ data, asked }) {
  if (isFileSet(data)) return filesPane(data.files);
  const { content, text } = fileOf(data);
  const file = asked?.name ?? 'result.json';
  const shown = html`${t('result')} <span class="muted">${file}</span>`;
  return html`<div class="data-pane" role="group" aria-label=${t('result')}>
    ${text === null ? html`<p>${shown}</p>` : html`<details><summary>${shown}</summary><pre class="data" tabindex="0" aria-label=${file}>${text}</pre></details>`}
    <button @click=${() => keep(new Blob([content]), file)}>${icon('download')}<span>${t('download')}</span></button></div>`;
}
