/** @file A result that is not a picture, shown as what it is: swatches, a table, text, files or folded JSON. */

import { api } from '../../api.js';
import { html } from '../../base.js';
import { operations } from '../../catalogue.js';
import { colorsIn, paletteView } from '../../elements/data/palette.js';
import { tableView } from '../../elements/data/table.js';
import '../../elements/data/tree.js';
import { icon } from '../../icons.js';
import { t } from '../../i18n.js';
import { keep } from '../../elements/download.js';
import { attempt } from '../../elements/toast.js';
import { session } from '../../session.js';
import { copyText, keepAll } from './actions.js';

/** @import { Item, SetFile } from '../../types.js' */

/** A result that is no picture. @typedef {Pick<Item, 'id' | 'name' | 'data' | 'asked'>} Told */

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

const copy = (/** @type {string} */ text) => void copyText(text, t('copied', { text: text.includes('\n') ? `${text.split('\n')[0]} …` : text }));

/** Opens the coloring desk with the colors as a palette. @param {Told} item @param {{hex: string}[]} colors */
const toDesk = (item, colors) => void attempt(async () => {
  const { palettes } = await import('../desk/palettes.js');
  palettes.keep(item.id, item.name, colors.map(({ hex }) => hex));
  location.hash = '#/desk';
});

/** @param {Told} item */
export function dataPane(item) {
  const { data, asked } = item;
  if (isFileSet(data)) return filesPane(data.files);
  const { content, text } = fileOf(data);
  const file = asked?.name ?? 'result.json';
  const colors = colorsIn(data);
  const table = !colors && !isBinary(data) && tableView(data);
  const raw = isBinary(data) || typeof data !== 'object'
    ? html`<details ?open=${true}><summary>${t('text')}</summary><pre class="data" tabindex="0" aria-label=${file}>${text}</pre></details>`
    : html`<nj-tree .name=${'JSON'} .value=${data} .open=${!colors && !table}></nj-tree>`;
  const copied = colors ? colors.map(({ hex }) => hex).join('\n') : text;
  return html`<div class="data-pane" role="group" aria-label=${t('result')}>
    <div class="row wrap data-head"><span class="grow cut"><b>${t('result')}</b> <span class="muted">${file}</span></span>
      ${colors && operations.get('color.paint') ? html`<button class="quiet" @click=${() => toDesk(item, colors)}>${icon('fill')}<span>${t('palette_to_desk')}</span></button>` : ''}
      ${copied === null ? '' : html`<button class="quiet" @click=${() => copy(copied)}>${icon('copy')}<span>${t(colors ? 'copy_all' : 'copy')}</span></button>`}
      <button @click=${() => keep(new Blob([content]), file)}>${icon('download')}<span>${t('download')}</span></button></div>
    <div class="data-body" tabindex="0" role="group" aria-label=${file}>
      ${colors ? paletteView(colors, copy) : table || ''}
      ${text === null ? '' : raw}
    </div></div>`;
}
