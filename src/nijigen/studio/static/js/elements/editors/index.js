/** @file The editor for each value type of the server, by the schema's `format`. */

import { html } from '../../base.js';
import { complain } from '../toast.js';

/** @import { Template } from '../../base.js' */
/** @import { Canvas, Schema } from '../../types.js' */

/** @typedef {{value: any, schema: Schema, name: string, label: string, canvas: Canvas | null, give: (event: CustomEvent) => void}} Given */

/** Editors, loaded when a form needs one. @type {Record<string, () => Promise<unknown>>} */
const LOADED = {
  color: () => import('./color.js'), seed: () => import('./seed.js'), palette: () => import('./palette.js'), box: () => import('./box.js'), points: () => import('./points.js'),
  hints: () => import('./hints.js'), mask: () => import('./mask.js'), faces: () => import('./faces.js'), order: () => import('./order.js'),
};
/** @type {Set<string>} */
const here = new Set();

/** Whether an editor is loaded; if not, it is loaded and the callback is then called. @param {string} format @param {() => void} tell */
export function ready(format, tell) {
  if (!(format in LOADED) || here.has(format)) return true;
  void LOADED[format]().then(() => {
    here.add(format);
    tell();
  }, complain);
  return false;
}

/** @type {Record<string, (given: Given) => Template>} */
export const EDITORS = {
  color: ({ value, name, label, give }) => html`<nj-color .value=${value} .name=${name} .label=${label} @value=${give}></nj-color>`,
  seed: ({ value, name, label, schema, give }) => html`<nj-seed .value=${value} .schema=${schema} .name=${name} .label=${label} @value=${give}></nj-seed>`,
  palette: ({ value, name, label, schema, give }) => html`<nj-palette .value=${value} .schema=${schema} .name=${name} .label=${label} @value=${give}></nj-palette>`,
  order: ({ value, name, label, schema, give }) => html`<nj-order .value=${value} .schema=${schema} .name=${name} .label=${label} @value=${give}></nj-order>`,
  box: ({ value, name, label, canvas, give }) => html`<nj-box .value=${value} .canvas=${canvas} .name=${name} .label=${label} @value=${give}></nj-box>`,
  points: ({ value, name, label, schema, canvas, give }) => html`<nj-points .value=${value} .schema=${schema} .canvas=${canvas} .name=${name} .label=${label} @value=${give}></nj-points>`,
  hints: ({ value, name, label, canvas, give }) => html`<nj-hints .value=${value} .canvas=${canvas} .name=${name} .label=${label} @value=${give}></nj-hints>`,
  mask: ({ value, name, label, canvas, give }) => html`<nj-mask .value=${value} .canvas=${canvas} .name=${name} .label=${label} @value=${give}></nj-mask>`,
  faces: ({ value, name, label, canvas, give }) => html`<nj-faces .value=${value} .canvas=${canvas} .name=${name} .label=${label} @value=${give}></nj-faces>`,
};
