/** @file The displayed sheet: paper, flat colors by region, the layers clipped to them, lines. */

/** @import { RegionMap } from './map.js' */
/** @import { Look } from '../state.js' */
/** @import { Box } from '../../../types.js' */

/** @typedef {{name: string, blend: string, opacity: number, visible: boolean, clipped: boolean, left: number, top: number, across?: number, down?: number, image: ImageBitmap | HTMLCanvasElement}} Layer across, down: pixels of the artwork per pixel of the image. */
/** The layers of an artwork, bottom first. @typedef {{width: number, height: number, layers: Layer[]}} Layers */

/** Canvas names of blend modes. @type {Record<string, GlobalCompositeOperation>} */
const BLENDS = {
  multiply: 'multiply', screen: 'screen', overlay: 'overlay', darken: 'darken', lighten: 'lighten', add: 'lighter', 'linear-dodge': 'lighter',
  'soft-light': 'soft-light', 'hard-light': 'hard-light', 'color-dodge': 'color-dodge', 'color-burn': 'color-burn', difference: 'difference',
};
/** The layers that the server makes, top first. */
export const NAMES = /** @type {const} */ (['line', 'light', 'highlight', 'shadow', 'gradient', 'flat', 'paper']);
/** @type {Look} */
export const SEEN = { visible: true, opacity: 1 };

/** @param {number} width @param {number} height */
function surface(width, height) {
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width, height });
  return { canvas, context: /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d', { willReadFrequently: true })) };
}

export class Sheet {
  /** @type {Layers} */ layers = { width: 1, height: 1, layers: [] };
  /** @type {Uint32Array} */ #pixels;
  /** The colors currently on the flat layer. */ #painted = { map: /** @type {RegionMap | null} */ (null), table: /** @type {Uint32Array} */ (new Uint32Array()) };

  /** @param {CanvasImageSource} drawing @param {number} width @param {number} height */
  constructor(drawing, width, height) {
    this.drawing = drawing;
    this.width = width;
    this.height = height;
    /** @type {ReturnType<typeof surface>} */
    this.shown = surface(width, height);
    this.flat = surface(width, height);
    this.group = surface(width, height);
    this.image = this.flat.context.createImageData(width, height);
    this.#pixels = new Uint32Array(this.image.data.buffer);
    this.compose({});
  }

  /** Shows new layers. @param {Layers} layers @param {boolean} sharp Whether paper and lines stay, since these are smaller. */
  take(layers, sharp) {
    if (sharp) {
      const old = this.layers;
      const [across, down] = [layers.width / old.width, layers.height / old.height];
      const kept = old.layers.filter(({ name }) => ['paper', 'line'].includes(name))
        .map((layer) => ({ ...layer, left: layer.left * across, top: layer.top * down, across: (layer.across ?? 1) * across, down: (layer.down ?? 1) * down }));
      layers = { ...layers, layers: [...layers.layers.filter(({ name }) => !['paper', 'line'].includes(name)), ...kept] };
    }
    this.layers = layers;
  }

  /** @returns {HTMLCanvasElement} */
  get canvas() { return this.shown.canvas; }

  /** Fills the regions whose color has changed. @param {RegionMap} map @param {Uint32Array} table @returns {Box | null} Where something changed. */
  color(map, table) {
    const { table: old, map: known } = this.#painted;
    const changed = known === map ? [...table.keys()].filter((region) => table[region] !== old[region]) : null;
    if (changed?.length === 0) return null;
    const box = changed ? map.around(changed) : /** @type {Box} */ ([0, 0, this.width, this.height]);
    const [left, top, right, bottom] = box;
    map.paint(table, this.#pixels, box);
    this.flat.context.putImageData(this.image, 0, 0, left, top, right - left, bottom - top);
    this.#outdate(map, changed ?? [...table.keys()], box);
    this.#painted = { map, table };
    return box;
  }

  /** Removes the gradients of regions whose color has changed, since they belong to the old one. @param {RegionMap} map @param {number[]} regions @param {Box} box */
  #outdate(map, regions, [left, top, right, bottom]) {
    const old = this.layers.layers.find(({ name }) => name === 'gradient');
    if (!old) return;
    if (!(old.image instanceof HTMLCanvasElement)) {
      const { canvas, context } = surface(this.width, this.height);
      this.#draw(context, old);
      Object.assign(old, { left: 0, top: 0, across: this.layers.width / this.width, down: this.layers.height / this.height, image: canvas });
    }
    const hole = surface(right - left, bottom - top);
    const image = hole.context.createImageData(right - left, bottom - top);
    const among = new Set(regions);
    map.each([left, top, right, bottom], (region, at) => { if (among.has(region)) image.data[at * 4 + 3] = 255; });
    hole.context.putImageData(image, 0, 0);
    const context = /** @type {CanvasRenderingContext2D} */ (/** @type {HTMLCanvasElement} */ (old.image).getContext('2d'));
    context.globalCompositeOperation = 'destination-out';
    context.drawImage(hole.canvas, left, top);
  }

