/** @file The threads of a stroke, moved frame by frame as `effects.silk` moves them: the same numbers from the same seed. */

/** @typedef {[number, number][]} Points A point for each frame, in shares of width and height. */
/** @typedef {{x: Float64Array, y: Float64Array, speed: Float64Array, light: Float64Array, count: number}} Thread Of a canvas whose shorter side is 1000. */

const [FRICTION, SPRING, PUSH] = [0.975, 0.2, 0.1];
/** Frames that a point lives. */
export const LIFE = 150;
const OCTAVES = { count: 8, falloff: 0.65, scale: 0.0026, turns: 5 * Math.PI };

/** Gradient noise, as the direction of a push. */
export class Field {
  #order = Uint8Array.from({ length: 256 }, (_, number) => number);
  #x = Float64Array.from({ length: 256 }, (_, number) => Math.cos(number * ((2 * Math.PI) / 256)));
  #y = Float64Array.from({ length: 256 }, (_, number) => Math.sin(number * ((2 * Math.PI) / 256)));

  /** @param {number} seed */
  constructor(seed) {
    let state = seed >>> 0;
    for (let last = 255; last > 0; last -= 1) {
      for (let turn = 0; turn < 2; turn += 1) state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      const other = (state >>> 16) % (last + 1);
      [this.#order[last], this.#order[other]] = [this.#order[other], this.#order[last]];
    }
  }

  /** The angle of the push. @param {number} x @param {number} y */
  angle(x, y) {
    let [total, weight, scale] = [0, 1, OCTAVES.scale];
    for (let octave = 0; octave < OCTAVES.count; octave += 1) {
      total += weight * this.#noise(x * scale, y * scale);
      weight *= OCTAVES.falloff;
      scale *= 2;
    }
    return total * OCTAVES.turns;
  }

  /** @param {number} x @param {number} y */
  #noise(x, y) {
    const [column, row] = [Math.floor(x), Math.floor(y)];
    const [u, v] = [x - column, y - row];
    const corner = (/** @type {number} */ dx, /** @type {number} */ dy) => {
      const number = this.#order[(this.#order[(column + dx) & 255] + row + dy) & 255];
      return this.#x[number] * (u - dx) + this.#y[number] * (v - dy);
    };
    const eased = (/** @type {number} */ part) => part ** 3 * (part * (part * 6 - 15) + 10);
    const upper = corner(0, 0) + (corner(1, 0) - corner(0, 0)) * eased(u);
    const lower = corner(0, 1) + (corner(1, 1) - corner(0, 1)) * eased(u);
    return upper + (lower - upper) * eased(v);
  }
}

/** One stroke while its points drift. */
export class Weave {
  frame = 0;
  #x = /** @type {number[]} */ ([]);
  #y = /** @type {number[]} */ ([]);
  #dx = /** @type {number[]} */ ([]);
  #dy = /** @type {number[]} */ ([]);

  /** @param {Points} points May still grow, by a point for each frame. @param {Field} field @param {[number, number]} size Of the canvas in thousandths of its shorter side. */
  constructor(points, field, size) {
    this.points = points;
    this.field = field;
    this.size = size;
  }

  get over() { return this.frame >= this.points.length + LIFE; }

  /** Moves all points by one frame. @returns {Thread | null} What they draw. */
  step() {
    const { frame, points, field, size } = this;
    const [xs, ys, dxs, dys] = [this.#x, this.#y, this.#dx, this.#dy];
    if (frame < points.length) [xs.push(points[frame][0] * size[0]), ys.push(points[frame][1] * size[1]), dxs.push(0), dys.push(0)];
    const first = Math.max(0, frame - LIFE + 1);
    const count = Math.max(0, xs.length - first);
    this.frame += 1;
    const [pullX, pullY] = [new Float64Array(count), new Float64Array(count)];
    // An end would be drawn in by its only neighbor: the thread would shrink to a point.
    for (let n = 1; n < count - 1; n += 1) {
      const at = first + n;
      pullX[n] = SPRING * 0.5 * (xs[at + 1] - xs[at]) - SPRING * 0.5 * (xs[at] - xs[at - 1]);
      pullY[n] = SPRING * 0.5 * (ys[at + 1] - ys[at]) - SPRING * 0.5 * (ys[at] - ys[at - 1]);
    }
    const thread = { x: new Float64Array(count), y: new Float64Array(count), speed: new Float64Array(count), light: new Float64Array(count), count };
    for (let n = 0; n < count; n += 1) {
      const at = first + n;
      const angle = field.angle(xs[at], ys[at]);
      dxs[at] = (dxs[at] + PUSH * Math.cos(angle) + pullX[n]) * FRICTION;
      dys[at] = (dys[at] + PUSH * Math.sin(angle) + pullY[n]) * FRICTION;
      thread.x[n] = xs[at] += dxs[at];
      thread.y[n] = ys[at] += dys[at];
      thread.speed[n] = Math.hypot(dxs[at], dys[at]);
      thread.light[n] = 1 - (frame - at) / LIFE;
    }
    return count > 1 ? thread : null;
  }
}

/** A stroke that sweeps from near the center outwards in one bend. @returns {Points} */
export function randomStroke() {
  const between = (/** @type {number} */ low, /** @type {number} */ high) => low + Math.random() * (high - low);
  const [count, turn, bend] = [Math.round(between(70, 120)), between(0, 2 * Math.PI), between(-2.4, 2.4)];
  const [inner, reach] = [between(0.02, 0.12), between(0.15, 0.3)];
  return Array.from({ length: count }, (_, n) => {
    const along = n / (count - 1);
    const [radius, angle] = [inner + along * reach, turn + bend * along ** 1.3];
    return rounded(0.5 + radius * Math.cos(angle), 0.5 + radius * Math.sin(angle));
  });
}

/** A point as it is stored. @param {number} x @param {number} y @returns {[number, number]} */
export const rounded = (x, y) => [Number(x.toFixed(4)), Number(y.toFixed(4))];
