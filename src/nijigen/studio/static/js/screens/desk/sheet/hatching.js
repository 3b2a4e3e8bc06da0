/** @file Hatching over regions whose part is doubtful. */

/** @import { RegionMap } from './map.js' */

/** Stripes along the longer side, and the share of each that is drawn. */
const [STRIPES, SHARE] = [150, 0.3];
/** A canvas pixel in memory: blue, half transparent. */
const INK = 0xa8e05038;

/** @param {RegionMap} map @param {Set<number>} regions @returns {HTMLCanvasElement} In pixels of the sheet. */
export function hatching(map, regions) {
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width: map.width, height: map.height });
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  const [left, top, right, bottom] = map.around([...regions]);
  const image = context.createImageData(right - left, bottom - top);
  const pixels = new Uint32Array(image.data.buffer);
  const among = new Uint8Array(map.count);
  for (const region of regions) among[region] = 1;
  const period = Math.max(5, Math.round(Math.max(map.width, map.height) / STRIPES));
  const width = right - left;
  map.each([left, top, right, bottom], (region, at) => {
    if (among[region] && ((at % width) + Math.floor(at / width)) % period < period * SHARE) pixels[at] = INK;
  });
  context.putImageData(image, left, top);
  return canvas;
}
