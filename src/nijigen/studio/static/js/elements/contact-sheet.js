/** @file A contact sheet: crops side by side. */

import { Base, html, keyed } from '../base.js';
import { t } from '../i18n.js';
import { cutout } from './editors/faces.js';

/** @import { Box } from '../types.js' */

/** A picture with all crops of another one. @typedef {{id: string, name: string, url: string, width: number, height: number, count: number}} Sheet */

/** The boxes of the crops: row by row in equal cells, as laid out by `faces.crop`. @param {number} count @param {number} width @param {number} height @returns {Box[]} */
function cells(count, width, height) {
  const columns = Math.ceil(Math.sqrt(count));
  const [across, down] = [width / columns, height / Math.ceil(count / columns)];
  return Array.from({ length: count }, (_, at) => {
    const [x, y] = [(at % columns) * across, Math.floor(at / columns) * down];
    return [x, y, x + across, y + down];
  });
}

const LOOK = 1024;

/** The same, without the empty space around crops that are smaller than their cell. @param {string} url @param {Box[]} boxes @param {number} width @param {number} height @returns {Promise<Box[]>} */
async function trimmed(url, boxes, width, height) {
  const image = new Image();
  image.src = url;
  await image.decode();
  const scale = Math.min(1, LOOK / Math.max(width, height));
  const canvas = Object.assign(document.createElement('canvas'), { width: Math.ceil(width * scale), height: Math.ceil(height * scale) });
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d', { willReadFrequently: true }));
  pen.drawImage(image, 0, 0, width * scale, height * scale);
  return boxes.map(([left, top, right, bottom]) => {
    const [x, y] = [Math.round(left * scale), Math.round(top * scale)];
    const { data, width: across } = pen.getImageData(x, y, Math.max(1, Math.round((right - left) * scale)), Math.max(1, Math.round((bottom - top) * scale)));
    let [far, deep] = [0, 0];
    for (let at = 0; at < data.length / 4; at += 1) if (data[at * 4 + 3]) [far, deep] = [Math.max(far, (at % across) + 1), Math.floor(at / across) + 1];
    return far ? [left, top, Math.min(right, left + far / scale), Math.min(bottom, top + deep / scale)] : [left, top, right, bottom];
  });
}

/** Emits `pick` with the id of a picture and the index of a crop. */
export class ContactSheet extends Base {
  /** @type {Sheet[]} */ sheets = [];
  /** Boxes of the crops, by the URL of their sheet. @type {Map<string, Box[]>} */ #boxes = new Map();

  /** @param {Sheet} sheet */
  #of({ url, count, width, height }) {
    const known = this.#boxes.get(url);
    if (known) return known;
    const boxes = cells(count, width, height);
    this.#boxes.set(url, boxes);
    if (count) void trimmed(url, boxes, width, height).then((found) => { this.#boxes.set(url, found); this.changed(); }, () => undefined);
    return boxes;
  }

  render() {
    return html`<div class="contact-sheet" tabindex="0" role="group" aria-label=${t('export_sheet')}>${this.sheets.map((sheet) => keyed(sheet.id, html`<section aria-label=${sheet.name}>
      <h2 class="cut">${sheet.name} <span class="badge">${sheet.count}</span></h2>
      ${sheet.count ? html`<ul class="contacts">${this.#of(sheet).map((box, index) => html`<li>
        <button class="contact" aria-label=${t('show_face', { n: index + 1, name: sheet.name })} title=${t('show_face', { n: index + 1, name: sheet.name })} @click=${() => this.emit('pick', { id: sheet.id, index })}>
          ${cutout(sheet.url, sheet.width, sheet.height, box)}</button></li>`)}</ul>` : html`<p class="muted">${t('no_faces')}</p>`}
    </section>`))}</div>`;
  }
}
customElements.define('nj-contact-sheet', ContactSheet);
