/** @file A number: a slider if the range is limited, an input field, and a switch if it is optional. */

import { Base, html } from '../base.js';
import { t } from '../i18n.js';
import { used } from './events.js';

/** @import { Schema } from '../types.js' */

const SLIDER_STOPS = 4000;

/** Emits `value`. */
export class NumberControl extends Base {
  /** @type {number | null} */ value = 0;
  /** @type {Schema & {nullable?: boolean}} */ schema = {};
  /** Name of the input field, for its label. */ name = '';
  label = '';

  get #whole() { return this.schema.type === 'integer'; }
  get #low() { return this.schema.minimum ?? this.schema.exclusiveMinimum ?? -Infinity; }
  get #high() { return this.schema.maximum ?? this.schema.exclusiveMaximum ?? Infinity; }
  get #step() {
    if (this.schema.step) return this.schema.step;
    if (this.#whole) return 1;
    return Number.isFinite(this.#high - this.#low) ? 10 ** Math.floor(Math.log10((this.#high - this.#low) / 100)) : 0.1;
  }
  get #slides() { return Number.isFinite(this.#high - this.#low) && (this.#high - this.#low) / this.#step <= SLIDER_STOPS; }

  /** @param {number} number */
  #give(number) {
    if (!Number.isFinite(number)) return this.changed();
    const bounded = Math.min(this.#high, Math.max(this.#low, this.#whole ? Math.round(number) : number));
    this.value = Number(bounded.toFixed(6));
    this.changed();
    this.emit('value', this.value);
  }

  /** Initial value of an optional number. */
  get #start() { return this.#slides ? Math.round(this.#low + (this.#high - this.#low) * 0.9) : Math.max(this.#low, 1000); }

  updated() {
    const range = this.one('input[type=range]');
    const share = (Number(this.value) - this.#low) / (this.#high - this.#low);
    range?.style.setProperty('--fill', `${Math.max(0, Math.min(1, share)) * 100}%`);
  }

  render() {
    const { value, schema, name, label } = this;
    const read = used((control) => {
      this.#give(control.valueAsNumber);
      control.value = String(this.value);
    });
    const open = value === null;
    const toggle = schema.nullable && html`<input class="switch" type="checkbox" role="switch" aria-label=${t('set_own', { name: label })} .checked=${!open}
        @change=${() => {
          this.value = open ? this.#start : null;
          this.changed();
          this.emit('value', this.value);
        }}>`;
    if (open) return html`<div class="number">${toggle}<span class="muted grow">${t('automatic')}</span></div>`;
    // Leave the text alone while it is being typed; only complete values are applied.
    return html`<div class="number">${toggle}
      ${this.#slides ? html`<input type="range" class="grow" aria-label=${label} min=${this.#low} max=${this.#high} step=${this.#step} .value=${String(value)}
        aria-valuetext=${`${value} ${schema.unit ?? ''}`} @input=${read}>` : html`<span class="grow"></span>`}
      <span class="entry"><input type="number" id=${name} inputmode=${this.#whole ? 'numeric' : 'decimal'} aria-describedby=${`${name}-help`}
        min=${Number.isFinite(this.#low) ? this.#low : null} max=${Number.isFinite(this.#high) ? this.#high : null} step=${this.#whole ? 1 : 'any'}
        .value=${String(value)} @change=${read}>${schema.unit ? html`<span class=${schema.unit.length > 2 ? 'unit long' : 'unit'} aria-hidden="true">${schema.unit}</span>` : ''}</span>
    </div>`;
  }
}
customElements.define('nj-number', NumberControl);
