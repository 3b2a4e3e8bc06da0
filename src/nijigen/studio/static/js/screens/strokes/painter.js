/** @file Draws strokes in the window: fast while it moves, sharp when it rests. */

import { pathsOf, strokesOf } from './drawing.js';

/** @import { Place } from '../../elements/viewer-geometry.js' */
/** @import { Drawing, Stroke } from './drawing.js' */
/** @import { Look, Moment } from './state.js' */

/** @typedef {{d: string, path: Path2D, width: number}[]} Inked */

const CHOSEN = '#0b6bff';
const [HALO, EDGE] = ['rgb(255 255 255 / 85%)', 'rgb(11 107 255 / 55%)'];
/** A drawing that takes longer is moved as a picture until it rests. */
const [SLOW_MS, REST_MS] = [7, 140];

export class Painter {
  /** Calls back when a sharp drawing is due. */ #rested;
  /** @type {WeakMap<Stroke, {look: Look | undefined, inked: Inked}>} */ #inked = new WeakMap();
  /** The last sharp drawing, where it was, and of what. @type {{canvas: HTMLCanvasElement, place: Place, of: unknown[]} | null} */ #last = null;
  #slow = false;
  #timer = 0;
  /** Milliseconds that the last sharp drawing took. */ took = 0;

  /** @param {() => void} rested */
  constructor(rested) { this.#rested = rested; }

  leave() { clearTimeout(this.#timer); }

  /** @param {Stroke} stroke @param {Look | undefined} look @param {Stroke[]} all @returns {Inked} */
  #ink(stroke, look, all) {
    const known = this.#inked.get(stroke);
    if (known && known.look === look) return known.inked;
    const old = known?.inked ?? [];
    const inked = pathsOf(stroke, look, all).map(({ d, width }, at) => ({ d, path: old[at]?.d === d ? old[at].path : new Path2D(d), width }));
    this.#inked.set(stroke, { look, inked });
    return inked;
  }

  /** @param {CanvasRenderingContext2D} context @param {Place} place @param {Drawing} drawing @param {Moment} moment @param {Set<number>} chosen */
  draw(context, place, drawing, moment, chosen) {
    const of = [drawing, moment, chosen, context.canvas.width, context.canvas.height];
    const last = this.#last;
    const same = last !== null && of.every((one, at) => one === last.of[at]);
    const there = last !== null && (['zoom', 'x', 'y']).every((name) => place[/** @type {'x'} */ (name)] === last.place[/** @type {'x'} */ (name)]);
    if (last && same && (there || (this.#slow && this.#moves(place)))) return this.#again(context, place, last.canvas, last.place);
    clearTimeout(this.#timer);
    const began = performance.now();
    const canvas = last?.canvas ?? document.createElement('canvas');
    const { width, height } = context.canvas;
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    const own = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
    own.setTransform(1, 0, 0, 1, 0, 0);
    own.clearRect(0, 0, width, height);
    own.setTransform(devicePixelRatio * place.zoom, 0, 0, devicePixelRatio * place.zoom, devicePixelRatio * place.x, devicePixelRatio * place.y);
    this.#all(own, place, drawing, moment, chosen, [width / devicePixelRatio, height / devicePixelRatio]);
    this.took = performance.now() - began;
    this.#slow = this.took > SLOW_MS;
    this.#last = { canvas, place: { ...place }, of };
    this.#again(context, place, canvas, place);
  }

  /** Whether the window still moves; in the end it calls for a sharp drawing. @param {Place} place */
  #moves(place) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (this.#last) this.#last.of = [];
      this.#rested();
    }, REST_MS);
    return Boolean(place);
  }

  /** @param {CanvasRenderingContext2D} context @param {Place} place @param {HTMLCanvasElement} canvas @param {Place} was */
  #again(context, place, canvas, was) {
    const ratio = place.zoom / was.zoom;
    context.drawImage(canvas, place.x - was.x * ratio, place.y - was.y * ratio, (canvas.width / devicePixelRatio) * ratio, (canvas.height / devicePixelRatio) * ratio);
  }

  /** @param {CanvasRenderingContext2D} context @param {Place} place @param {Drawing} drawing @param {Moment} moment @param {Set<number>} chosen @param {[number, number]} window */
  #all(context, place, drawing, moment, chosen, [across, down]) {
    const all = strokesOf(drawing, moment);
    const gone = new Set(moment.gone);
    const [left, top] = [-place.x / place.zoom, -place.y / place.zoom];
    const [right, bottom] = [left + across / place.zoom, top + down / place.zoom];
    context.lineCap = context.lineJoin = 'round';
    context.save();
    context.beginPath();
    context.rect(0, 0, drawing.width, drawing.height);
    context.clip();
    const later = [];
    // Areas are below the lines, as in the file.
    for (const area of [true, false]) {
      for (const [id, stroke] of all.entries()) {
        const [l, t, r, b] = stroke.box;
        if ((stroke.kind === 'area') !== area || gone.has(id) || r < left || b < top || l > right || t > bottom) continue;
        if (chosen.has(id)) later.push(() => this.#one(context, this.#ink(stroke, moment.looks[id], all), CHOSEN));
        else this.#one(context, this.#ink(stroke, moment.looks[id], all), stroke.color);
      }
    }
    for (const draw of later) draw();
    context.restore();
  }

  /** @param {CanvasRenderingContext2D} context @param {Inked} inked @param {string} color @param {number} [more] */
  #one(context, inked, color, more = 0) {
    for (const { path, width } of inked) {
      if (width || more) {
        context.strokeStyle = color;
        context.lineWidth = width + more;
        context.stroke(path);
      }
      if (width) continue;
      context.fillStyle = color;
      context.fill(path, 'evenodd');
    }
  }

  /** Shows which stroke is under the pointer. @param {CanvasRenderingContext2D} context @param {Place} place @param {Stroke} stroke @param {Look | undefined} look @param {Stroke[]} all @param {boolean} chosen */
  point(context, place, stroke, look, all, chosen) {
    context.save();
    context.translate(place.x, place.y);
    context.scale(place.zoom, place.zoom);
    context.lineCap = context.lineJoin = 'round';
    const inked = this.#ink(stroke, look, all);
    this.#one(context, inked, HALO, 7 / place.zoom);
    this.#one(context, inked, EDGE, 4 / place.zoom);
    this.#one(context, inked, chosen ? CHOSEN : stroke.color);
    context.restore();
  }
}

/** Length in CSS pixels from which a gap is seen without a ring. */
const SEEN = 14;
const [GAP, GAP_NEAR] = ['#ff2fa8', '#ffb000'];

/** Gaps as short lines, each in a thin ring while it is too small to be seen. @param {CanvasRenderingContext2D} context @param {Place} place @param {[number, number][][]} gaps @param {number} near */
export function drawGaps(context, { zoom, x, y }, gaps, near) {
  context.lineCap = 'round';
  for (const [index, points] of gaps.entries()) {
    const at = points.map(([u, v]) => [x + u * zoom, y + v * zoom]);
    const [a, b] = [at[0], at[at.length - 1]];
    const [span, wide] = [Math.hypot(a[0] - b[0], a[1] - b[1]), index === near ? 1.5 : 0];
    for (const [more, color] of /** @type {[number, string][]} */ ([[1.5, 'rgb(0 0 0 / 55%)'], [0, index === near ? GAP_NEAR : GAP]])) {
      context.strokeStyle = color;
      context.lineWidth = 2.5 + wide + more;
      context.beginPath();
      at.forEach(([u, v], n) => context[n ? 'lineTo' : 'moveTo'](u, v));
      context.stroke();
      if (span > SEEN && index !== near) continue;
      context.lineWidth = 1.25 + wide + more;
      context.beginPath();
      context.arc((a[0] + b[0]) / 2, (a[1] + b[1]) / 2, Math.max(6, span / 2 + 4), 0, 2 * Math.PI);
      context.stroke();
    }
  }
}

/** @param {CanvasRenderingContext2D} context @param {Place} place @param {import('../../types.js').Box} box */
export function drawBox(context, { zoom, x, y }, [left, top, right, bottom]) {
  const frame = /** @type {const} */ ([x + left * zoom, y + top * zoom, (right - left) * zoom, (bottom - top) * zoom]);
  context.fillStyle = 'rgb(11 107 255 / 10%)';
  context.fillRect(...frame);
  context.lineWidth = 1.5;
  context.strokeStyle = CHOSEN;
  context.strokeRect(...frame);
}
