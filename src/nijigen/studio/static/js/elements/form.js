/** @file The form of an operation, generated from the schema of its settings. */

import { Base, html, keyed } from '../base.js';
import { defaultsOf, differing, isShown, plain, same, settingsOf } from '../catalogue.js';
import { icon } from '../icons.js';
import { t, term } from '../i18n.js';
import { EDITORS, ready } from './editors/index.js';
import './choice.js';
import { given, used } from './events.js';
import './number.js';

/** @import { Canvas, Operation, Schema, Settings } from '../types.js' */

/** Emits `settings` with those that differ from the defaults. */
export class Form extends Base {
  /** Or a command. @type {Pick<Operation, 'id' | 'settings'> | null} */ operation = null;
  /** Those that differ from the defaults. @type {Settings} */ settings = {};
  /** The picture that editors draw on. @type {Canvas | null} */ canvas = null;
  /** Errors of single settings, from the server. @type {Record<string, string>} */ errors = {};
  /** What the operation chose for the picture, where the user left it the choice. @type {Settings} */ chosen = {};
  /** @type {Set<string>} */ #explained = new Set();
  #advanced = false;

  /** @param {string} name @param {unknown} value */
  #set(name, value) {
    if (!this.operation) return;
    this.settings = differing(this.operation, { ...this.settings, [name]: value });
    this.errors = {};
    this.changed();
    this.emit('settings', this.settings);
  }

  /** @param {string} name @param {Schema} schema @param {any} value @param {string} label */
  #control(name, schema, value, label) {
    const id = `setting-${name}`;
    const give = given((detail) => {
      this.#set(name, detail);
    });
    const shape = plain(schema);
    // Detect colors by their value, for servers without the format.
    const format = shape.format ?? (/^#[0-9a-f]{6}$/.test(shape.default ?? '') ? 'color' : '');
    if (format in EDITORS && !ready(format, () => this.changed())) return html`<p class="muted">${t('loading')}</p>`;
    if (format in EDITORS) return EDITORS[format]({ value, schema: shape, name: id, label, canvas: this.canvas, give });
    if (shape.enum) {
      const options = [...(shape.nullable ? [null] : []), ...shape.enum]
        .map((one) => ({ value: one, label: one === null ? t('automatic') : term.value(name, one) }));
      return html`<nj-choice .name=${id} .label=${label} .value=${value} .options=${options} @value=${give}></nj-choice>`;
    }
    if (shape.type === 'integer' || shape.type === 'number') {
      return html`<nj-number .name=${id} .label=${label} .schema=${shape} .value=${value} @value=${give}></nj-number>`;
    }
    return html`<input type="text" id=${id} aria-describedby=${`${id}-help`} .value=${value ?? ''}
      @change=${used((control) => this.#set(name, control.value))}>`;
  }

  /** @param {string} name @param {Schema} schema @param {any} value */
  #field(name, schema, value) {
    const id = `setting-${name}`;
    const label = term.setting(name, schema.title, this.operation?.id);
    const help = term.help(this.operation?.id ?? '', name, schema.description);
    const explained = this.#explained.has(name);
    const error = this.errors[name];
    const isSwitch = schema.type === 'boolean';
    return keyed(name, html`<div class=${`field ${error ? 'wrong' : ''} ${isSwitch ? 'inline' : ''}`} data-setting=${name}>
      <div class="field-head">
        <label for=${id}>${label}</label>
        ${help ? html`<button class="tiny quiet" aria-expanded=${String(explained)} aria-label=${t('explain', { name: label })} @click=${() => {
          if (!this.#explained.delete(name)) this.#explained.add(name);
          this.changed();
        }}>${icon('info')}</button>` : ''}
        ${same(value, schema.default) ? '' : html`<button class="tiny quiet" aria-label=${t('reset_one', { name: label })} title=${t('reset_one', { name: label })}
          @click=${() => this.#set(name, schema.default)}>${icon('reset')}</button>`}
        ${isSwitch ? html`<input type="checkbox" role="switch" class="switch" id=${id} aria-describedby=${`${id}-help`} .checked=${Boolean(value)}
          @change=${() => this.#set(name, !value)}>` : ''}
      </div>
      ${isSwitch ? '' : this.#control(name, schema, value, label)}
      ${name in this.chosen && same(value, schema.default) ? html`<p class="muted" role="status">${t('chosen_here', { value: term.value(name, this.chosen[name]) })}</p>` : ''}
      <p class="help" id=${`${id}-help`} ?hidden=${!explained}>${help}</p>
      ${error ? html`<p class="error" role="alert">${icon('warning')}${error}</p>` : ''}
    </div>`);
  }

  render() {
    const { operation } = this;
    if (!operation) return html``;
    const values = { ...defaultsOf(operation), ...this.settings };
    const all = settingsOf(operation).filter(([, schema]) => isShown(schema, values));
    // Faces are visible on the picture and immediately useful, so they come first.
    const faces = all.filter(([, schema]) => plain(schema).format === 'faces');
    const shown = [...faces, ...all.filter((entry) => !faces.includes(entry))];
    const advanced = shown.filter(([, schema], index) => schema.advanced && index >= faces.length);
    const fields = (/** @type {[string, Schema][]} */ list) => [...new Set(list.map(([, schema]) => schema.section ?? ''))]
      .map((section) => keyed(section, html`${section ? html`<h3>${term.section(section)}</h3>` : ''}${list.filter(([, schema]) => (schema.section ?? '') === section).map(([name, schema]) => this.#field(name, schema, values[name]))}`));
    const changed = advanced.filter(([name, schema]) => !same(values[name], schema.default)).length;
    const open = this.#advanced || advanced.some(([name]) => this.errors[name]);
    return html`<div class="form" role="group" aria-label=${t('settings')}>
      ${shown.length ? '' : html`<p class="muted">${t('no_settings')}</p>`}
      ${fields(shown.filter((entry) => !advanced.includes(entry)))}
      ${advanced.length ? html`<button class="fold quiet" aria-expanded=${String(open)} @click=${() => {
        this.#advanced = !open;
        this.changed();
      }}>${icon('chevron', open ? 'up' : '')}<span class="grow">${t('advanced')}</span>${changed ? html`<span class="badge">${changed}</span>` : ''}</button>` : ''}
      ${open ? fields(advanced) : ''}
    </div>`;
  }
}
customElements.define('nj-form', Form);
