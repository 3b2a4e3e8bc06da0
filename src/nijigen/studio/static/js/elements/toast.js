/** @file Short messages in the menu bar, where they cover nothing; they go by themselves. */

import { Base, html, keyed } from '../base.js';
import { icon } from '../icons.js';
import { inLanguage, t } from '../i18n.js';

/** @import { ProblemBody } from '../types.js' */

/** @typedef {{label: string, run: () => void}} Act A button in a message. */
/** @typedef {{id: number, kind: 'done' | 'error', text: string, hint: string, act?: Act, rest: number}} Toast rest: milliseconds that it still stays. */

/** Time to notice a message, and to read it; what went wrong is read more than once. */
const STAY_MS = { done: 3000, error: 12_000 };
const LETTER_MS = { done: 55, error: 110 };
/** With a button there is something to decide. */
const ACT_MS = 5000;
/** What helps against problems, by their title. @type {Map<string, () => Act>} */
const remedies = new Map();
let counter = 0;

export class Toasts extends Base {
  /** Oldest first; only the newest is shown. @type {Toast[]} */ shown = [];
  #timer = 0;
  /** When the newest was shown, or last left by the pointer. */ #since = 0;
  /** Being read, by pointer or focus: time stands still. */ #held = false;

  /** @param {{kind: 'done' | 'error', text: string, hint: string, act?: Act}} toast */
  add(toast) {
    this.#pause();
    const others = this.shown.filter((one) => one.text !== toast.text);
    const letters = toast.text.length + toast.hint.length;
    this.shown = [...others, { ...toast, id: ++counter, rest: STAY_MS[toast.kind] + letters * LETTER_MS[toast.kind] + (toast.act ? ACT_MS : 0) }];
    this.#go();
  }

  /** @param {number} id */
  dismiss(id) {
    this.#pause();
    this.shown = this.shown.filter((one) => one.id !== id);
    this.#go();
  }

  /** Removes all, as when another language is chosen. */
  clear() {
    this.#pause();
    this.shown = [];
    this.#go();
  }

  #pause() {
    const newest = this.shown.at(-1);
    if (this.#timer && newest) newest.rest -= Date.now() - this.#since;
    clearTimeout(this.#timer);
    this.#timer = 0;
  }

  #go() {
    const newest = this.shown.at(-1);
    this.changed();
    if (!newest) this.#held = false;
    if (!newest || this.#held || this.#timer) return;
    this.#since = Date.now();
    this.#timer = setTimeout(() => { this.#timer = 0; this.dismiss(newest.id); }, Math.max(1000, newest.rest));
  }

  /** @param {boolean} held */
  #hold = (held) => () => {
    if (held) this.#pause();
    this.#held = held;
    if (!held) this.#go();
  };

  render() {
    const last = this.shown.length - 1;
    return html`<div class="toasts" role="log" aria-live="polite" aria-label=${t('messages')} @pointerenter=${this.#hold(true)} @pointerleave=${this.#hold(false)} @focusin=${this.#hold(true)} @focusout=${this.#hold(false)}>
      ${this.shown.map((toast, at) => keyed(toast.id, html`<div class=${`toast ${toast.kind}`} ?hidden=${at < last}>
        ${icon(toast.kind === 'error' ? 'warning' : 'check')}
        <div class="grow"><p>${toast.text}</p>${toast.hint ? html`<p class="muted">${toast.hint}</p>` : ''}</div>
        ${toast.act ? html`<button class="small" @click=${() => { this.dismiss(toast.id); toast.act?.run(); }}>${toast.act.label}</button>` : ''}
        ${last > 0 ? html`<span class="badge" aria-hidden="true">${last + 1}</span>` : ''}
        <button class="quiet square" aria-label=${t('dismiss')} @click=${() => this.dismiss(toast.id)}>${icon('close')}</button>
      </div>`))}
    </div>`;
  }
}
customElements.define('nj-toasts', Toasts);

const place = () => /** @type {Toasts | null} */ (document.querySelector('nj-toasts'));

/** @param {string} text @param {Act} [act] */
export const tell = (text, act) => place()?.add({ kind: 'done', text, hint: '', act });

/** Sets a button for all messages about a problem. @param {string} title @param {() => Act} act */
export const remedy = (title, act) => remedies.set(title, act);

/** Shows what went wrong and what to do, in the chosen language. @param {unknown} error @param {string} [about] The name of a file. */
export function complain(error, about) {
  if (error instanceof DOMException && error.name === 'AbortError') return;
  // Then the whole page says how to get in.
  if (/** @type {{status?: number}} */ (error).status === 401) return;
  const { title, hint, logId } = /** @type {{title?: string, hint?: string, logId?: string}} */ (error);
  const said = inLanguage(/** @type {ProblemBody} */ ({ title, detail: error instanceof Error ? error.message : String(error), hint }));
  const act = remedies.get(title ?? '')?.();
  place()?.add({ kind: 'error', act, text: about && !said.text.startsWith(about) ? `${about}: ${said.text}` : said.text, hint: [said.hint, logId && t('log_id', { id: logId })].filter(Boolean).join(' · ') });
}

/** Removes all messages. */
export const hush = () => place()?.clear();

/** Runs a task and shows its error, if any. @template T @param {() => Promise<T>} task @returns {Promise<T | undefined>} */
export async function attempt(task) {
  try {
    return await task();
  } catch (error) {
    complain(error);
    return undefined;
  }
}
