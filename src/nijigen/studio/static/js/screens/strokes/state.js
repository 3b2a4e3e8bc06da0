/** @file Edits of the strokes of a drawing. */

import { Edits } from '../../edits.js';

/** scale: of the width; taper: share of the length over which free ends get thin. @typedef {{scale?: number, taper?: number}} Look */
/** A line that was added, in pixels of the picture. @typedef {{points: [number, number][], width: number}} Added */
/** gone: numbers of deleted strokes; looks: by number; added: numbered after all others. @typedef {{gone: number[], looks: Record<string, Look>, added: Added[]}} Moment */

/** @extends {Edits<Moment>} */
class Strokes extends Edits {
  constructor() { super('nijigen.strokes', () => ({ gone: [], looks: {}, added: [] })); }

  /** @param {Iterable<number>} ids */
  remove(ids) { this.change({ gone: [...new Set([...this.now.gone, ...ids])] }); }

  /** Changes how strokes look. @param {Iterable<number>} ids @param {(look: Look) => Look} change @param {string} gesture */
  look(ids, change, gesture) {
    const looks = { ...this.now.looks };
    for (const id of ids) looks[id] = change(looks[id] ?? {});
    this.change({ looks }, gesture);
  }

  /** @param {Added[]} lines */
  add(lines) { this.change({ added: [...this.now.added, ...lines] }); }
}

export const strokes = new Strokes();
