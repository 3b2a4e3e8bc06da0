/** @file A choice of one option: segmented buttons for a few, a list for many. */

import { Base, html, keyed } from '../base.js';
import { icon } from '../icons.js';
import { used } from './events.js';

/** @typedef {{value: any, label: string, icon?: string}} Option */

const FEW = 5;
const LETTERS = 34;
let counter = 0;

/** Emits `value`. */
export class Choice extends Base {
  /** @type {any} */ value = null;
  /** @type {Option[]} */ options = [];
  name = '';
  label = '';
  /** Shows only icons; labels remain for screen readers. */ bare = false;
  #group = `choice-${++counter}`;

  /** @param {any} value */
  #give(value) {
    this.value = value;
    this.changed();
    this.emit('value', value);
  }

  /** A CJK character is as wide as two Latin ones. @param {string} text */
  #width = (text) => [...text].reduce((sum, letter) => sum + (letter > '\u2e80' ? 2 : 1), 0);

  render() {
    const { options, value, name, label } = this;
    const long = options.reduce((sum, option) => sum + this.#width(option.label) + 2, 0) > LETTERS && !this.bare;
    if (options.length > FEW || (long && options.length > 3)) {
      return html`<span class="select"><select id=${name || null} aria-label=${label} @change=${used((control) => this.#give(options.find((option) => String(option.value) === control.value)?.value))}>${options.map((option) => keyed(String(option.value), html`<option value=${String(option.value)} .selected=${option.value === value}>${option.label}</option>`))}</select>${icon('chevron')}</span>`;
    }
    return html`<div class=${`segments ${long ? 'tall' : ''}`} role="radiogroup" aria-label=${label}>
      ${options.map((option) => keyed(String(option.value), html`<label class="segment" title=${this.bare ? option.label : null}>
        <input type="radio" name=${this.#group} value=${String(option.value)} aria-label=${option.label} .checked=${option.value === value} @change=${() => this.#give(option.value)}>
        <span>${option.icon ? icon(option.icon) : ''}${this.bare ? '' : option.label}</span>
      </label>`))}
    </div>`;
  }
}
customElements.define('nj-choice', Choice);
