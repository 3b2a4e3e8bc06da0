/** @file Gets line art for coloring and for strokes: the lines of a picture with colors or tones are extracted first, and a rough drawing is cleaned if its user wants. */

import { api } from '../api.js';
import { html } from '../base.js';
import { operations } from '../catalogue.js';
import { progressBar } from '../elements/progress.js';
import { attempt } from '../elements/toast.js';
import { icon } from '../icons.js';
import { inLanguage, language, t } from '../i18n.js';
import { isOver, jobs } from '../jobs.js';
import { newest, session } from '../session.js';
import { Signal, load, save } from '../store.js';
import { lineKinds } from './line-kind.js';

/** @import { Item } from '../types.js' */

const [EXTRACT, SIMPLIFY] = ['lines.extract', 'lines.simplify'];
const REMEMBERED = 200;

/** Waiting for it, or what was found and done. @typedef {'looking' | 'extracting' | 'extracted' | 'cleaning' | 'cleaned' | 'failed' | 'as_it_is' | ''} State */

class LineArt extends Signal {
  /** Ids of pictures that their user wants to color as they are. @type {string[]} */ #kept = load('desk.as_it_is', /** @type {string[]} */ ([]));
  /** By the id of an item, what is being submitted for it. @type {Map<string, string>} */ #submitting = new Map();
  /** The notice shown last. */ #noted = { key: '', value: /** @type {unknown} */ ('') };

  constructor() {
    super();
    lineKinds.subscribe(() => this.tell());
  }

  /** What is to be done for an item; only its kind is asked for. @param {Item} item @returns {State} */
  state(item) {
    const { picture, operation = '' } = newest(item);
    const doing = this.#submitting.get(item.id) ?? this.#job(item)?.operation;
    if (doing) return doing === EXTRACT ? 'extracting' : 'cleaning';
    if (item.result && operation === SIMPLIFY) return 'cleaned';
    if (item.result && operation === EXTRACT) return 'extracted';
    if (operation.startsWith('lines.') || !operations.get(EXTRACT)) return '';
    if (item.failed?.operation === EXTRACT) return 'failed';
    const colored = lineKinds.isColored(picture);
    if (colored === false) return '';
    if (this.#kept.includes(picture.id)) return 'as_it_is';
    return colored ? 'extracting' : 'looking';
  }

  /** The running job. @param {Item} item */
  #job(item) {
    const job = item.job ? jobs.byId.get(item.job) : null;
    return job && [EXTRACT, SIMPLIFY].includes(job.operation) && !isOver(job) ? job : null;
  }

  /** Begins what is to be done. @param {Item} item @returns {State} */
  prepare(item) {
    const state = this.state(item);
    if (state === 'extracting' && !item.job && !this.#submitting.has(item.id)) void this.#submit(item, EXTRACT);
    return state;
  }

  /** @param {Item} item @param {string} operation */
  async #submit(item, operation) {
    this.#submitting.set(item.id, operation);
    // What was made before becomes the source; but a rough drawing is in the picture itself, not in lines extracted from it.
    if (item.result?.operation !== EXTRACT) session.useResult(item);
    const { picture } = item.chain[item.chain.length - 1];
    const job = await attempt(() => api.submit({ operation, inputs: { picture: picture.id }, settings: session.settings[operation] ?? {}, name: item.name }));
    this.#submitting.delete(item.id);
    if (job) [session.started(item, job), jobs.put(jobs.byId.get(job.id) ?? job)];
    else if (operation === EXTRACT) this.keep(item);
    this.tell();
  }

  /** Whether a rough drawing can be cleaned. @param {Item} item */
  cleans(item) { return operations.get(SIMPLIFY) !== undefined && newest(item).picture.format !== 'svg'; }

  /** Makes a rough drawing one of clean single lines. @param {Item} item */
  clean(item) {
    void this.#submit(item, SIMPLIFY);
    this.tell();
  }

  /** Uses a picture as it was before its lines were extracted or cleaned. @param {Item} item */
  keep(item) {
    const job = this.#job(item);
    const state = this.state(item);
    if (job) void attempt(() => jobs.cancel(job.id));
    if (state === 'cleaning') return;
    if (item.result) session.undo(item);
    // Lines that were extracted before it was cleaned are shown again.
    if (state === 'cleaned') return this.tell();
    const { id } = newest(item).picture;
    this.#kept = [id, ...this.#kept.filter((one) => one !== id)].slice(0, REMEMBERED);
    save('desk.as_it_is', this.#kept);
    this.tell();
  }

  /** Extracts the lines of a picture that was kept. @param {Item} item */
  extract(item) {
    const { id } = newest(item).picture;
    this.#kept = this.#kept.filter((one) => one !== id);
    save('desk.as_it_is', this.#kept);
    lineKinds.settle(id, true);
    item.failed = undefined;
    this.tell();
  }

  /** Whether a state is that of a running job. @param {State} state */
  isWaiting(state) { return state === 'extracting' || state === 'cleaning'; }

  /** What is shown until there is line art. @param {Item} item @param {string} title Of the screen. @param {string} without The label of the button that goes on without. */
  waiting(item, title, without) {
    const job = this.#job(item);
    return html`<div class="desk-empty"><h1 class="sr-only">${title}</h1><div class="desk-extracting">
      <img src=${api.thumbnailUrl(newest(item).picture.id, 384)} alt="" width="192" height="192">
      <p role="status">${t(this.state(item) === 'cleaning' ? 'cleaning_sketch' : 'desk_extracting')}</p>
      ${progressBar(job?.progress ?? 0, item.name)}
      <button @click=${() => this.keep(item)}>${without}</button></div></div>`;
  }

  /** Says above the sheet what was done, with the way back; the same value while nothing changed, so that the sheet does not rerender. @param {Item} item @param {State} state @param {string} without The label of the way back. */
  notice(item, state, without) {
    const key = [state, item.id, newest(item).picture.id, item.failed?.job, language, without].join(' ');
    if (this.#noted.key !== key) this.#noted = { key, value: this.#said(item, state, without) };
    return this.#noted.value;
  }

  /** @param {Item} item @param {State} state @param {string} without */
  #said(item, state, without) {
    if (item.failed?.operation === SIMPLIFY) {
      return html`<p class="desk-note">${icon('warning')}<span class="grow" role="status">${inLanguage(item.failed.error).text}</span>
        <button class="small" @click=${() => this.clean(item)}>${icon('clean')}${t('clean_sketch')}</button></p>`;
    }
    if (state === 'extracted' || state === 'cleaned') {
      return html`<p class="desk-note">${icon('info')}<span class="grow" role="status">${t(state === 'cleaned' ? 'cleaned_sketch' : 'desk_extracted')}</span>
        <button class="small" @click=${() => this.keep(item)}>${icon('undo')}${without}</button></p>`;
    }
    if (state !== 'as_it_is' && state !== 'failed') return '';
    const said = state === 'failed' ? inLanguage(item.failed?.error ?? {}).text : t('desk_is_colored');
    return html`<p class="desk-note">${icon(state === 'failed' ? 'warning' : 'info')}<span class="grow" role="status">${said}</span>
      <button class="small" @click=${() => this.extract(item)}>${icon('line')}${t('desk_extract')}</button></p>`;
  }
}

export const lineArt = new LineArt();