  /** @param {CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D} context @param {Layer} layer */
  #draw(context, { image, left, top, across = 1, down = 1 }) {
    const [x, y] = [this.width / this.layers.width, this.height / this.layers.height];
    context.drawImage(image, left * x, top * y, image.width * x * across, image.height * y * down);
  }

  /** Composites everything. @param {Record<string, Look>} looks Of layers that the user changed. @param {Box} [box] Where something changed. */
  compose(looks, box = [0, 0, this.width, this.height]) {
    for (const { context } of [this.shown, this.group]) {
      context.save();
      context.beginPath();
      context.rect(box[0], box[1], box[2] - box[0], box[3] - box[1]);
      context.clip();
    }
    this.#compose(looks);
    for (const { context } of [this.shown, this.group]) context.restore();
  }

  /** @param {Record<string, Look>} looks */
  #compose(looks) {
    const { context } = this.shown;
    const look = (/** @type {string} */ name) => looks[name] ?? SEEN;
    const find = (/** @type {string} */ name) => this.layers.layers.find((layer) => layer.name === name);
    const whole = /** @type {const} */ ([0, 0, this.width, this.height]);
    context.globalCompositeOperation = 'source-over';
    context.clearRect(...whole);
    const paper = find('paper');
    if (look('paper').visible) {
      context.globalAlpha = look('paper').opacity;
      if (paper) this.#draw(context, paper);
      else [(context.fillStyle = '#fff'), context.fillRect(...whole)];
    }
    if (look('flat').visible && this.#painted.map) {
      context.globalAlpha = look('flat').opacity;
      context.drawImage(this.#grouped(looks), 0, 0);
    }
    const line = find('line');
    if (look('line').visible) {
      context.globalAlpha = look('line').opacity;
      // Until the lines are separated from the paper, they are multiplied onto it like ink.
      context.globalCompositeOperation = line ? 'source-over' : 'multiply';
      if (line) this.#draw(context, line);
      else context.drawImage(this.drawing, ...whole);
    }
    context.globalAlpha = 1;
  }

  /** The flat colors with the layers clipped to them. @param {Record<string, Look>} looks */
  #grouped(looks) {
    const seen = this.layers.layers.filter((layer) => layer.clipped && layer.visible && (looks[layer.name] ?? SEEN).visible);
    if (!seen.length) return this.flat.canvas;
    const { context, canvas } = this.group;
    context.globalCompositeOperation = 'copy';
    context.globalAlpha = 1;
    context.drawImage(this.flat.canvas, 0, 0);
    for (const layer of seen) {
      context.globalCompositeOperation = BLENDS[layer.blend] ?? 'source-over';
      context.globalAlpha = (looks[layer.name] ?? SEEN).opacity * layer.opacity;
      this.#draw(context, layer);
    }
    context.globalAlpha = 1;
    context.globalCompositeOperation = 'destination-in';
    context.drawImage(this.flat.canvas, 0, 0);
    return canvas;
  }

  /** The visible color at a position. @param {number} x @param {number} y */
  at(x, y) { return [...this.shown.context.getImageData(Math.floor(x), Math.floor(y), 1, 1).data]; }
}
