/** @file Requests to the server of which only the newest counts. */

import { complain } from '../../elements/toast.js';

/** A series of requests: each is sent when the previous one has finished, or at once if that one is cancelled. */
export class Newest {
  busy = false;
  #key = '';
  #line = new AbortController();
  #timer = 0;
  /** @type {(() => void) | null} */ #next = null;

  /** @param {() => void} told Called when it becomes busy or idle. @param {boolean} [hurries] Cancel the previous request. */
  constructor(told, hurries = false) {
    this.told = told;
    this.hurries = hurries;
  }

  /** @param {string} key Of the request; the same one is not sent twice in a row. @param {(signal: AbortSignal) => Promise<void>} task @param {number} [rest] Milliseconds to wait for a newer request. */
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
      // Do not retry automatically: it would fail again, endlessly.
      if (!line.signal.aborted) complain(error);
    }
    if (line !== this.#line) return;
    this.busy = false;
    const next = this.#next;
    this.#next = null;
    if (next) next();
    else this.told();
  }

  /** Whether a request is still the newest. @param {string} key */
  wants(key) { return key === this.#key; }

  /** Cancels the current request, and forgets the last key. */
  stop() {
    clearTimeout(this.#timer);
    this.#line.abort();
    [this.#key, this.#next, this.busy] = ['', null, false];
    this.#line = new AbortController();
  }
}
