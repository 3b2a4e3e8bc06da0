/** @file Edits of one drawing, with unlimited undo and redo that survive a reload. */

import { same } from './catalogue.js';
import { Memory } from './memory.js';
import { Signal } from './store.js';

/** Changes of one setting within this time are one undo step; a stroke of the pen is always one. */
const GESTURE_MS = 900;

/** @template {object} Moment The state between two edits. */
export class Edits extends Signal {
  /** The key of the drawing that is loaded, or being loaded. */ wanted = '';
  #loaded = false;
  /** @type {Moment[]} */ #moments;
  #at = 0;
  #gesture = '';
  #when = 0;
  /** @type {Memory<Moment>} */ #memory;

  /** @param {string} name Of the database that remembers them. @param {() => Moment} blank */
  constructor(name, blank) {
    super();
    this.blank = blank;
    this.#moments = [blank()];
    this.#memory = new Memory(name);
  }

  get now() { return this.#moments[this.#at]; }
  get hasPast() { return this.#at > 0; }
  get hasFuture() { return this.#at < this.#moments.length - 1; }

  /** Loads all edits of a drawing. @param {string} key @returns {Promise<boolean>} Whether it is still wanted. */
  async load(key) {
    this.wanted = key;
    this.#loaded = false;
    const { moments, at } = await this.#memory.load(key).catch(() => ({ moments: [], at: 0 }));
    if (this.wanted !== key) return false;
    this.#moments = moments.length ? moments : [this.blank()];
    this.#at = at;
    this.#gesture = '';
    this.#loaded = true;
    if (!moments.length) this.#memory.keep(key, 0, this.now);
    void this.#memory.prune().catch(() => undefined);
    return true;
  }

  leave() { [this.#loaded, this.wanted] = [false, '']; }

  /** @param {Partial<Moment>} change @param {string} [gesture] Changes of one gesture are undone together. */
  change(change, gesture = '') {
    const next = { ...this.now, ...change };
    if (!this.#loaded || same(next, this.now)) return;
    const goesOn = gesture && gesture === this.#gesture && (gesture.startsWith('pen') || Date.now() - this.#when < GESTURE_MS);
    [this.#gesture, this.#when] = [gesture, Date.now()];
    if (!goesOn) this.#at += 1;
    this.#moments.splice(this.#at, Infinity, next);
    this.#memory.keep(this.wanted, this.#at, next);
    this.tell();
  }

  /** Whether the last change was part of a gesture. @param {string} gesture */
  within(gesture) { return gesture === this.#gesture; }

  undo() { this.#travel(-1); }
  redo() { this.#travel(1); }

  /** @param {number} by */
  #travel(by) {
    if (!this.#loaded || !this.#moments[this.#at + by]) return;
    this.#at += by;
    this.#gesture = '';
    this.#memory.keep(this.wanted, this.#at);
    this.tell();
  }
}
