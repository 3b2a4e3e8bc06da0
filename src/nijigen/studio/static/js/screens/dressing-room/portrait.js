/** @file The live drawing: a quick draft, then a sharp version after a pause, and the map of its parts. */

import { api, Problem } from '../../api.js';
import { complain } from '../../elements/toast.js';
import { mapOf } from './map.js';
import { CHARACTER } from './state.js';

/** @import { Settings } from '../../types.js' */
/** @import { PartMap } from './map.js' */

/** A draft of this side is drawn in about a tenth of a second. */
const DRAFT = 288;
const REST_MS = 220;

/** @param {Settings} settings @param {number} side @returns {Settings} The same drawing at another size and the same aspect ratio. */
export function sized(settings, side) {
  const [width, height] = [settings.width ?? 512, settings.height ?? 512];
  const scale = side / Math.max(width, height);
  return { ...settings, show: undefined, width: Math.max(16, Math.round(width * scale)), height: Math.max(16, Math.round(height * scale)) };
}

export class Portrait {
  url = '';
  /** Whether a drawing is loading. */ busy = false;
  /** All values of the drawing, including those determined by the seed. @type {Settings} */ traits = {};
  /** @type {PartMap | null} */ map = null;
  #wanted = { key: '', number: 0, settings: /** @type {Settings} */ ({}), side: 0 };
  /** Rank of the shown version; a sharp one ranks above its own draft. */ #shown = 0;
  #drafting = false;
  #timer = 0;
  /** @type {AbortController | null} */ #line = null;

  /** @param {() => void} changed */
  constructor(changed) { this.changed = changed; }

  /** @param {Settings} settings @param {number} side Of the sharp drawing, in pixels of the screen. */
  ask(settings, side) {
    const key = JSON.stringify([settings, side]);
    if (key === this.#wanted.key) return;
    this.#wanted = { key, number: this.#wanted.number + 1, settings, side };
    this.#line?.abort();
    this.#line = null;
    this.busy = true;
    this.changed();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#settle(), REST_MS);
    // Drafts run one after the other and are not aborted: otherwise none would appear while a slider is dragged.
    if (!this.#drafting) void this.#draft();
  }

  async #draft() {
    this.#drafting = true;
    for (let made = -1; made !== this.#wanted.number && this.#shown < this.#wanted.number * 2;) {
      const { number, settings } = this.#wanted;
      made = number;
      try {
        this.#show(await api.make(CHARACTER, sized(settings, DRAFT), 'png'), number * 2);
      } catch (error) {
        this.#failed(error, number);
      }
    }
    this.#drafting = false;
  }

  async #settle() {
    const { number, settings, side } = this.#wanted;
    const line = (this.#line = new AbortController());
    try {
      const told = api.make(CHARACTER, sized({ ...settings, rendering: undefined }, DRAFT), 'svg', line.signal).then((svg) => this.#read(svg, line));
      const [sharp] = await Promise.all([api.make(CHARACTER, sized(settings, side), 'png', line.signal), told]);
      this.#show(sharp, number * 2 + 1);
    } catch (error) {
      // The draft with the same settings has failed too and shown the error.
      if (this.#shown >= number * 2) this.#failed(error, number);
    }
    if (line !== this.#line) return;
    this.busy = false;
    this.changed();
  }

  /** @param {Blob} svg @param {AbortController} line */
  async #read(svg, line) {
    const map = await mapOf(svg);
    if (line.signal.aborted) return;
    this.map = map;
    this.traits = map.traits;
    this.changed();
  }

  /** @param {Blob} picture @param {number} rank */
  #show(picture, rank) {
    if (rank < this.#shown) return;
    this.#shown = rank;
    const old = this.url;
    this.url = URL.createObjectURL(picture);
    this.changed();
    // Keep the old one until the new one is decoded.
    if (old) setTimeout(() => URL.revokeObjectURL(old), 1000);
  }

  /** @param {unknown} error @param {number} number */
  #failed(error, number) {
    if (number !== this.#wanted.number || (error instanceof Problem && error.status === 409)) return;
    this.busy = false;
    complain(error);
    this.changed();
  }

  leave() {
    clearTimeout(this.#timer);
    this.#line?.abort();
    this.#wanted.key = '';
  }
}

/** The values that a seed determines in addition to the given settings. @param {Settings} settings @returns {Promise<Settings>} */
export const rolled = async (settings) => (await mapOf(await api.make(CHARACTER, sized(settings, 64), 'svg'))).traits;
