/** @file Missing models: what is needed and how large it is, one button that gets it, and then the work goes on. */

import { api } from '../../api.js';
import { html } from '../../base.js';
import { progressBar } from '../../elements/progress.js';
import { complain } from '../../elements/toast.js';
import { icon } from '../../icons.js';
import { fileSize, inLanguage, t } from '../../i18n.js';
import { jobs } from '../../jobs.js';
import { Signal } from '../../store.js';

/** @import { Call, Model, ProblemBody } from '../../types.js' */

class Weights extends Signal {
  /** @type {Map<string, Model | null>} */ #cards = new Map();
  /** How much of each has been downloaded. @type {Map<string, number>} */ #progress = new Map();

  /** The card of a model; loaded on first use. @param {string} name */
  card(name) {
    if (!this.#cards.has(name)) {
      this.#cards.set(name, null);
      void api.model(name).then((model) => this.know([model]), () => undefined);
    }
    return this.#cards.get(name) ?? null;
  }

  /** @param {Model[]} models */
  know(models) {
    for (const model of models) this.#cards.set(model.name, model);
    this.tell();
  }

  /** From 0 to 1, or undefined where it is not being downloaded. @param {string} name */
  progress(name) { return this.#progress.get(name); }

  /** Downloads a model. The button that says so is the confirmation. @param {string} name @returns {Promise<boolean>} Whether it is there now. */
  async get(name) {
    if (this.#progress.has(name)) return false;
    /** @type {Call} */
    const call = { id: 'models.get', inputs: { name }, settings: {} };
    this.#set(name, 0);
    try {
      const { ended, succeeded } = await import('../commands/confirm.js');
      const { confirmation } = await api.confirm(call);
      const job = await api.command(call, confirmation);
      jobs.put(jobs.byId.get(job.id) ?? job);
      const done = succeeded(await ended(job, (now) => this.#set(name, now.progress)));
      this.know([await api.model(name)]);
      return done;
    } catch (error) {
      complain(error);
      return false;
    } finally {
      this.#progress.delete(name);
      this.tell();
    }
  }

  /** @param {string} name @param {number} share */
  #set(name, share) {
    this.#progress.set(name, share);
    this.tell();
  }
}

export const weights = new Weights();

/** Whether a model is here now, as after it was got for another job. @param {string} name */
export const isHere = (name) => weights.card(name)?.installed === true;

/** The size of a download, if it is known. @param {Model | null} model */
const sizeOf = (model) => (model?.package_bytes ? fileSize(model.package_bytes) : '');

/** The button that gets a model, or its progress. @param {string} name @param {() => void} [then] What to do once it is there. */
export function getButton(name, then = () => undefined) {
  const share = weights.progress(name);
  if (share !== undefined) return html`<div class="getting" role="status"><span>${t('getting', { name })} · ${Math.floor(share * 100)} %</span>${progressBar(share, t('getting', { name }))}</div>`;
  const size = sizeOf(weights.card(name));
  return html`<button class="primary get" aria-label=${`${t('get')}${size ? ` · ${size}` : ''}: ${name}`} @click=${async () => (await weights.get(name)) && then()}>${icon('download')}<span>${t('get')}${size ? ` · ${size}` : ''}</span></button>`;
}

/** What went wrong, and the button that mends it where it is a missing model. @param {ProblemBody} problem @param {() => void} again Does the work once more. */
export function problemBox(problem, again) {
  if (problem.model && isHere(problem.model)) {
    return html`<div class="problem" role="group" aria-label=${t('model_here', { name: problem.model })}>
      <p>${icon('check')}<span>${t('model_here', { name: problem.model })}</span></p><button class="primary get" @click=${again}>${icon('reset')}<span>${t('retry')}</span></button></div>`;
  }
  if (problem.model) {
    return html`<div class="problem" role="group" aria-label=${t('needs_model', { name: problem.model })}>
      <p>${icon('models')}<span><b>${t('needs_model', { name: problem.model })}</b> <span class="muted">${t('needs_model_hint')}</span></span></p>${getButton(problem.model, again)}</div>`;
  }
  const { text, hint } = inLanguage(problem);
  return html`<div class="problem wrong" role="alert"><p>${icon('warning')}<span><b>${text}</b>${hint ? html` <span class="muted">${hint}</span>` : ''}</span></p></div>`;
}
