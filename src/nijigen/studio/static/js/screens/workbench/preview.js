/** @file The live preview: waits for a pause, requests one crop, and discards outdated responses. */

import { api, Problem } from '../../api.js';
import { complain } from '../../elements/toast.js';

/** @import { Box, Inputs, Settings } from '../../types.js' */

/** @typedef {{operation: string, inputs: Inputs, settings: Settings, box: Box}} Wanted */

const REST_MS = 220;

/** @param {{operation: string, inputs: Inputs}} wanted */
export const source = ({ operation, inputs }) => [operation, ...Object.values(inputs)].join();

export class Preview {
  /** of: key of the request. @type {{url: string, box: Box, scale: number, of: string} | null} */ shown = null;
  /** Settings that the operation chose for the picture. @type {Settings} */ chosen = {};
  #chosenFor = '';
  busy = false;
  /** @type {Record<string, string>} Errors of single settings. */ errors = {};
  /** Why there is no preview. @type {import('../../types.js').ProblemBody | null} */ problem = null;
  #key = '';
  #timer = 0;
  /** @type {AbortController | null} */ #line = null;

  /** @param {() => void} changed */
  constructor(changed) { this.changed = changed; }

  /** Requests a preview, unless it is already shown or loading. @param {Wanted} wanted */
  ask(wanted) {
    const key = JSON.stringify(wanted);
    if (key === this.#key) return;
    this.#key = key;
    if (this.#chosenFor !== source(wanted)) this.#choose({}, wanted);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => { this.#timer = 0; void this.#fetch(wanted, key); }, REST_MS);
  }

  /** @param {Wanted} wanted @param {string} key */
  async #fetch(wanted, key) {
    this.#line?.abort();
    const line = (this.#line = new AbortController());
    this.busy = true;
    this.errors = {};
    this.problem = null;
    this.changed();
    try {
      const { blob, chosen } = await api.preview(wanted, line.signal);
      const size = await createImageBitmap(blob);
      if (key !== this.#key) return;
      this.#release();
      this.#choose(chosen, wanted);
      this.shown = { of: source(wanted), url: URL.createObjectURL(blob), box: wanted.box, scale: size.width / (wanted.box[2] - wanted.box[0]) };
      size.close();
    } catch (error) {
      if (error instanceof Problem && error.status === 409) return;
      if (error instanceof Problem && error.field) this.errors = { [error.field]: error.message };
      else if (error instanceof Problem) this.problem = error.body;
      else complain(error);
    } finally {
      if (line === this.#line) {
        this.busy = false;
        this.changed();
      }
    }
  }

  /** @param {Settings} chosen @param {Wanted} wanted */
  #choose(chosen, wanted) {
    this.chosen = chosen;
    this.#chosenFor = source(wanted);
  }

  #release() {
    if (this.shown) URL.revokeObjectURL(this.shown.url);
    this.shown = null;
  }

  /** Cancels waiting and running requests while previews are hidden; keeps the shown one. */
  stop() {
    if (!this.#timer && !this.busy) return;
    clearTimeout(this.#timer);
    this.#line?.abort();
    this.#timer = 0;
    this.#key = '';
    this.busy = false;
  }

  /** Discards the shown preview, so that the next one is requested again. */
  clear() {
    this.stop();
    this.#key = '';
    this.errors = {};
    this.problem = null;
    this.chosen = {};
    this.#release();
  }
}
