/** @file Results of the server for a drawing and its hints, cached so that a change is visible at once. */

import { api } from '../../api.js';
import { operations } from '../../catalogue.js';
import { Signal } from '../../store.js';
import { unzip } from '../../zip.js';
import { Newest } from './asks.js';
import { RegionMap, pixelOf, pixelsOf } from './sheet/map.js';
import { Sheet } from './sheet/sheet.js';
import { noHints } from './state.js';

/** @import { Box, Note, Picture, Settings } from '../../types.js' */
/** @import { Hints, Moment, PartColor, PointHint } from './state.js' */
/** @import { Layer, Layers } from './sheet/sheet.js' */

/** @typedef {{points: [number, number][], closed: boolean}} Gap */
/** A proposal: the colors of parts, a point in each region with its color, and the color of each region. @typedef {{parts: PartColor[], points: PointHint[], colors: (string | null)[]}} Variant */
/** @typedef {{id: string, scale: number}} Copy A stored picture, and its scale relative to the drawing. */

export const [PAINT, FLAT, REGIONS, PROPOSE] = ['color.paint', 'color.flat', 'color.regions', 'color.propose'];
const VARIANTS = 4;
/** Larger drawings are edited at this size and exported at full size. */
const WORK_MOST = 2048;
/** Size of shading while a setting is being dragged. */
const QUICK_MOST = 640;
const [REST_MS, LARGE_REST_MS] = [300, 1500];
/** @type {Box} */
const WHOLE = [0, 0, WORK_MOST, WORK_MOST];
/** Hints that change the regions. */
const SHAPING = ['merge', 'split', 'close', 'open'];

class Work extends Signal {
  /** @type {Picture | null} */ picture = null;
  /** @type {Sheet | null} */ sheet = null;
  /** @type {RegionMap | null} */ map = null;
  /** @type {RegionMap | null} Parts of divided regions. */ #parts = null;
  /** Colors of the regions, and of the parts of divided ones. @type {(string | null)[]} */ colors = [];
  /** The part of a figure that each region is, of which figure, and how sure that is. @type {(string | null)[]} */ parts = [];
  /** @type {number[]} */ figures = [];
  /** @type {number[]} */ confidence = [];
  /** Regions that hints decide. @type {Set<number>} */ hinted = new Set();
  /** Regions whose part is doubtful. @type {Set<number>} */ doubtful = new Set();
  /** @type {Variant[]} */ variants = [];
  /** What the server said of them. @type {string[]} */ notes = [];
  /** @type {Gap[]} */ gaps = [];
  /** Part of the sheet that needs compositing. @type {Box | null} */ changed = null;
  /** Pixels of the sheet per pixel of the drawing. */ scale = 1;
  /** A new object for each loaded drawing, to discard outdated responses. */ #visit = {};
  /** @type {Copy} */ #whole = { id: '', scale: 1 };
  /** @type {Promise<Copy> | null} */ #small = null;
  /** The most recently requested regions. @type {Promise<RegionMap | null>} */ #coming = Promise.resolve(null);
  #regions = new Newest(() => this.tell(), true);
  #colors = new Newest(() => this.tell());
  #gaps = new Newest(() => this.tell());
  #proposals = new Newest(() => this.tell(), true);
  /** Painting takes the server seconds: it is cancelled as soon as another one is needed. */ #layers = new Newest(() => this.tell(), true);
  #quick = new Newest(() => this.tell());
  /** Keys of the shown full-size layers, of the colors, and of the regions that map and colors belong to. */ #seen = '';
  #colored = '';
  #shapes = { map: '', colors: '' };

