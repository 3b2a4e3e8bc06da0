/** @file Short messages at the edge of the page; errors stay until dismissed. */

import { Base, html, keyed } from '../base.js';
import { icon } from '../icons.js';
import { t } from '../i18n.js';

/** @typedef {{label: string, run: () => void}} Act A button in a message. */
/** @typedef {{id: number, kind: 'done' | 'error', text: string, hint: string, act?: Act}} Toast */

const SECONDS = 5;
/** With a button there is something to decide. */
const SECONDS_TO_ACT = 10;
/** What helps against problems, by their title. @type {Map<string, () => Act>} */
const remedies = new Map();
let counter = 0;

export class Toasts extends Base {
  /** @type {Toast[]} */ shown = [];

  /** @param {Omit<Toast, 'id'>} toast */
  add(toast) {
    const same = this.shown.find((one) => one.text === toast.text);
    if (same) this.dismiss(same.id);
    const made = { ...toast, id: ++counter };
    this.shown = [...this.shown, made];
    this.changed();
    if (made.kind === 'done') setTimeout(() => this.dismiss(made.id), (made.act ? SECONDS_TO_ACT : SECONDS) * 1000);
  }

  /** @param {number} id */
  dismiss(id) {
    this.shown = this.shown.filter((one) => one.id !== id);
    this.changed();
  }

  render() {
    return html`<div class="toasts" role="log" aria-live="polite" aria-label=${t('messages')}>
      ${this.shown.map((toast) => keyed(toast.id, html`<div class=${`toast ${toast.kind}`}>
        ${icon(toast.kind === 'error' ? 'warning' : 'check')}
        <div class="grow"><p>${toast.text}</p>${toast.hint ? html`<p class="muted">${toast.hint}</p>` : ''}</div>
        ${toast.act ? html`<button class="small" @click=${() => { this.dismiss(toast.id); toast.act?.run(); }}>${toast.act.label}</button>` : ''}
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

/** Shows what went wrong and what to do. @param {unknown} error */
export function complain(error) {
  if (error instanceof DOMException && error.name === 'AbortError') return;
  // Then the whole page says how to get in.
  if (/** @type {{status?: number}} */ (error).status === 401) return;
  const { title = '', hint, logId } = /** @type {{title?: string, hint?: string, logId?: string}} */ (error);
  const text = error instanceof Error ? error.message : String(error);
  place()?.add({ kind: 'error', text: text[0].toUpperCase() + text.slice(1), hint: [hint, logId && t('log_id', { id: logId })].filter(Boolean).join(' · '), act: remedies.get(title)?.() });
}

/** Runs a task and shows its error, if any. @template T @param {() => Promise<T>} task @returns {Promise<T | undefined>} */
export async function attempt(task) {
  try {
    return await task();
  } catch (error) {
    complain(error);
    return undefined;
  }
}
