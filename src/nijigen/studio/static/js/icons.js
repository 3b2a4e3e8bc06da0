/** @file Icons from icons.svg. */

import { html } from './base.js';

const SHEET = new URL('../icons.svg', import.meta.url).pathname;

/** @type {Record<string, string>} */
const OF_GROUP = {
  upscale: 'enlarge', effects: 'halftone', formats: 'convert', recipes: 'recipe', faces: 'face', lines: 'line',
  color: 'color', generate: 'wand', stylize: 'brush', sources: 'source', library: 'library', models: 'models',
};

/** @param {string} group */
export const groupIcon = (group) => OF_GROUP[group] ?? 'picture';

/** @param {string} name @param {string} [extra] A class. */
export const icon = (name, extra = '') => html`<svg class=${`icon ${extra}`} aria-hidden="true"><use href=${`${SHEET}#${name}`}></use></svg>`;
