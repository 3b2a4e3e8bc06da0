/** @file The models: what each is for, whether it is here, how large it is; the whole card on demand. */

import { api } from '../../api.js';
import { Base, html, keyed } from '../../base.js';
import { attempt, complain } from '../../elements/toast.js';
import { icon } from '../../icons.js';
import { inLanguage, t, term } from '../../i18n.js';
import { carryOut, ended, succeeded } from '../commands/confirm.js';
import { getButton, weights } from './weights.js';

/** @import { Template } from '../../base.js' */
/** @import { Model } from '../../types.js' */

/** A text, a list or a table from a card. @param {any} value @returns {Template | string} */
function shown(value) {
  if (value === null || value === undefined || value === '') return '–';
  if (Array.isArray(value)) return html`<ul>${value.map((one) => html`<li>${shown(one)}</li>`)}</ul>`;
  if (typeof value === 'object') return html`<dl class="table">${Object.entries(value).map(([name, one]) => html`<div><dt>${name.replaceAll('_', ' ')}</dt><dd>${shown(one)}</dd></div>`)}</dl>`;
  return String(value);
}

/** A fact of a card, in the English of its author. @param {string} name @param {Template | string} what */
const fact = (name, what) => html`<div><dt>${name}</dt><dd lang="en">${what}</dd></div>`;

export class Models extends Base {
  /** @type {Model[] | null} */ models = null;
  /** Results of verification, by model. @type {Record<string, string>} */ #verdicts = {};
  /** Verified or removed right now. @type {Set<string>} */ #busy = new Set();
  #failed = false;

  connected() {
    // A model that was got here or elsewhere is a new card.
    this.leaving(weights.subscribe(() => {
      this.models = this.models?.map((one) => weights.card(one.name) ?? one) ?? null;
      this.changed();
    }));
    void this.#load();
  }

  async #load() {
    this.#failed = false;
    this.changed();
    await attempt(async () => {
      this.models = await api.models();
      weights.know(this.models);
    });
    this.#failed = !this.models;
    this.changed();
  }

  /** @param {Model} model */
  async #verify(model) {
    await this.#during(model, async () => {
      const { files } = await api.verify(model.name);
      const bad = files.filter((file) => file.state !== 'ok');
      this.#verdicts[model.name] = bad.length
        ? bad.map((file) => `${file.key}: ${t(file.state === 'missing' ? 'file_missing' : 'file_corrupt')}`).join(', ')
        : t('verified', { n: files.length });
    });
  }

  /** Removes a model, after its user was asked. @param {Model} model */
  async #remove(model) {
    await this.#during(model, async () => {
      const job = await carryOut({ id: 'models.remove', inputs: { name: model.name }, settings: {} });
      if (!job) return;
      const over = await ended(job);
      weights.know([await api.model(model.name)]);
      delete this.#verdicts[model.name];
      succeeded(over);
    });
  }

  /** @param {Model} model @param {() => Promise<void>} task */
  async #during(model, task) {
    this.#busy.add(model.name);
    this.changed();
    await task().catch(complain);
    this.#busy.delete(model.name);
    this.changed();
  }

  /** Everything on the card, and what is rarely needed. @param {Model} model */
  #details(model) {
    const busy = this.#busy.has(model.name);
    return html`<details><summary aria-label=${`${t('details')}: ${model.name}`}>${t('details')}</summary>
      <dl class="facts-list">
        ${fact(t('limits'), shown(model.limits))}${fact(t('licence'), shown(model.licence))}
        ${fact(t('training_data'), shown(model.training_data))}${fact(t('source'), shown(model.source))}
        ${Object.keys(model.metrics ?? {}).length ? fact(t('metrics'), shown(model.metrics)) : html`<div><dt>${t('metrics')}</dt><dd>${t('not_measured')}</dd></div>`}
        ${model.origin ? html`<div><dt>${t('origin')}</dt><dd>${t(/** @type {'origin_user'} */ (`origin_${model.origin}`))}</dd></div>` : ''}
      </dl>
      <div class="row wrap">
        <button ?disabled=${busy} aria-label=${`${t('verify')}: ${model.name}`} @click=${() => void this.#verify(model)}>${icon('check')}${t('verify')}</button>
        ${model.origin === 'user' && model.download ? html`<button class="danger" ?disabled=${busy} aria-label=${`${t('remove')}: ${model.name}`} @click=${() => void this.#remove(model)}>${icon('trash')}${t('remove')}</button>` : ''}
        <span class="muted grow" role="status">${busy ? t('working') : this.#verdicts[model.name] ?? ''}</span>
      </div></details>`;
  }

  /** @param {Model} model */
  #row(model) {
    return html`<li class="model" aria-label=${model.name}>
      <div class="model-head">
        <div class="grow model-text"><h3>${model.name}</h3><p>${term.model(model)}</p></div>
        <div class="model-state">${model.installed
          ? html`<span class="pill good">${icon('check')}${t('installed')}</span>`
          : model.download ? getButton(model.name) : html`<span class="pill">${t('not_installed')}</span>`}
        </div>
      </div>
      ${model.problem ? html`<p class="error" role="alert">${icon('warning')}${inLanguage(model.problem).text}</p>` : this.#details(model)}
    </li>`;
  }

  /** Models by what they are for; those that can be got come first in each group. */
  #groups() {
    /** @type {Map<string, Model[]>} */
    const groups = new Map();
    const order = ['upscale', 'faces', 'style', 'other'];
    for (const model of this.models ?? []) {
      const group = /upscale|denoise/.test(model.task) ? 'upscale' : /face/.test(model.task) ? 'faces' : /styl/.test(model.task) ? 'style' : 'other';
      groups.set(group, [...(groups.get(group) ?? []), model]);
    }
    return order.flatMap((group) => {
      const list = groups.get(group);
      return list ? [keyed(group, html`<section aria-labelledby=${`models-${group}`}><h2 id=${`models-${group}`}>${t(/** @type {'models_upscale'} */ (`models_${group}`))}</h2>
        <ul class="models">${list.map((model) => keyed(model.name, this.#row(model)))}</ul></section>`)] : [];
    });
  }

  render() {
    const waiting = this.#failed
      ? html`<div class="empty">${icon('warning')}<p>${t('not_loaded')}</p><button @click=${() => void this.#load()}>${icon('reset')}${t('try_again')}</button></div>`
      : html`<p class="muted" role="status">${t('loading')}</p>`;
    return html`<div class="page">
      <div class="row wrap page-head"><h1 class="grow">${t('models')}</h1><a class="button" href="#/commands">${icon('terminal')}${t('commands')}</a></div>
      <p class="muted">${t('models_lead')}</p>
      ${this.models ? this.#groups() : waiting}
    </div>`;
  }
}
customElements.define('nj-models', Models);
