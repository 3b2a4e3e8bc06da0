/** @file The live preview: waits until hands rest, asks for one crop, and drops what is out of date. */

import { api, Problem } from '../api.js';
import { complain } from '../elements/toast.js';

/** @import { Box, Inputs, Settings } from '../types.js' */

/** @typedef {{operation: string, inputs: Inputs, settings: Settings, box: Box}} Wanted */

const REST_MS = 220;

/** @param {{operation: string, inputs: Inputs}} wanted */
export const source = ({ operation, inputs }) => [operation, ...Object.values(inputs)].join();

export class Preview {
  /** of: what it was made by, and from. @type {{url: string, box: Box, scale: number, of: string} | null} */ shown = null;
  busy = false;
  /** @type {Record<string, string>} What is wrong with single settings. */ errors = {};
  #key = '';
  #timer = 0;
  /** @type {AbortController | null} */ #line = null;

  /** @param {() => void} changed */
  constructor(changed) { this.changed = changed; }

  /** Asks for a preview, unless it is the one that is shown or under way. @param {Wanted} wanted */
  ask(wanted) {
    const key = JSON.stringify(wanted);
    if (key === this.#key) return;
    this.#key = key;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => { this.#timer = 0; void this.#fetch(wanted, key); }, REST_MS);
  }

  /** @param {Wanted} wanted @param {string} key */
  async #fetch(wanted, key) {
    this.#line?.abort();
    const line = (this.#line = new AbortController());
    this.busy = true;
    this.errors = {};
    this.changed();
    try {
      const blob = await api.preview(wanted, line.signal);
      const size = await createImageBitmap(blob);
      if (key !== this.#key) return;
      this.#release();
      this.shown = { of: source(wanted), url: URL.createObjectURL(blob), box: wanted.box, scale: size.width / (wanted.box[2] - wanted.box[0]) };
      size.close();
    } catch (error) {
      if (error instanceof Problem && error.status === 409) return;
      if (error instanceof Problem && error.field) this.errors = { [error.field]: error.message };
      else complain(error);
    } finally {
      if (line === this.#line) {
        this.busy = false;
        this.changed();
      }
    }
  }

  #release() {
    if (this.shown) URL.revokeObjectURL(this.shown.url);
    this.shown = null;
  }

  /** Nobody looks at previews now: what waits or is under way is given up, what is shown is kept. */
  stop() {
    if (!this.#timer && !this.busy) return;
    clearTimeout(this.#timer);
    this.#line?.abort();
    this.#timer = 0;
    this.#key = '';
    this.busy = false;
  }

  /** Forgets what is shown; the next one is asked for anew. */
  clear() {
    this.stop();
    this.#key = '';
    this.errors = {};
    this.#release();
  }
}
