/** @file State of the coloring desk: hints, settings and layer options of one drawing, with unlimited undo and redo. */

import { same } from '../../catalogue.js';
import { Signal } from '../../store.js';
import { Memory } from './memory.js';

/** @import { Picture, Settings } from '../../types.js' */

/** @typedef {[number, number]} Place */
/** @typedef {{x: number, y: number, color: string | null}} PointHint */
/** @typedef {{points: Place[], width: number, color: string | null}} StrokeHint */
/** @typedef {{points: Place[], color: string | null}} AreaHint */
/**
 * In the format of the server, in pixels of the picture.
 * @typedef {{points: PointHint[], strokes: StrokeHint[], areas: AreaHint[], anchors: object[], merge: Place[][], split: {points: Place[]}[], close: Place[][], open: Place[]}} Hints
 */
/** @typedef {{visible: boolean, opacity: number}} Look */
/** settings: those that differ from the defaults; layers: likewise. @typedef {{hints: Hints, settings: Settings, layers: Record<string, Look>}} Moment */

/** Changes of one setting within this time are one undo step; a stroke is always one. */
const GESTURE_MS = 900;

/** @returns {Hints} */
export const noHints = () => ({ points: [], strokes: [], areas: [], anchors: [], merge: [], split: [], close: [], open: [] });
/** @returns {Moment} */
const blank = () => ({ hints: noHints(), settings: {}, layers: {} });

class Desk extends Signal {
  /** @type {Picture | null} */ picture = null;
  /** The id of the picture being loaded. */ wanted = '';
  /** @type {Moment[]} */ #moments = [blank()];
  #at = 0;
  #gesture = '';
  #when = 0;
  /** @type {Memory<Moment>} */ #memory = new Memory();

  get now() { return this.#moments[this.#at]; }
  get hints() { return this.now.hints; }
  get settings() { return this.now.settings; }
  get hasPast() { return this.#at > 0; }
  get hasFuture() { return this.#at < this.#moments.length - 1; }

  /** Loads a drawing with all its edits. @param {Picture} picture */
  async enter(picture) {
    if (this.wanted === picture.id) return;
    this.wanted = picture.id;
    this.picture = null;
    this.tell();
    const { moments, at } = await this.#memory.load(picture.id).catch(() => ({ moments: [], at: 0 }));
    if (this.wanted !== picture.id) return;
    this.picture = picture;
    this.#moments = moments.length ? moments : [blank()];
    this.#at = at;
    this.#gesture = '';
    if (!moments.length) this.#memory.keep(picture.id, 0, this.now);
    void this.#memory.prune().catch(() => undefined);
    this.tell();
  }

  leave() { [this.picture, this.wanted] = [null, '']; }

  /** @param {Partial<Moment>} change @param {string} [gesture] Changes of one gesture are undone together. */
  change(change, gesture = '') {
    const next = { ...this.now, ...change };
    if (!this.picture || same(next, this.now)) return;
    const goesOn = gesture && gesture === this.#gesture && (gesture.startsWith('pen') || Date.now() - this.#when < GESTURE_MS);
    [this.#gesture, this.#when] = [gesture, Date.now()];
    if (!goesOn) this.#at += 1;
    this.#moments.splice(this.#at, Infinity, next);
    this.#memory.keep(this.picture.id, this.#at, next);
    this.tell();
  }

  /** @param {Partial<Hints>} change @param {string} [gesture] */
  hint(change, gesture) { this.change({ hints: { ...this.hints, ...change } }, gesture); }

  /** Whether the last change was part of a gesture. @param {string} gesture */
  within(gesture) { return gesture === this.#gesture; }

  undo() { this.#travel(-1); }
  redo() { this.#travel(1); }

  /** @param {number} by */
  #travel(by) {
    if (!this.picture || !this.#moments[this.#at + by]) return;
    this.#at += by;
    this.#gesture = '';
    this.#memory.keep(this.picture.id, this.#at);
    this.tell();
  }
}

export const desk = new Desk();
