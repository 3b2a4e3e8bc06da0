/** @file State of the coloring desk: hints, settings and layer options of one drawing, with unlimited undo and redo. */

import { Edits } from '../../edits.js';

/** @import { Picture, Settings } from '../../types.js' */

/** @typedef {[number, number]} Place */
/** part: of a proposal that was accepted. @typedef {{x: number, y: number, color: string | null, part?: string, confidence?: number}} PointHint */
/** @typedef {{points: Place[], width: number, color: string | null}} StrokeHint */
/** @typedef {{points: Place[], color: string | null}} AreaHint */
/** The color of a part of a figure; figure: which of several. @typedef {{part: string, color: string, figure: number | null}} PartColor */
/**
 * In the format of the server, in pixels of the picture.
 * @typedef {{points: PointHint[], strokes: StrokeHint[], areas: AreaHint[], anchors: object[], parts: PartColor[], merge: Place[][], split: {points: Place[]}[], close: Place[][], open: Place[]}} Hints
 */
/** @typedef {{visible: boolean, opacity: number}} Look */
/** A stored picture whose colors are proposed. @typedef {{id: string, name: string}} Reference */
/** settings: those that differ from the defaults; layers: likewise. @typedef {{hints: Hints, settings: Settings, layers: Record<string, Look>, reference?: Reference | null}} Moment */

/** @returns {Hints} */
export const noHints = () => ({ points: [], strokes: [], areas: [], anchors: [], parts: [], merge: [], split: [], close: [], open: [] });
/** @returns {Moment} */
const blank = () => ({ hints: noHints(), settings: {}, layers: {} });

/** @extends {Edits<Moment>} */
class Desk extends Edits {
  /** @type {Picture | null} */ picture = null;

  constructor() { super('nijigen.desk', blank); }

  get hints() { return this.now.hints; }
  get settings() { return this.now.settings; }

  /** Loads a drawing with all its edits. @param {Picture} picture */
  async enter(picture) {
    if (this.wanted === picture.id) return;
    this.picture = null;
    const loading = this.load(picture.id);
    this.tell();
    if (!(await loading)) return;
    this.picture = picture;
    this.tell();
  }

  leave() {
    super.leave();
    this.picture = null;
  }

  /** @param {Partial<Hints>} change @param {string} [gesture] */
  hint(change, gesture) { this.change({ hints: { ...this.hints, ...change } }, gesture); }
}

export const desk = new Desk();
