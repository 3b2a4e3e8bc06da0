/** @file The layout of a wall of pictures: rows of equal height, each as wide as the wall. */

/** Proportions beyond these are cut off when shown: a strip of comics would be a thread. */
const [NARROWEST, WIDEST] = [0.45, 3];
export const GAP = 4;

export class Justified {
  /** Wanted height of a row. */ #height = 180;
  #width = 0;
  /** @type {number[]} */ #ratios = [];
  /** The first picture of each row. @type {number[]} */ #firsts = [];
  /** Where each row begins, and where the last ends. @type {number[]} */ #tops = [0];

  /** @param {number} at */
  #ratio(at) { return Math.min(WIDEST, Math.max(NARROWEST, this.#ratios[at])); }

  get rows() { return this.#firsts.length; }
  get count() { return this.#ratios.length; }
  /** Height of the whole wall. */
  get height() { return this.#tops[this.rows]; }

  /** Lays out anew. @param {number[]} ratios Width by height of each picture. @param {number} width Of the wall. @param {number} height Wanted for a row. */
  lay(ratios, width, height) {
    this.#ratios = ratios;
    [this.#width, this.#height] = [width, height];
    this.#firsts = [];
    this.#tops = [0];
    this.#continue(0);
  }

  /** Lays out pictures that came at the end. @param {number[]} ratios Of all. */
  extend(ratios) {
    this.#ratios = ratios;
    // The last row may have room left.
    const from = this.#firsts.pop() ?? 0;
    if (this.#tops.length > 1) this.#tops.pop();
    this.#continue(from);
  }

  /** @param {number} first */
  #continue(first) {
    let sum = 0;
    for (let at = first; at < this.#ratios.length; at += 1) {
      sum += this.#ratio(at);
      const room = this.#width - (at - first) * GAP;
      if (sum * this.#height < room && at < this.#ratios.length - 1) continue;
      this.#firsts.push(first);
      this.#tops.push(this.#tops[this.#tops.length - 1] + Math.min(this.#height, room / sum) + GAP);
      first = at + 1;
      sum = 0;
    }
  }

  /** The row at a height. @param {number} y */
  rowAt(y) { return above(this.#tops, y, this.rows); }

  /** The row of a picture. @param {number} at */
  rowOf(at) { return above(this.#firsts, at, this.rows); }

  /** The first picture of a row; of the one after the last, the number of all. @param {number} row */
  first(row) { return row < this.rows ? this.#firsts[row] : this.count; }

  /** The places of the pictures of a row. @param {number} row @returns {{at: number, x: number, y: number, width: number, height: number}[]} */
  places(row) {
    const [y, height] = [this.#tops[row], this.#tops[row + 1] - this.#tops[row] - GAP];
    let x = 0;
    const places = [];
    for (let at = this.first(row); at < this.first(row + 1); at += 1) {
      const width = height * this.#ratio(at);
      places.push({ at, x, y, width, height });
      x += width + GAP;
    }
    return places;
  }

  /** The picture above or below another one. @param {number} at @param {number} by Rows. */
  beside(at, by) {
    const row = this.rowOf(at);
    const to = Math.min(this.rows - 1, Math.max(0, row + by));
    if (to === row) return at;
    const middle = (/** @type {{x: number, width: number}} */ { x, width }) => x + width / 2;
    const own = middle(this.places(row)[at - this.first(row)]);
    return this.places(to).reduce((best, one) => (Math.abs(middle(one) - own) < Math.abs(middle(best) - own) ? one : best)).at;
  }
}

/** The last of the ascending values that is not above one. @param {number[]} values @param {number} one @param {number} count How many are looked at. */
function above(values, one, count) {
  let [low, high] = [0, Math.max(0, count - 1)];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (values[middle] <= one) low = middle;
    else high = middle - 1;
  }
  return low;
}
