/** @file A seed: a number that makes randomness repeatable, and a button for another one. */

import { Base, html } from '../../base.js';
import { icon } from '../../icons.js';
import { t } from '../../i18n.js';
import { used } from '../events.js';

/** @import { Schema } from '../../types.js' */

const LIMIT = 2 ** 31 - 1;

/** Emits `value`. */
export class SeedEditor extends Base {
  /** @type {number | null} */ value = 0;
  /** @type {Schema} */ schema = {};
  name = '';
  label = '';

  /** @param {number} seed */
  #give(seed) {
    if (!Number.isFinite(seed)) return this.update();
    const high = Math.min(LIMIT, this.schema.maximum ?? LIMIT);
    this.value = Math.min(high, Math.max(this.schema.minimum ?? 0, Math.round(seed)));
    this.changed();
    this.emit('value', this.value);
  }

  #roll = () => {
    const low = this.schema.minimum ?? 0;
    const span = Math.min(LIMIT, this.schema.maximum ?? LIMIT) - low + 1;
    this.#give(low + (crypto.getRandomValues(new Uint32Array(1))[0] % span));
  };

  render() {
    return html`<div class="row seed">
      <input type="number" class="grow" id=${this.name || null} aria-label=${this.label} step="1" inputmode="numeric" .value=${String(this.value ?? '')}
        @change=${used((control) => { this.#give(control.valueAsNumber); control.value = String(this.value ?? ''); })}>
      <button class="square" aria-label=${t('roll', { name: this.label })} title=${t('roll', { name: this.label })} @click=${this.#roll}>${icon('dice')}</button>
    </div>`;
  }
}
customElements.define('nj-seed', SeedEditor);
