/** @file One editor for each value type of the server, found by the `format` of the schema. */

import { html } from '../../base.js';
import './box.js';
import './color.js';
import './hints.js';
import './mask.js';
import './palette.js';
import './points.js';
import './seed.js';

/** @import { Template } from '../../base.js' */
/** @import { Canvas, Schema } from '../../types.js' */

/** @typedef {{value: any, schema: Schema, name: string, label: string, canvas: Canvas | null, give: (event: CustomEvent) => void}} Given */

/** @type {Record<string, (given: Given) => Template>} */
export const EDITORS = {
  color: ({ value, name, label, give }) => html`<nj-color .value=${value} .name=${name} .label=${label} @value=${give}></nj-color>`,
  seed: ({ value, name, label, schema, give }) => html`<nj-seed .value=${value} .schema=${schema} .name=${name} .label=${label} @value=${give}></nj-seed>`,
  palette: ({ value, name, label, schema, give }) => html`<nj-palette .value=${value} .schema=${schema} .name=${name} .label=${label} @value=${give}></nj-palette>`,
  box: ({ value, name, label, canvas, give }) => html`<nj-box .value=${value} .canvas=${canvas} .name=${name} .label=${label} @value=${give}></nj-box>`,
  points: ({ value, name, label, schema, canvas, give }) => html`<nj-points .value=${value} .schema=${schema} .canvas=${canvas} .name=${name} .label=${label} @value=${give}></nj-points>`,
  hints: ({ value, name, label, canvas, give }) => html`<nj-hints .value=${value} .canvas=${canvas} .name=${name} .label=${label} @value=${give}></nj-hints>`,
  mask: ({ value, name, label, canvas, give }) => html`<nj-mask .value=${value} .canvas=${canvas} .name=${name} .label=${label} @value=${give}></nj-mask>`,
};
