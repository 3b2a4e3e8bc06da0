/** @file Questions to the server of which only the newest counts. */

import { complain } from '../elements/toast.js';

/** One kind of question: asked when the answer to the one before is here, or at once if that one is given up. */
export class Newest {
  busy = false;
  #key = '';
  #line = new AbortController();
  #timer = 0;
  /** @type {(() => void) | null} */ #next = null;

  /** @param {() => void} told When it begins and ends to be busy. @param {boolean} [hurries] Gives up the one before. */
  constructor(told, hurries = false) {
    this.told = told;
    this.hurries = hurries;
  }

  /** @param {string} key Of the question; the same one is not asked twice in a row. @param {(signal: AbortSignal) => Promise<void>} task @param {number} [rest] Milliseconds to wait for another. */
  ask(key, task, rest = 0) {
    if (key === this.#key) return;
    this.#key = key;
    clearTimeout(this.#timer);
    if (this.hurries) this.#line.abort();
    const go = () => void this.#run(key, task);
    if (rest) this.#timer = setTimeout(go, rest);
    else go();
  }

  /** @param {string} key @param {(signal: AbortSignal) => Promise<void>} task */
  async #run(key, task) {
    if (this.busy && !this.hurries) {
      this.#next = () => void this.#run(key, task);
      return;
    }
    const line = (this.#line = new AbortController());
    this.busy = true;
    this.told();
    try {
      await task(line.signal);
    } catch (error) {
      // The same question is not asked again by itself: it would fail again, without end.
      if (!line.signal.aborted) complain(error);
    }
    if (line !== this.#line) return;
    this.busy = false;
    const next = this.#next;
    this.#next = null;
    if (next) next();
    else this.told();
  }

  /** Whether a question is still the newest. @param {string} key */
  wants(key) { return key === this.#key; }

  /** Gives up what is asked, and forgets what was. */
  stop() {
    clearTimeout(this.#timer);
    this.#line.abort();
    [this.#key, this.#next, this.busy] = ['', null, false];
    this.#line = new AbortController();
  }
}
