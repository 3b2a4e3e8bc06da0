/** @file A choice by thumbnail; thumbnails are rendered when they come into view. */

import { Base, html, keyed } from '../base.js';

/** @typedef {{value: any, label: string, key: string}} Option `key` identifies the thumbnail: another key, another thumbnail. */

let counter = 0;

/** Emits `value`. */
export class Thumbs extends Base {
  /** @type {any} */ value = null;
  /** @type {Option[]} */ options = [];
  label = '';
  /** Which part of the thumbnails is shown. */ view = '';
  /** Renders a thumbnail; fails if the option is not available. @type {(value: any, signal: AbortSignal) => Promise<string>} */ load = async () => '';
  #group = `thumbs-${++counter}`;
  /** @type {Map<any, {key: string, url: string, refused: string, line: AbortController}>} */ #made = new Map();
  /** @type {Set<any>} */ #seen = new Set();
  #watch = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      const option = this.options[Number(/** @type {HTMLElement} */ (target).dataset.index)];
      if (option && isIntersecting) [this.#seen.add(option.value), this.#fetch(option)];
      else if (option) this.#seen.delete(option.value);
    }
  }, { rootMargin: '120px' });

  connected() {
    this.leaving(() => {
      for (const { line } of this.#made.values()) line.abort();
      this.#watch.disconnect();
      this.#seen.clear();
    });
  }

  /** @param {Option} option */
  async #fetch({ value, key }) {
    const before = this.#made.get(value);
    if (before?.key === key) return;
    before?.line.abort();
    const line = new AbortController();
    // The old thumbnail stays until the new one is ready.
    this.#made.set(value, { key, url: before?.url ?? '', refused: '', line });
    const done = (/** @type {{url?: string, refused?: string}} */ found) => {
      const now = this.#made.get(value);
      if (now?.key !== key) return;
      Object.assign(now, found);
      this.changed();
    };
    try {
      done({ url: await this.load(value, line.signal) });
    } catch (error) {
      if (!line.signal.aborted) done({ refused: error instanceof Error ? error.message : String(error) });
    }
  }

  updated() {
    for (const item of this.querySelectorAll('.thumb')) this.#watch.observe(item);
    for (const option of this.options) if (this.#seen.has(option.value)) void this.#fetch(option);
  }

  render() {
    return html`<div class=${`thumbs ${this.view}`} role="radiogroup" aria-label=${this.label}>
      ${this.options.map(({ value, label }, index) => {
        const made = this.#made.get(value);
        return keyed(String(value), html`<label class="thumb" data-index=${index} title=${made?.refused || label}>
          <input type="radio" name=${this.#group} value=${String(value)} aria-label=${label} ?disabled=${made?.refused} .checked=${value === this.value}
            @change=${() => { this.value = value; this.emit('value', value); }}>
          <span class="thumb-view">${made?.url ? html`<img src=${made.url} alt="" draggable="false">` : ''}</span>
          <span class="thumb-name cut" aria-hidden="true">${label}</span>
        </label>`);
      })}
    </div>`;
  }
}
customElements.define('nj-thumbs', Thumbs);
