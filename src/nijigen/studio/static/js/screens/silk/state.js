/** @file What is drawn on the silk canvas, and what shows it. */

import { Edits } from '../../edits.js';
import { session } from '../../session.js';
import { Light } from './light.js';
import { Field, Weave, rounded } from './weaving.js';

/** @import { Settings } from '../../types.js' */
/** @import { Points } from './weaving.js' */

export const SILK = 'effects.silk';
/** Points of all strokes together, as the operation takes them. */
const MOST = 20_000;
/** Pixels of the shorter side on the screen. */
const SHOWN = 900;
const STEP_MS = 1000 / 60;
/** Time in a frame of the screen for strokes that are shown again. */
const CATCH_UP_MS = 10;
/** Frames after which a pen that rests ends its stroke. */
const REST = 60;

/** @extends {Edits<{strokes: Points[]}>} */
class Strokes extends Edits {
  constructor() { super('nijigen.silk', () => ({ strokes: [] })); }
}
export const strokes = new Strokes();

/** Whether two strokes are the same; from the browser's memory they come as copies. @param {Points} a @param {Points} b */
const alike = (a, b) => a === b || (a.length === b.length && a.every((point, n) => point[0] === b[n][0] && point[1] === b[n][1]));

/** Weaves the strokes, the newest at the speed of the hand. */
export class Loom {
  light = new Light();
  /** @type {Weave[]} */ #weaves = [];
  /** Which weave is drawn right now or still grows. @type {Set<Weave>} */ #slow = new Set();
  /** @type {Weave | null} */ #drawn = null;
  /** @type {[number, number] | null} */ #pen = null;
  #rested = 0;
  #field = new Field(0);
  /** @type {[number, number]} */ #size = [1000, 1000];
  #known = { layout: '', colors: '' };
  #then = 0;
  #next = 0;
  #calm = matchMedia('(prefers-reduced-motion: reduce)').matches;

  /** @param {() => void} told Called when all threads have come to rest. */
  constructor(told) { this.#told = told; }
  #told;

  /** Whether threads still move. */
  get busy() { return this.#weaves.some((weave) => !weave.over); }
  get full() { return this.#points >= MOST; }
  get #points() { return this.#weaves.reduce((sum, { points }) => sum + points.length, 0); }

  /** Shows the strokes with all settings. @param {Settings} values */
  follow(values) {
    const { width, height, folds, mirror, spiral, seed, slow, fast, ground, transparent } = values;
    const layout = JSON.stringify([width / height, folds, mirror, spiral, seed]);
    const colors = JSON.stringify([slow, fast, ground, transparent]);
    if (layout !== this.#known.layout) {
      const least = Math.min(width, height);
      this.#size = [(width / least) * 1000, (height / least) * 1000];
      this.#field = new Field(seed);
      this.light.clear(...(/** @type {[number, number]} */ (this.#size.map((side) => Math.round((side / 1000) * SHOWN)))), { folds, mirror, spiral });
      [this.#weaves, this.#drawn] = [[], null];
      this.#slow.clear();
    }
    if (layout !== this.#known.layout || colors !== this.#known.colors) this.light.color({ slow, fast, ground, transparent });
    this.#known = { layout, colors };
    const wanted = [...strokes.now.strokes];
    for (const weave of [...this.#weaves]) {
      const at = wanted.findIndex((points) => alike(points, weave.points));
      if (at >= 0) wanted.splice(at, 1);
      else if (weave !== this.#drawn) this.#remove(weave);
    }
    for (const points of wanted) this.#weaves.push(new Weave(points, this.#field, this.#size));
    this.#go();
  }

  /** Takes the light of a stroke away. @param {Weave} gone */
  #remove(gone) {
    this.#weaves.splice(this.#weaves.indexOf(gone), 1);
    this.#slow.delete(gone);
    const again = new Weave(gone.points, this.#field, this.#size);
    while (again.frame < gone.frame) this.#step(again, -1);
  }

  /** Adds a stroke that grows before one's eyes. @param {Points} points */
  grow(points) {
    const weave = new Weave(points, this.#field, this.#size);
    this.#weaves.push(weave);
    if (!this.#calm) this.#slow.add(weave);
    strokes.change({ strokes: [...strokes.now.strokes, points] });
  }

  /** Puts the pen down, or moves it. @param {number} x Share of the width. @param {number} y */
  draw(x, y) {
    if (this.full) return;
    this.#pen = rounded(x, y);
    this.#rested = 0;
    if (!this.#drawn) {
      this.#drawn = new Weave([], this.#field, this.#size);
      this.#weaves.push(this.#drawn);
      this.#slow.add(this.#drawn);
    }
    this.#go();
  }

  /** Lifts the pen. */
  lift() {
    const drawn = this.#drawn;
    [this.#drawn, this.#pen] = [null, null];
    if (!drawn) return;
    if (drawn.points.length > 1) strokes.change({ strokes: [...strokes.now.strokes, drawn.points] });
    else this.#remove(drawn);
    if (this.#calm) this.#slow.delete(drawn);
  }

  /** @param {Weave} weave @param {number} sign */
  #step(weave, sign) {
    const thread = weave.step();
    if (thread) this.light.add(thread, sign);
  }

  #go() { this.#next ||= requestAnimationFrame((now) => this.#tick(now)); }

  /** @param {number} now */
  #tick(now) {
    this.#next = 0;
    // A page that was hidden does not catch up.
    if (now - this.#then > 100) this.#then = now - STEP_MS;
    for (; now - this.#then >= STEP_MS - 1; this.#then += STEP_MS) {
      if (this.#drawn && this.#pen) {
        this.#drawn.points.push(this.#pen);
        this.#rested += 1;
      }
      for (const weave of this.#slow) weave.over && weave !== this.#drawn ? this.#slow.delete(weave) : this.#step(weave, 1);
      if (this.#drawn && (this.#rested > REST || this.full)) this.lift();
    }
    const end = performance.now() + CATCH_UP_MS;
    for (const weave of this.#weaves) {
      while (!this.#slow.has(weave) && !weave.over && performance.now() < end) this.#step(weave, 1);
    }
    this.light.show();
    if (this.busy || this.#drawn) this.#go();
    else this.#told();
  }

  leave() {
    this.lift();
    cancelAnimationFrame(this.#next);
    this.#next = 0;
  }
}

/** The strokes as the operation reads them. */
export const written = () => JSON.stringify({ strokes: strokes.now.strokes });

/** @param {string} text @returns {Points[] | null} null if it holds something else. */
export function read(text) {
  try {
    const given = JSON.parse(text);
    const found = Array.isArray(given) ? given : given.strokes;
    const isPoint = (/** @type {unknown} */ point) => Array.isArray(point) && point.length === 2 && point.every((number) => Number.isFinite(number) && Math.abs(number) <= 10);
    const fits = Array.isArray(found) && found.flat().length <= MOST && found.every((points) => Array.isArray(points) && points.every(isPoint));
    return fits ? found : null;
  } catch {
    return null;
  }
}

/** Settings that differ from the defaults, which the form of the workbench shows too. @returns {Settings} */
export const settings = () => session.settings[SILK] ?? {};
