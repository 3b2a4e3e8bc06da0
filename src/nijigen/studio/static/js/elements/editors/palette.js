/** @file A palette: an ordered list of colors that can be extended. */

import { Base, html, keyed } from '../../base.js';
import { icon } from '../../icons.js';
import { t } from '../../i18n.js';
import { given } from '../events.js';
import './color.js';

/** @import { Schema } from '../../types.js' */

/** Emits `value`. */
export class PaletteEditor extends Base {
  /** @type {string[] | null} */ value = [];
  /** @type {Schema} */ schema = {};
  name = '';
  label = '';

  /** @param {string[]} colors */
  #give(colors) {
    this.value = colors;
    this.changed();
    this.emit('value', colors);
  }

  render() {
    const colors = this.value ?? [];
    const least = this.schema.minItems ?? 0;
    const most = this.schema.maxItems ?? 256;
    return html`<div class="editor" role="group" aria-label=${this.label}>
      <ol class="marks-list">${colors.map((color, index) => keyed(index, html`<li class="row">
        <nj-color class="grow" .value=${color} .label=${t('color_n', { n: index + 1 })} @value=${given((detail) => {
          this.#give(colors.map((old, at) => (at === index ? detail : old)));
        })}></nj-color>
        <button class="square quiet" aria-label=${t('remove_color', { n: index + 1 })} ?disabled=${colors.length <= least}
          @click=${() => this.#give(colors.filter((_, at) => at !== index))}>${icon('close')}</button>
      </li>`))}</ol>
      <button ?disabled=${colors.length >= most} @click=${() => this.#give([...colors, colors.at(-1) ?? '#808080'])}>${icon('plus')}${t('add_color')}</button>
    </div>`;
  }
}
customElements.define('nj-palette', PaletteEditor);
