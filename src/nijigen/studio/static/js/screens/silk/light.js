/** @file The canvas of silk: light of threads and of their copies, which can be taken away again. */

/** @import { Thread } from './weaving.js' */
/** @typedef {{folds: number, mirror: boolean, spiral: boolean}} Symmetry */
/** @typedef {{slow: string, fast: string, ground: string, transparent: boolean}} Colors */

const [OPACITY, FAST, GAIN] = [0.09, 3.5, 1.5];
/** Copies of a spiral, each turned further and smaller. */
const SPIRAL = { rings: 5, turn: 0.45, scale: 0.78 };
const TILE = 32;
/** Entries of the curve of film for each unit of light, and their number. */
const [FINE, ENTRIES] = [400, 4096];

/** @param {string} hex @returns {number[]} */
const shares = (hex) => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255);

/** Matrices a, b, c, d of the copies. @param {Symmetry} symmetry */
function copies({ folds, mirror, spiral }) {
  const made = [];
  for (let ring = 0; ring < (spiral ? SPIRAL.rings : 1); ring += 1) {
    for (let fold = 0; fold < folds; fold += 1) {
      const turn = (2 * Math.PI * fold) / folds + SPIRAL.turn * ring;
      const [cosine, sine] = [Math.cos(turn) * SPIRAL.scale ** ring, Math.sin(turn) * SPIRAL.scale ** ring];
      made.push([cosine, -sine, sine, cosine]);
      if (mirror) made.push([-cosine, -sine, -sine, cosine]);
    }
  }
  return made;
}

export class Light {
  sheet = document.createElement('canvas');
  #slow = new Float32Array();
  #fast = new Float32Array();
  #touched = new Uint8Array();
  #across = 0;
  /** @type {number[][]} */ #copies = [];
  /** @type {Colors} */ #colors = { slow: '#000000', fast: '#000000', ground: '#000000', transparent: false };
  #curve = Float32Array.from({ length: ENTRIES }, (_, n) => 1 - Math.exp(-n / FINE));

  /** An empty canvas. @param {number} width @param {number} height @param {Symmetry} symmetry */
  clear(width, height, symmetry) {
    Object.assign(this.sheet, { width, height });
    [this.#slow, this.#fast] = [new Float32Array(width * height), new Float32Array(width * height)];
    this.#across = Math.ceil(width / TILE);
    this.#touched = new Uint8Array(this.#across * Math.ceil(height / TILE)).fill(1);
    this.#copies = copies(symmetry);
  }

  /** @param {Colors} colors */
  color(colors) {
    this.#colors = colors;
    this.#touched.fill(1);
  }

  /** @param {Thread} thread @param {number} sign 1 adds its light, -1 takes it away. */
  add(thread, sign) {
    const { width, height } = this.sheet;
    const scale = Math.min(width, height) / 1000;
    for (const [a, b, c, d] of this.#copies) {
      const place = (/** @type {number} */ n) => {
        const [x, y] = [thread.x[n] * scale - width / 2, thread.y[n] * scale - height / 2];
        return [a * x + b * y + width / 2, c * x + d * y + height / 2];
      };
      let [x, y] = place(0);
      for (let n = 1; n < thread.count; n += 1) {
        const [toX, toY] = place(n);
        const length = Math.hypot(toX - x, toY - y);
        const count = Math.min(4 * (width + height), Math.max(1, Math.ceil(length)));
        const light = (sign * OPACITY * thread.light[n - 1] * length) / count;
        for (let step = 0; step < count; step += 1) {
          const part = step / count;
          const share = Math.min(1, (thread.speed[n - 1] + (thread.speed[n] - thread.speed[n - 1]) * part) / FAST);
          this.#point(x + (toX - x) * part - 0.5, y + (toY - y) * part - 0.5, light, share);
        }
        [x, y] = [toX, toY];
      }
    }
  }

  /** Shares light among four pixels. @param {number} x @param {number} y @param {number} light @param {number} share Of the color of fast threads. */
  #point(x, y, light, share) {
    const { width, height } = this.sheet;
    const [left, top] = [Math.floor(x), Math.floor(y)];
    for (let row = top; row <= top + 1; row += 1) {
      if (row < 0 || row >= height) continue;
      const across = light * (1 - Math.abs(y - row));
      for (let column = left; column <= left + 1; column += 1) {
        if (column < 0 || column >= width) continue;
        const weight = across * (1 - Math.abs(x - column));
        this.#slow[row * width + column] += weight * (1 - share);
        this.#fast[row * width + column] += weight * share;
        this.#touched[(row >> 5) * this.#across + (column >> 5)] = 1;
      }
    }
  }

  /** Shows what has changed. */
  show() {
    const context = /** @type {CanvasRenderingContext2D} */ (this.sheet.getContext('2d'));
    const { width, height } = this.sheet;
    const { ground, transparent } = this.#colors;
    const [slow, fast, back] = [shares(this.#colors.slow), shares(this.#colors.fast), shares(ground)];
    for (let tile = 0; tile < this.#touched.length; tile += 1) {
      if (!this.#touched[tile]) continue;
      this.#touched[tile] = 0;
      const [left, top] = [(tile % this.#across) * TILE, Math.floor(tile / this.#across) * TILE];
      const image = context.createImageData(Math.min(TILE, width - left), Math.min(TILE, height - top));
      for (let n = 0; n < image.width * image.height; n += 1) {
        const at = (top + Math.floor(n / image.width)) * width + left + (n % image.width);
        const glow = slow.map((value, channel) => this.#curve[Math.min(ENTRIES - 1, Math.max(0, Math.round(GAIN * FINE * (value * this.#slow[at] + fast[channel] * this.#fast[at]))))]);
        const alpha = transparent ? Math.max(...glow) : 1;
        for (let channel = 0; channel < 3; channel += 1) {
          const value = transparent ? glow[channel] / Math.max(alpha, 1e-6) : 1 - (1 - glow[channel]) * (1 - back[channel]);
          image.data[n * 4 + channel] = value * 255;
        }
        image.data[n * 4 + 3] = alpha * 255;
      }
      context.putImageData(image, left, top);
    }
  }
}
