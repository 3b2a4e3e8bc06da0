/** @file Picture import: dropped, picked or pasted, single files or whole folders. */

import { Base, html } from '../base.js';
import { operations } from '../catalogue.js';
import { icon } from '../icons.js';
import { t } from '../i18n.js';
import { intake } from '../intake.js';

/** What a file dialog offers. Browsers know no media types of many formats, so their extensions are listed too. */
export const acceptedPictures = () => ['image/*', ...operations.all.extensions].join();

/** Lets its user choose pictures. @param {(files: File[]) => void} take @param {boolean} [multiple] */
export function pickPictures(take, multiple = false) {
  const input = document.createElement('input');
  Object.assign(input, { type: 'file', multiple, accept: acceptedPictures() });
  input.onchange = () => take([...(input.files ?? [])]);
  input.click();
}

/** Lets its user choose more pictures. */
export const addPictures = () => pickPictures((files) => void intake.take(files), true);

/** @param {File} file */
const isPicture = (file) => file.type.startsWith('image/') || operations.all.extensions.some((extension) => file.name.toLowerCase().endsWith(extension));

/** @param {FileSystemEntry} entry @returns {Promise<File[]>} */
async function filesBelow(entry) {
  if (entry.isFile) {
    return new Promise((resolve) => /** @type {FileSystemFileEntry} */ (entry).file((file) => resolve([file]), () => resolve([])));
  }
  const reader = /** @type {FileSystemDirectoryEntry} */ (entry).createReader();
  /** @type {File[]} */
  const files = [];
  // A directory reader returns entries in chunks, and an empty one at the end.
  for (;;) {
    /** @type {FileSystemEntry[]} */
    const piece = await new Promise((resolve) => reader.readEntries(resolve, () => resolve([])));
    if (!piece.length) return files;
    for (const part of piece) files.push(...(await filesBelow(part)).filter(isPicture));
  }
}

/** The files of a drop or a paste; from folders, only the pictures. @param {DataTransfer} data @returns {Promise<File[]>} */
export async function filesOf(data) {
  const entries = [...data.items].filter((item) => item.kind === 'file').map((item) => item.webkitGetAsEntry?.() ?? item.getAsFile());
  const lists = entries.map((entry) => (entry instanceof File ? [entry] : entry ? filesBelow(entry) : []));
  return (await Promise.all(lists)).flat().sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }));
}

/** Emits `files`. */
export class Drop extends Base {
  /** A compact variant for little space. */
  compact = false;

  connected() { this.leaving(operations.subscribe(() => this.changed())); }

  /** @param {Event} event */
  #picked = (event) => {
    const input = /** @type {HTMLInputElement} */ (event.target);
    const files = [...(input.files ?? [])];
    if (files.length) this.emit('files', input.webkitdirectory ? files.filter(isPicture) : files);
    input.value = '';
  };

  render() {
    const pick = (/** @type {string} */ selector) => () => this.one(selector).dispatchEvent(new MouseEvent('click'));
    return html`<div class=${`drop ${this.compact ? 'compact' : ''}`}>
      <div class="drop-art">${icon('picture')}</div>
      <p class="drop-title">${t('drop_title')}</p>
      <p class="muted drop-hint">${t('drop_hint')}</p>
      <div class="row center">
        <button class="primary" @click=${pick('.files')}>${icon('plus')}${t('pick_pictures')}</button>
        <button @click=${pick('.folder')}>${icon('folder')}${t('pick_folder')}</button>
      </div>
      <input class="files" type="file" hidden multiple accept=${acceptedPictures()} aria-label=${t('pick_pictures')} @change=${this.#picked}>
      <input class="folder" type="file" hidden multiple ?webkitdirectory=${true} aria-label=${t('pick_folder')} @change=${this.#picked}>
    </div>`;
  }
}
customElements.define('nj-drop', Drop);
