/** @file The models: what is installed, its origin, what it can and cannot do. */

import { api } from '../api.js';
import { Base, html, keyed } from '../base.js';
import { progressBar } from '../elements/progress.js';
import { attempt, complain } from '../elements/toast.js';
import { icon } from '../icons.js';
import { t, term } from '../i18n.js';
import { carryOut, ended, succeeded } from './confirm.js';

/** @import { Template } from '../base.js' */
/** @import { Model } from '../types.js' */

/** A text, a list or a table from a card. @param {any} value @returns {Template | string} */
function shown(value) {
  if (value === null || value === undefined || value === '') return '–';
  if (Array.isArray(value)) return html`<ul>${value.map((one) => html`<li>${shown(one)}</li>`)}</ul>`;
  if (typeof value === 'object') return html`<dl class="table">${Object.entries(value).map(([name, one]) => html`<div><dt>${name.replaceAll('_', ' ')}</dt><dd>${shown(one)}</dd></div>`)}</dl>`;
  return String(value);
}

export class Models extends Base {
  /** @type {Model[] | null} */ models = null;
  /** Results of verification, by model. @type {Record<string, string>} */ #verdicts = {};
  /** How much of each has been fetched. @type {Record<string, number>} */ #progress = {};
  /** Verified or fetched right now. @type {Set<string>} */ #busy = new Set();

  connected() { void attempt(() => this.#load()); }

  async #load() {
    this.models = await api.models();
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

  /** Gets or removes a model, which its user is asked for. @param {'get' | 'remove'} what @param {Model} model */
  async #change(what, model) {
    await this.#during(model, async () => {
      const job = await carryOut({ id: `models.${what}`, inputs: { name: model.name }, settings: {} });
      if (!job) return;
      const over = await ended(job, (now) => {
        this.#progress[model.name] = now.progress;
        this.changed();
      });
      delete this.#progress[model.name];
      const now = await api.model(model.name);
      this.models = (this.models ?? []).map((one) => (one.name === now.name ? now : one));
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

  /** @param {Model} model */
  #card(model) {
    const busy = this.#busy.has(model.name);
    const verdict = this.#verdicts[model.name];
    return html`<article class="model" aria-label=${model.name}>
      <div class="row wrap"><h2 class="grow">${model.name}</h2><span class="badge">${term.value('task', model.task)}</span>
        <span class=${`pill ${model.installed ? 'good' : ''}`}>${icon(model.installed ? 'check' : 'download')}${t(model.installed ? 'installed' : 'not_installed')}</span></div>
      <p>${model.summary}</p>
      <dl class="facts-list">
        <div><dt>${t('licence')}</dt><dd>${shown(model.licence)}</dd></div>
        <div><dt>${t('training_data')}</dt><dd>${shown(model.training_data)}</dd></div>
        <div><dt>${t('limits')}</dt><dd>${shown(model.limits)}</dd></div>
        <div><dt>${t('source')}</dt><dd>${shown(model.source)}</dd></div>
        ${model.origin ? html`<div><dt>${t('origin')}</dt><dd>${model.origin}</dd></div>` : ''}
      </dl>
      ${Object.keys(model.metrics ?? {}).length ? html`<details><summary>${t('metrics')}</summary>${shown(model.metrics)}</details>` : html`<p class="muted">${t('not_measured')}</p>`}
      ${model.name in this.#progress && !model.installed ? progressBar(this.#progress[model.name], t('getting', { name: model.name })) : ''}
      ${model.problem ? html`<p class="error" role="alert">${icon('warning')}${model.problem.detail}</p>` : ''}
      <div class="row wrap">
        ${model.installed ? '' : html`<button class="primary" ?disabled=${busy} aria-label=${`${t('get')}: ${model.name}`} @click=${() => void this.#change('get', model)}>${icon('download')}${t('get')}</button>`}
        <button ?disabled=${busy} aria-label=${`${t('verify')}: ${model.name}`} @click=${() => void this.#verify(model)}>${icon('check')}${t('verify')}</button>
        ${model.origin === 'user' ? html`<button class="danger" ?disabled=${busy} aria-label=${`${t('remove')}: ${model.name}`} @click=${() => void this.#change('remove', model)}>${icon('trash')}${t('remove')}</button>` : ''}
        <span class="muted grow" role="status">${busy ? t('working') : verdict ?? ''}</span>
      </div>
    </article>`;
  }

  render() {
    return html`<div class="page">
      <div class="row wrap page-head"><h1 class="grow">${t('models')}</h1><a class="button" href="#/commands">${icon('terminal')}${t('commands')}</a></div>
      <p class="muted">${t('models_lead')}</p>
      ${this.models ? html`<div class="models">${this.models.map((model) => keyed(model.name, this.#card(model)))}</div>` : html`<p class="muted" role="status">${t('loading')}</p>`}
    </div>`;
  }
}
customElements.define('nj-models', Models);
