/** @file A color: the browser's picker and a HEX field. */

import { Base, html } from '../../base.js';
import { t } from '../../i18n.js';
import { used } from '../events.js';

/** Emits `value`. */
export class ColorEditor extends Base {
  value = '#000000';
  name = '';
  label = '';

  /** @param {string} text */
  #give(text) {
    const short = /^#?([0-9a-f])([0-9a-f])([0-9a-f])$/i.exec(text.trim());
    const hex = short ? `#${short.slice(1).map((letter) => letter + letter).join('')}` : `#${text.trim().replace(/^#/, '')}`;
    if (/^#[0-9a-f]{6}$/i.test(hex)) {
      this.value = hex.toLowerCase();
      this.emit('value', this.value);
    }
    this.update();
  }

  render() {
    const read = used((control) => { this.#give(control.value); control.value = this.value; });
    return html`<div class="row color">
      <input type="color" aria-label=${this.label} .value=${this.value} @input=${read}>
      <input type="text" class="hex" id=${this.name || null} aria-label=${t('hex_of', { name: this.label })} maxlength="7" spellcheck="false"
        autocomplete="off" .value=${this.value} @change=${read}>
    </div>`;
  }
}
customElements.define('nj-color', ColorEditor);