  get busy() { return [this.#regions, this.#colors, this.#layers].some((one) => one.busy); }
  /** Whether the colors on the sheet are older than the newest hints. */
  get coloring() { return !this.#colors.wants(this.#colored); }
  get ready() { return this.map !== null; }

  /** @param {Picture} picture */
  async enter(picture) {
    if (this.picture?.id === picture.id) return;
    this.leave();
    this.picture = picture;
    const visit = (this.#visit = {});
    const drawing = await createImageBitmap(await api.view(picture.id));
    if (this.#visit !== visit) return;
    const scale = Math.min(1, WORK_MOST / Math.max(drawing.width, drawing.height));
    const [width, height] = [drawing.width, drawing.height].map((side) => Math.max(1, Math.round(side * scale)));
    this.sheet = new Sheet(drawing, width, height);
    this.scale = scale;
    this.#change();
    this.tell();
    const whole = scale < 1 ? await copyOf(drawing, picture, scale) : { id: picture.id, scale };
    if (this.#visit !== visit) return;
    this.#whole = whole;
    this.tell();
  }

  /** @param {Box | null} [box] Of the sheet; by default all of it. */
  #change(box = null) {
    const [old, now] = [this.changed, box ?? WHOLE];
    this.changed = old ? [Math.min(old[0], now[0]), Math.min(old[1], now[1]), Math.max(old[2], now[2]), Math.max(old[3], now[3])] : now;
  }

  leave() {
    for (const one of [this.#regions, this.#colors, this.#gaps, this.#proposals, this.#layers, this.#quick]) one.stop();
    [this.picture, this.sheet, this.map, this.#parts, this.colors, this.gaps, this.#small, this.#whole] = [null, null, null, null, [], [], null, { id: '', scale: 1 }];
    [this.parts, this.figures, this.confidence, this.hinted, this.doubtful, this.variants, this.notes] = [[], [], [], new Set(), new Set(), [], []];
    this.#visit = {};
    [this.#seen, this.#colored, this.#shapes] = ['', '', { map: '', colors: '' }];
  }

  /** Requests everything that is outdated. @param {Moment} moment @param {boolean} live Whether a setting is being dragged. @param {boolean} gaps Whether gaps are shown. */
  follow(moment, live, gaps) {
    const { picture, sheet } = this;
    if (!picture || !sheet || !this.#whole.id) return;
    const shaping = JSON.stringify([picture.id, SHAPING.map((name) => moment.hints[/** @type {'merge'} */ (name)]), kept(REGIONS, moment.settings)]);
    const coloring = JSON.stringify([shaping, moment.hints, kept(FLAT, moment.settings)]);
    const layering = JSON.stringify([coloring, moment.settings]);
    this.#regions.ask(shaping, (signal) => this.#askRegions(moment, shaping, signal));
    this.#colors.ask(coloring, (signal) => this.#askColors(moment, shaping, coloring, signal));
    if (gaps) this.#gaps.ask(shaping, (signal) => this.#askGaps(moment, signal));
    const large = Math.max(sheet.width, sheet.height) > 2 * QUICK_MOST;
    if (live) this.#quick.ask(layering, (signal) => this.#askQuick(moment, layering, signal));
    // Colors come first: they are what was changed.
    if (this.coloring) {
      if (!this.#layers.wants(layering)) this.#layers.stop();
      return;
    }
    this.#proposals.ask(JSON.stringify([shaping, styleOf(moment)]), async (signal) => { Object.assign(this, await this.#askVariants(moment, signal)); });
    // Of a large drawing a small version comes first, the whole when its user pauses.
    if (large && !this.#layers.wants(layering)) this.#quick.ask(layering, (signal) => this.#askQuick(moment, layering, signal, true), REST_MS);
    this.#layers.ask(layering, (signal) => this.#askLayers(moment, layering, this.#whole, signal), large ? LARGE_REST_MS : REST_MS);
  }

  /** Proposals in another style, which the next ones asked for will be. @param {Moment} moment */
  async propose(moment) {
    const signal = new AbortController().signal;
    return (await this.#askVariants(moment, signal)).variants;
  }

  /** @param {Moment} moment @param {AbortSignal} signal @returns {Promise<{variants: Variant[], notes: string[]}>} */
  async #askVariants(moment, signal) {
    // They depend on the regions only, so that hints do not change what is proposed elsewhere.
    const hints = { ...noHints(), ...Object.fromEntries(SHAPING.map((name) => [name, moment.hints[/** @type {'merge'} */ (name)]])) };
    const wanted = this.#wanted(PROPOSE, { ...moment, hints }, this.#whole, { variants: VARIANTS, palette: null });
    const { reference } = moment;
    const answer = await (reference ? api.operate({ ...wanted, inputs: { ...wanted.inputs, reference: [reference.id] } }, signal).catch((error) => {
      // It was discarded since.
      if (error.status !== 404) throw error;
      return api.operate(wanted, signal);
    }) : api.operate(wanted, signal));
    const { variants } = await answer.json();
    const map = await this.#coming;
    return {
      notes: JSON.parse(answer.headers.get('Nijigen-Notes') ?? '[]').map((/** @type {Note} */ { text }) => text),
      variants: variants.map((/** @type {Variant} */ { parts = [], points }) => {
        /** @type {(string | null)[]} */
        const colors = Array(map?.count ?? 0).fill(null);
        for (const { x, y, color } of points) colors[map?.at(x, y) ?? 0] = color;
        return { parts, points, colors };
      }),
    };
  }

  /** @param {string} operation @param {Moment} moment @param {Copy} copy @param {Settings} [more] */
  #wanted(operation, moment, copy, more = {}) { return { operation, inputs: { picture: copy.id }, settings: { ...given(operation, moment, this.picture, copy.scale), ...more } }; }

  /** @param {Moment} moment @param {AbortSignal} signal */
  async #numbers(moment, signal) {
    const answer = await api.operate({ ...this.#wanted(FLAT, moment, this.#whole, { show: 'labels' }), format: 'png' }, signal);
    return new RegionMap(await pixelsOf(await answer.blob()));
  }

  /** @param {Moment} moment @param {string} shape @param {AbortSignal} signal */
  async #askRegions(moment, shape, signal) {
    const made = this.#numbers({ ...moment, hints: { ...moment.hints, points: [], strokes: [], areas: [] } }, signal);
    this.#coming = made.catch(() => null);
    this.map = await made;
    this.#shapes.map = shape;
    this.#show();
  }

  /** @param {Moment} moment @param {string} shape @param {string} key @param {AbortSignal} signal */
  async #askColors(moment, shape, key, signal) {
    // The parts of a region with hints of several colors are numbered after the regions.
    const parts = () => this.#numbers(moment, signal);
    const early = this.#parts && parts();
    const answer = await api.operate(this.#wanted(REGIONS, moment, this.#whole, { detail: 'colors' }), signal);
    const { colors, parts: known = [], figures = [], confidence = [], hinted = [], doubtful = [] } = await answer.json();
    const fine = colors.length > ((await this.#coming)?.count ?? Infinity) ? await (early ?? parts()) : null;
    // A newer hint is already shown provisionally; its own response is on its way.
    if (!this.#colors.wants(key)) return;
    [this.colors, this.#parts, this.#shapes.colors, this.#colored] = [colors, fine, shape, key];
    [this.parts, this.figures, this.confidence, this.hinted, this.doubtful] = [known, figures, confidence, new Set(hinted), new Set(doubtful)];
    this.#show();
  }

  /** @param {Moment} moment @param {AbortSignal} signal */
  async #askGaps(moment, signal) {
    const answer = await api.operate(this.#wanted(REGIONS, moment, this.#whole), signal);
    const { scale } = this.#whole;
    this.gaps = (await answer.json()).gaps.map((/** @type {Gap} */ gap) => ({ ...gap, points: gap.points.map(([x, y]) => [x / scale, y / scale]) }));
  }

  /** @param {Moment} moment @param {string} key @param {AbortSignal} signal @param {boolean} [sharp] Keep the paper and lines that are shown. */
  async #askQuick(moment, key, signal, sharp = false) {
    const copy = await (this.#small ??= this.#copy());
    await this.#askLayers(moment, key, copy, signal, this.#quick, sharp);
  }

  async #copy() {
    const { picture, sheet } = this;
    if (!picture || !sheet) throw new Error('there is no drawing');
    const scale = Math.min(this.scale, QUICK_MOST / Math.max(picture.width, picture.height));
    return scale < this.scale ? copyOf(sheet.drawing, picture, scale) : this.#whole;
  }

  /** @param {Moment} moment @param {string} key @param {Copy} copy @param {AbortSignal} signal @param {Newest} [line] @param {boolean} [sharp] */
  async #askLayers(moment, key, copy, signal, line = this.#layers, sharp = false) {
    const answer = await api.operate({ ...this.#wanted(PAINT, moment, copy), format: 'zip', draft: true }, signal);
    const layers = await layersOf(await answer.blob());
    // A draft may lag behind the pointer, but must not replace a complete and newer result.
    const whole = line === this.#layers;
    if (!this.sheet || (whole ? !line.wants(key) : line.wants('') || this.#layers.wants(this.#seen))) return;
    if (whole) this.#seen = key;
    this.sheet.take(layers, sharp);
    this.#change();
    this.tell();
  }

  /** The color at a position of the sheet, undefined if unknown. @param {number} x @param {number} y */
  colorAt(x, y) { return this.colors[(this.#parts ?? this.map)?.at(x, y) ?? -1]; }

  /** Colors regions provisionally, before the server responds. @param {number[]} regions @param {string | null} color */
  foresee(regions, color) {
    const changed = new Set(regions.filter((region) => region < this.colors.length && this.colors[region] !== color));
    if (!changed.size) return;
    this.colors = this.colors.map((old, at) => (changed.has(at) ? color : old));
    this.doubtful = new Set([...this.doubtful].filter((region) => !changed.has(region)));
    this.#show();
  }

  #show() {
    const { sheet, map } = this;
    // With changed regions, these numbers would mean other regions.
    if (!sheet || !map || this.#shapes.map !== this.#shapes.colors) return;
    const box = sheet.color(this.#parts ?? map, Uint32Array.from(this.colors, pixelOf));
    if (box) this.#change(box);
    this.tell();
  }
}

export const work = new Work();

/** The desk's settings that belong to an operation. @param {string} id @param {Settings} settings @returns {Settings} */
export function kept(id, settings) {
  const known = operations.get(id)?.settings.properties ?? {};
  return Object.fromEntries(Object.entries(settings).filter(([name]) => name in known));
}

/** Settings for an operation, with lengths in pixels of the picture that it gets. @param {string} id @param {Moment} moment @param {Picture | null} picture @param {number} scale @returns {Settings} */
export function given(id, moment, picture, scale) {
  const known = operations.get(id)?.settings.properties ?? {};
  const sized = (/** @type {string} */ name, /** @type {any} */ value) => {
    if (typeof value !== 'number' || scale === 1) return value;
    if (name === 'smallest') return Math.max(1, Math.round(value * scale * scale));
    return known[name].unit === 'px' ? value * scale : value;
  };
  const settings = Object.entries(kept(id, moment.settings)).map(([name, value]) => [name, sized(name, value)]);
  const hints = { version: 1, size: [picture?.width, picture?.height], ...moment.hints };
  // Without a rule all of them follow the one that paints.
  return { ...Object.fromEntries(settings), ...('hints' in known ? { hints } : {}), ...('rule' in known ? { rule: ruleOf(moment.settings) } : {}) };
}

/** What decides which colors are proposed. @param {Moment} moment */
const styleOf = ({ settings: { mood, seed }, reference }) => ({ mood, seed, reference: reference?.id });

/** The colors of parts that hold: chosen ones, or those of the first proposal. @param {Hints} hints @returns {PartColor[]} */
export const tableOf = (hints) => (hints.parts?.length ? hints.parts : work.variants[0]?.parts ?? []);

/** @param {Settings} settings @returns {string} */
const ruleOf = ({ rule }) => rule ?? operations.get(PAINT)?.settings.properties?.rule?.default;
/** Whether regions without a hint have proposed colors. @param {Settings} settings */
export const isProposed = (settings) => ruleOf(settings) === 'propose';

/** How many hints have a color. @param {Moment['hints']} hints */
export const countOf = (hints) => hints.points.length + hints.strokes.length + hints.areas.length + hints.anchors.length;

/** Stores a smaller copy. @param {CanvasImageSource} drawing @param {Picture} picture @param {number} scale @returns {Promise<Copy>} */
async function copyOf(drawing, picture, scale) {
  const [width, height] = [picture.width, picture.height].map((side) => Math.max(1, Math.round(side * scale)));
  const canvas = new OffscreenCanvas(width, height);
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext('2d'));
  context.imageSmoothingQuality = 'high';
  context.drawImage(drawing, 0, 0, width, height);
  const { id } = await api.upload(new File([await canvas.convertToBlob()], `small-${picture.name.replace(/\.\w+$/, '')}.png`, { type: 'image/png' }));
  return { id, scale };
}

/** The layers of a set of PNGs. @param {Blob} archive @returns {Promise<Layers>} */
export async function layersOf(archive) {
  const files = await unzip(archive);
  const { size, layers } = JSON.parse((await files.get('layers.json')?.text()) ?? '{}');
  const seen = layers.filter((/** @type {any} */ entry) => entry.file && entry.name !== 'flat');
  return {
    width: size[0], height: size[1],
    layers: await Promise.all(seen.map(async (/** @type {Layer & {file: string}} */ entry) => ({ ...entry, image: await createImageBitmap(/** @type {Blob} */ (files.get(entry.file))) }))),
  };
}
