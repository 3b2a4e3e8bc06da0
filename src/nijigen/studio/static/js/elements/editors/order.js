/** @file An ordered list of names to choose from: the steps of a stack. */

import { Base, html, keyed } from '../../base.js';
import { icon } from '../../icons.js';
import { t, term } from '../../i18n.js';
import { given } from '../events.js';
import '../choice.js';

/** @import { Schema } from '../../types.js' */

/** Emits `value`. */
export class OrderEditor extends Base {
  /** @type {string[] | null} */ value = [];
  /** @type {Schema} */ schema = {};
  name = '';
  label = '';
  #next = '';

  /** @param {string[]} names */
  #give(names) {
    this.value = names;
    this.changed();
    this.emit('value', names);
  }

  render() {
    const names = this.value ?? [];
    const known = /** @type {string[]} */ (this.schema.items?.enum ?? []);
    const setting = this.name.replace('setting-', '');
    const said = (/** @type {string} */ name) => term.value(setting, name);
    const next = known.includes(this.#next) ? this.#next : known.find((name) => !names.includes(name)) ?? known[0];
    return html`<div class="editor" role="group" aria-label=${this.label}>
      <ol class="marks-list">${names.map((name, index) => keyed(`${index}-${name}`, html`<li class="row">
        <span class="grow">${said(name)}</span>
        <button class="square quiet" aria-label=${t('earlier', { name: said(name) })} title=${t('earlier', { name: said(name) })} ?disabled=${index === 0}
          @click=${() => this.#give([...names.slice(0, index - 1), name, names[index - 1], ...names.slice(index + 1)])}>${icon('chevron', 'up')}</button>
        <button class="square quiet" aria-label=${t('remove_step', { name: said(name) })} title=${t('remove_step', { name: said(name) })}
          @click=${() => this.#give(names.filter((_, at) => at !== index))}>${icon('close')}</button>
      </li>`))}</ol>
      <div class="row">
        <nj-choice class="grow" .label=${this.label} .value=${next} .options=${known.map((value) => ({ value, label: said(value) }))} @value=${given((detail) => { this.#next = detail; this.changed(); })}></nj-choice>
        <button @click=${() => { this.#next = ''; this.#give([...names, next]); }}>${icon('plus')}${t('add_step')}</button>
      </div>
    </div>`;
  }
}
customElements.define('nj-order', OrderEditor);
