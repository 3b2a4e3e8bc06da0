/** @file The region of every pixel of a drawing: lookup, outlines, and filling with colors. */

import { rgbOf } from '../../../colors.js';

/** @import { Box } from '../../../types.js' */

/** A color as a canvas pixel in memory; 0 is transparent. @param {string | null} hex */
export function pixelOf(hex) {
  if (!hex) return 0;
  const [r, g, b] = rgbOf(hex);
  return ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
}

/** @param {Blob} blob @returns {Promise<ImageData>} Its pixels without color conversion. */
export async function pixelsOf(blob) {
  const bitmap = await createImageBitmap(blob, { colorSpaceConversion: 'none', premultiplyAlpha: 'none' });
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext('2d', { willReadFrequently: true }));
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

export class RegionMap {
  /** @type {Map<string, Path2D>} */ #outlines = new Map();

  /** @param {ImageData} image The number of each pixel's region in red, green and blue. */
  constructor(image) {
    this.width = image.width;
    this.height = image.height;
    this.labels = new Uint32Array(image.data.buffer);
    this.count = 0;
    for (let at = 0; at < this.labels.length; at += 1) {
      const seen = this.labels[at];
      const region = ((seen & 255) << 16) | (seen & 0xff00) | ((seen >>> 16) & 255);
      this.labels[at] = region;
      if (region >= this.count) this.count = region + 1;
    }
    this.areas = new Uint32Array(this.count);
    /** left, top, right, bottom of each region, one after the other. */
    this.boxes = new Uint16Array(this.count * 4);
    for (let region = 0; region < this.count; region += 1) this.boxes.set([65535, 65535, 0, 0], region * 4);
    for (let y = 0, at = 0; y < this.height; y += 1) {
      for (let x = 0; x < this.width; x += 1, at += 1) {
        const region = /** @type {number} */ (this.labels[at]);
        const box = region * 4;
        this.areas[region] += 1;
        if (x < this.boxes[box]) this.boxes[box] = x;
        if (y < this.boxes[box + 1]) this.boxes[box + 1] = y;
        if (x >= this.boxes[box + 2]) this.boxes[box + 2] = x + 1;
        if (y >= this.boxes[box + 3]) this.boxes[box + 3] = y + 1;
      }
    }
  }

  /** The region of a pixel, -1 outside. @param {number} x @param {number} y */
  at(x, y) {
    const [column, row] = [Math.floor(x), Math.floor(y)];
    return column >= 0 && row >= 0 && column < this.width && row < this.height ? this.labels[row * this.width + column] : -1;
  }

  /** The outline of a set of regions, as runs of pixel edges. @param {number[]} regions @returns {Path2D} */
  outline(regions) {
    const key = regions.join();
    const known = this.#outlines.get(key);
    if (known) return known;
    const path = new Path2D();
    const among = new Set(regions);
    const [left, top, right, bottom] = this.around(regions);
    const inside = (/** @type {number} */ x, /** @type {number} */ y) => among.has(this.at(x, y));
    const runs = (/** @type {number} */ from, /** @type {number} */ to, /** @type {(at: number) => boolean} */ edge, /** @type {(from: number, to: number) => void} */ draw) => {
      for (let at = from; at < to; at += 1) {
        if (!edge(at)) continue;
        const start = at;
        while (at < to && edge(at)) at += 1;
        draw(start, at);
      }
    };
    for (let y = top; y <= bottom; y += 1) {
      runs(left, right, (x) => inside(x, y) !== inside(x, y - 1), (from, to) => [path.moveTo(from, y), path.lineTo(to, y)]);
    }
    for (let x = left; x <= right; x += 1) {
      runs(top, bottom, (y) => inside(x, y) !== inside(x - 1, y), (from, to) => [path.moveTo(x, from), path.lineTo(x, to)]);
    }
    if (this.#outlines.size > 200) this.#outlines.clear();
    this.#outlines.set(key, path);
    return path;
  }

  /** The bounding box of a set of regions. @param {number[]} regions @returns {Box} */
  around(regions) {
    const sides = (/** @type {number} */ side) => regions.map((region) => this.boxes[region * 4 + side]);
    return [Math.min(...sides(0)), Math.min(...sides(1)), Math.max(...sides(2)), Math.max(...sides(3))];
  }

  /** Calls back with the region of every pixel of a box, and the index of the pixel in the box. @param {Box} box @param {(region: number, at: number) => void} tell */
  each([left, top, right, bottom], tell) {
    for (let y = top, at = 0; y < bottom; y += 1) {
      for (let x = left; x < right; x += 1, at += 1) tell(this.labels[y * this.width + x], at);
    }
  }

  /** Colors every pixel of a box by its region. @param {Uint32Array} table Of each region. @param {Uint32Array} pixels @param {Box} box */
  paint(table, pixels, [left, top, right, bottom]) {
    const { labels, width } = this;
    for (let y = top; y < bottom; y += 1) {
      for (let at = y * width + left; at < y * width + right; at += 1) pixels[at] = table[labels[at]];
    }
  }
}
