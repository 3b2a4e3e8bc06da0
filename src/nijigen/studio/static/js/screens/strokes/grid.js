/** @file Finds the strokes near a place without looking at all of them. */

/** @import { Stroke } from './drawing.js' */

/** Width of a cell in pixels. */
const CELL = 48;

export class Grid {
  /** @type {Map<number, Set<number>>} */ #cells = new Map();

  /** @param {Iterable<[number, Stroke]>} strokes By number. */
  constructor(strokes) {
    for (const [id, stroke] of strokes) {
      const { points, box } = stroke;
      if (stroke.kind === 'area') {
        for (let y = box[1]; y < box[3] + CELL; y += CELL) for (let x = box[0]; x < box[2] + CELL; x += CELL) this.#put(Math.min(x, box[2]), Math.min(y, box[3]), id);
        continue;
      }
      this.#put(points[0], points[1], id);
      for (let at = 2; at < points.length; at += 2) {
        const [u, v, x, y] = points.slice(at - 2, at + 2);
        const steps = Math.max(1, Math.ceil(Math.hypot(x - u, y - v) / (CELL / 2)));
        for (let step = 1; step <= steps; step += 1) this.#put(u + ((x - u) * step) / steps, v + ((y - v) * step) / steps, id);
      }
    }
  }

  /** @param {number} x @param {number} y */
  #key(x, y) { return Math.floor(y / CELL) * 1e6 + Math.floor(x / CELL); }

  /** @param {number} x @param {number} y @param {number} id */
  #put(x, y, id) {
    const key = this.#key(x, y);
    const cell = this.#cells.get(key);
    if (cell) cell.add(id);
    else this.#cells.set(key, new Set([id]));
  }

  /** The strokes that may come this near to a place. @param {number} x @param {number} y @param {number} reach In pixels. @returns {Set<number>} */
  near(x, y, reach) {
    /** @type {Set<number>} */
    const found = new Set();
    const far = reach + CELL / 2;
    for (let v = y - far; v < y + far + CELL; v += CELL) {
      for (let u = x - far; u < x + far + CELL; u += CELL) for (const id of this.#cells.get(this.#key(Math.min(u, x + far), Math.min(v, y + far))) ?? []) found.add(id);
    }
    return found;
  }
}
