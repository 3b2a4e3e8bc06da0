/** @file Colors as swatches: each is named in the chosen language and copies its code. */

import { html, keyed } from '../../base.js';
import { number, t } from '../../i18n.js';
import { colorName } from './color-name.js';
import { patch } from './table.js';

/** @typedef {{hex: string, share?: number, nearest?: {name: string, pinyin: string}}} Main */

/** @param {any} data @returns {Main[] | null} The colors, if the data is a palette. */
export function colorsIn(data) {
  const list = data?.colors;
  return Array.isArray(list) && list.length > 0 && list.every((/** @type {any} */ one) => /^#[0-9a-f]{6}$/i.test(one?.hex)) ? list : null;
}

/** @param {Main[]} colors @param {(hex: string) => void} copy */
export const paletteView = (colors, copy) => html`<ul class="swatch-list" aria-label=${t('palette')}>${colors.map(({ hex, share, nearest }, at) => keyed(at, html`<li><button class="swatch-card" title=${t('copy_hex', { hex })} @click=${() => copy(hex)}>
  ${patch(hex, 'swatch-patch')}
  <b>${colorName(hex)}</b><code>${hex}</code>
  <small class="muted">${share === undefined ? '' : `${number(share * 100, share < 0.1 ? 1 : 0)} %`}${nearest ? html` <span lang="zh-Hans" title=${nearest.pinyin}>${nearest.name}</span>` : ''}</small>
</button></li>`))}</ul>`;
