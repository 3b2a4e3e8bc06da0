/** @file The paper below the strokes, with the original shining through. */

import { api } from '../../api.js';

/** @import { Picture } from '../../types.js' */
/** @import { Drawing } from './drawing.js' */

/** Longest side of the canvas. */
const MOST = 2048;

export class Paper {
  #canvas = document.createElement('canvas');
  #key = '';
  /** The original, decoded. @type {{id: string, image: ImageBitmap | null}} */ #original = { id: '', image: null };
  #told;

  /** @param {() => void} told Called when the original is there. */
  constructor(told) { this.#told = told; }

  /** @param {Drawing} drawing @param {Picture} original @param {number} faint How much of it shines through, 0 to 1. */
  canvas(drawing, original, faint) {
    if (this.#original.id !== original.id) void this.#load(original);
    const { image } = this.#original;
    const key = `${original.id} ${faint} ${drawing.width}×${drawing.height} ${drawing.paper} ${image !== null}`;
    if (key === this.#key) return this.#canvas;
    this.#key = key;
    const scale = Math.min(1, MOST / Math.max(drawing.width, drawing.height));
    const [width, height] = [drawing.width, drawing.height].map((side) => Math.max(1, Math.round(side * scale)));
    Object.assign(this.#canvas, { width, height });
    const context = /** @type {CanvasRenderingContext2D} */ (this.#canvas.getContext('2d'));
    context.fillStyle = drawing.paper ?? '#ffffff';
    context.fillRect(0, 0, width, height);
    context.globalAlpha = faint;
    if (image) context.drawImage(image, 0, 0, width, height);
    return this.#canvas;
  }

  /** @param {Picture} original */
  async #load({ id }) {
    this.#original = { id, image: null };
    const blob = await api.view(id).catch(() => null);
    const image = blob && (await createImageBitmap(blob));
    if (this.#original.id !== id) return;
    this.#original.image = image;
    this.#told();
  }
}
