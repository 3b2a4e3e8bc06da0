/** @file Rows of equal facts as a table: the attributes of faces, regions, and lists of any other kind. */

import { html, keyed } from '../../base.js';
import { number, t, term } from '../../i18n.js';

/** @import { Template } from '../../base.js' */

/** More rows are cut off: the file has them all. */
const ROWS = 200;
const HEX = /^#[0-9a-f]{6}$/i;

/** A small field of a color. @param {string} hex @param {string} [name] A class. */
export const patch = (hex, name = 'swatch') => html`<svg class=${name} viewBox="0 0 1 1" preserveAspectRatio="none" role="img" aria-label=${hex}><rect width="1" height="1" fill=${hex}></rect></svg>`;

/** @param {string[]} names @param {(Template | string)[][]} rows @param {string} label */
function table(names, rows, label) {
  return html`<div class="data-table" tabindex="0" role="group" aria-label=${label}><table><thead><tr>${names.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
    <tbody>${rows.slice(0, ROWS).map((cells, at) => keyed(at, html`<tr>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`))}</tbody></table>
    ${rows.length > ROWS ? html`<p class="muted">${t('more_rows', { n: rows.length - ROWS })}</p>` : ''}</div>`;
}

const percent = (/** @type {number} */ share) => `${number(share * 100)} %`;
const hue = (/** @type {string | null} */ word) => (word ? term.value('hue', word) : '');
/** @param {(string | null | undefined)[]} colors @param {string} [name] */
const colored = (colors, name = '') => html`<span class="row tight">${colors.flatMap((hex) => (hex ? [patch(hex)] : []))}${name ? html`<span>${name}</span>` : ''}</span>`;

/** @param {any[]} faces @param {string} label */
function facesTable(faces, label) {
  const known = faces.some(({ attributes }) => attributes);
  const names = ['', t('confidence'), ...(known ? [term.setting('hair_color'), term.setting('eye_color'), term.setting('skin'), term.setting('mouth'), term.setting('yaw')] : [t('size')])];
  const rows = faces.map(({ box, confidence, attributes: read }, at) => [
    String(at + 1), percent(confidence),
    ...(read ? [
      colored([read.hair], hue(read.hair_name)), colored([read.eye_left?.color, read.eye_right?.color], hue(read.eye_name)),
      colored([read.skin]), term.value('face_mouth', read.mouth), `${number(Math.round(read.yaw) || 0)}°`,
    ] : known ? ['–', '–', '–', '–', '–'] : [`${number(box[2] - box[0])} × ${number(box[3] - box[1])}`]),
  ]);
  return table(names, rows, label);
}

/** @param {any} value @returns {Template | string} */
function cell(value) {
  if (value === null || value === undefined) return '–';
  if (typeof value === 'number') return number(value, 2);
  if (typeof value === 'boolean') return t(value ? 'yes' : 'no');
  if (typeof value === 'string') return HEX.test(value) ? html`<span class="row tight">${patch(value)}<code>${value}</code></span>` : value;
  return Array.isArray(value) ? value.map((one) => (typeof one === 'number' ? number(one, 1) : String(one))).join(', ') : '…';
}

/** Whether an entry fits into a cell. @param {any} value */
const isFlat = (value) => value === null || typeof value !== 'object' || (Array.isArray(value) && value.length <= 4 && value.every((one) => typeof one !== 'object'));

/** The longest list of equal entries in the data. @param {any} data @returns {any[]} */
function rowsIn(data) {
  const lists = Array.isArray(data) ? [data] : Object.values(data ?? {}).filter(Array.isArray);
  const rows = lists.filter((list) => list.length && list.every((one) => one && typeof one === 'object' && !Array.isArray(one)));
  return rows.reduce((most, list) => (list.length > most.length ? list : most), []);
}

/** @param {any} data @returns {Template | null} null where there are no rows in the data. */
export function tableView(data) {
  const rows = rowsIn(data);
  if (!rows.length) return null;
  const label = t('table');
  if (rows.every((one) => Array.isArray(one.box) && typeof one.confidence === 'number')) return facesTable(rows, label);
  const names = Object.keys(rows[0]).filter((name) => rows.every((one) => isFlat(one[name])));
  return names.length ? table(names.map((name) => term.column(name)), rows.map((one) => names.map((name) => cell(one[name]))), label) : null;
}
