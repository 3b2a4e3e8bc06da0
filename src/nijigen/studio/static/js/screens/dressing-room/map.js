/** @file The part of the drawing at each pixel, from the named groups of the SVG. */

/** @import { Settings } from '../../types.js' */

/** The setting that draws a group, by `layer/part`; the first match counts. */
const DRAWN_BY = /** @type {[RegExp, string][]} */ ([
  [/^background/, 'background'],
  [/\/(animal_ear|inner_ear|ears)/, 'ears'],
  [/\/ahoge/, 'ahoge'],
  [/\/side|^hair_front\/(drill|braid|tie)/, 'hair_side'],
  [/^hair_front/, 'hair_front'],
  [/^hair_back/, 'hair_back'],
  [/^brows/, 'brows'],
  [/\/tear/, 'tears'],
  [/^signs/, 'expression'],
  [/^eyes/, 'eyes'],
  [/^mouth/, 'mouth'],
  [/\/(beard|moustache)/, 'beard'],
  [/\/bandage/, 'marking'],
  [/^head/, 'face'],
  [/^body/, 'skin'],
  [/^clothes/, 'outfit'],
  [/\/(glasses|lens|eyepatch)/, 'glasses'],
  [/\/(choker|pendant|necklace|earring|scarf)/, 'jewelry'],
  [/\/(bow|ribbon|flower|stamen|pins|star|feather|bell)/, 'ornament'],
  [/\/tie/, 'hair_back'],
  [/^accessories/, 'headwear'],
]);
/** Longer side of the map; fingers are less precise than that. */
const SIDE = 512;
/** Pixels that belong to no part: edges antialiased by the browser. */
const EDGE = 255;
const LABEL = 'inkscape:label';

/** Pixels of the outline per pixel of the map. */
const FINER = 2;

/** @param {HTMLCanvasElement} canvas @param {CanvasRenderingContext2DSettings} [how] @returns {CanvasRenderingContext2D} */
const penOf = (canvas, how) => /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d', how));
/** @param {number} width @param {number} height */
function sheet(width, height) {
  const canvas = Object.assign(document.createElement('canvas'), { width, height });
  return { canvas, pen: penOf(canvas, { willReadFrequently: true }) };
}
/** @param {string} path */
const settingOf = (path) => DRAWN_BY.findIndex(([pattern]) => pattern.test(path));
/** Colors far apart, so that a blend of two equals no other. @param {number} index @returns {[number, number, number]} */
const colorOf = (index) => [index * 10 + 5, 250 - index * 10, (index * 97) % 251];

export class PartMap {
  /** @param {Uint8Array} parts @param {number} width @param {number} height @param {Settings} traits @param {string[]} unknown */
  constructor(parts, width, height, traits, unknown) {
    this.parts = parts;
    this.width = width;
    this.height = height;
    this.traits = traits;
    /** Groups of the drawing without a known setting. */
    this.unknown = unknown;
  }

  /** The setting at a position; x and y are fractions of the picture. @param {number} x @param {number} y */
  at(x, y) {
    const [column, row] = [Math.floor(x * this.width), Math.floor(y * this.height)];
    if (column < 0 || row < 0 || column >= this.width || row >= this.height) return '';
    return DRAWN_BY[this.parts[row * this.width + column]]?.[1] ?? '';
  }

  /** A point inside the part that a setting draws, or null. @param {string} name @returns {[number, number] | null} */
  find(name) {
    const own = [...this.parts.keys()].filter((at) => DRAWN_BY[this.parts[at]]?.[1] === name);
    const at = own[own.length >> 1];
    return at === undefined ? null : [((at % this.width) + 0.5) / this.width, (Math.floor(at / this.width) + 0.5) / this.height];
  }

  /** Outlines the part that a setting draws, in a color with a white border. @param {HTMLCanvasElement} canvas @param {string} name @param {string} color */
  outline(canvas, name, color) {
    const [width, height] = [this.width * FINER, this.height * FINER];
    Object.assign(canvas, { width, height });
    if (!name) return;
    const mask = sheet(this.width, this.height);
    const shape = mask.pen.createImageData(this.width, this.height);
    this.parts.forEach((index, at) => { shape.data[at * 4 + 3] = DRAWN_BY[index]?.[1] === name ? 255 : 0; });
    mask.pen.putImageData(shape, 0, 0);
    const pen = penOf(canvas);
    for (const [paint, reach] of /** @type {const} */ ([['#fff', 6], [color, 3.5]])) {
      const ring = sheet(width, height);
      for (let turn = 0; turn < 2 * Math.PI; turn += Math.PI / 8) ring.pen.drawImage(mask.canvas, Math.cos(turn) * reach, Math.sin(turn) * reach, width, height);
      Object.assign(ring.pen, { globalCompositeOperation: 'source-in', fillStyle: paint });
      ring.pen.fillRect(0, 0, width, height);
      pen.drawImage(ring.canvas, 0, 0);
    }
    pen.globalCompositeOperation = 'destination-out';
    pen.drawImage(mask.canvas, 0, 0, width, height);
  }
}

/** The named groups in flat colors, one for each setting. @param {Document} drawing @returns {string[]} Unknown groups. */
function recolor(drawing) {
  const unknown = new Set();
  for (const group of drawing.querySelectorAll('g')) {
    const parent = group.parentElement?.getAttribute(LABEL);
    if (!parent || !group.hasAttribute(LABEL)) continue;
    const path = `${parent}/${group.getAttribute(LABEL)}`;
    const index = settingOf(path);
    if (index < 0) unknown.add(path);
    const color = index < 0 ? 'none' : `rgb(${colorOf(index).join()})`;
    for (const shape of group.querySelectorAll('path')) {
      // Shadow and light are inside their part; lines belong to it.
      if (/shade|light|blush/.test(shape.getAttribute('class') ?? '')) shape.remove();
      else shape.setAttribute('fill', color);
    }
  }
  return [...unknown];
}

/** @param {Document} drawing @param {number} width @param {number} height */
async function pixels(drawing, width, height) {
  const root = drawing.documentElement;
  for (const [name, value] of Object.entries({ width, height, 'shape-rendering': 'crispEdges' })) root.setAttribute(name, String(value));
  const url = URL.createObjectURL(new Blob([new XMLSerializer().serializeToString(drawing)], { type: 'image/svg+xml' }));
  const image = new Image();
  image.src = url;
  await image.decode();
  URL.revokeObjectURL(url);
  const { pen } = sheet(width, height);
  pen.drawImage(image, 0, 0, width, height);
  return pen.getImageData(0, 0, width, height).data;
}

/** @param {Blob} svg @returns {Promise<PartMap>} */
export async function mapOf(svg) {
  const drawing = new DOMParser().parseFromString(await svg.text(), 'image/svg+xml');
  const root = drawing.documentElement;
  if (root.localName !== 'svg') throw new Error('no drawing');
  const traits = JSON.parse(drawing.getElementById('traits')?.textContent || '{}');
  const [across, down] = [Number(root.getAttribute('width')), Number(root.getAttribute('height'))];
  const scale = SIDE / Math.max(across, down);
  const [width, height] = [Math.round(across * scale), Math.round(down * scale)];
  const unknown = recolor(drawing);
  const data = await pixels(drawing, width, height);
  const index = new Map(DRAWN_BY.map((_, at) => [colorOf(at).join(), at]));
  const parts = new Uint8Array(width * height).map((_, at) => index.get(`${data[at * 4]},${data[at * 4 + 1]},${data[at * 4 + 2]}`) ?? EDGE);
  return new PartMap(parts, width, height, traits, unknown);
}
