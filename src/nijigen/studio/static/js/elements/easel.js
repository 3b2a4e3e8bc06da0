/** @file A drawing canvas: zoom and pan by wheel, middle button, space and pinch; a pen; marks above the canvas. */

import { Base, html } from '../base.js';
import { ARROWS, inWords, keyIn } from '../keys.js';
import { gestures } from './gestures.js';
import { bounded, centered, fitZoom, zoomed } from './viewer-geometry.js';

/** @typedef {import('./viewer-geometry.js').Place} Place */
/** @typedef {{width: number, height: number}} Size */
/** @typedef {{x: number, y: number, touch: boolean, alt: boolean, shift: boolean, when: number}} Spot In pixels of the picture; when: timestamp of the event. */
/**
 * The active tool: receives pen down, move and up; `whole` is false if the stroke was cancelled.
 * @typedef {{down(spot: Spot): void, to(spot: Spot): void, up(whole: boolean): void, over(spot: Spot | null): void}} Pen
 */

const SMOOTH_UNTIL = 2.5;
const [STEP, FAR] = [8, 48];

/** Emits `zoomed` with the zoom level, 1 for full size. */
export class Easel extends Base {
  /** Of the picture. @type {Size | null} */ size = null;
  /** The displayed canvas. @type {HTMLCanvasElement | null} */ sheet = null;
  /** @type {Pen | null} */ pen = null;
  /** Draws the marks, in CSS pixels of the window. */ marks = /** @type {((context: CanvasRenderingContext2D, place: Place) => void) | null} */ (null);
  /** Pans with the primary button too. */ pans = false;
  /** Whether the tool works by single taps, or by strokes. */ taps = true;
  cursor = '';
  label = '';
  /** @type {Place} */ #place = { zoom: 1, x: 0, y: 0 };
  #fits = true;
  #space = false;
  #queued = false;
  #known = '';
  /** Position of the pen when moved by keys. @type {{x: number, y: number} | null} */ #keyed = null;
  #penDown = false;

  connected() {
    const watch = new ResizeObserver(() => (this.#fits ? this.fit() : this.layout()));
    watch.observe(this);
    this.leaving(() => watch.disconnect());
    this.update();
    const stage = this.one('.easel');
    this.leaving(gestures(stage, {
      pan: (dx, dy) => this.#go({ ...this.#place, x: this.#place.x + dx, y: this.#place.y + dy }),
      zoom: (factor, x, y) => this.#go(zoomed(this.#place, this.#place.zoom * factor, x, y)),
      pen: {
        begin: (event) => {
          if (event.button || this.pans || this.#space || !this.size || !this.pen) return false;
          this.#lead(null);
          this.pen.down(this.#spot(event));
          return true;
        },
        to: (event) => this.pen?.to(this.#spot(event)),
        end: (whole) => this.pen?.up(whole),
      },
    }));
    const stop = new AbortController();
    stage.addEventListener('pointermove', (/** @type {PointerEvent} */ event) => event.pointerType !== 'touch' && !event.buttons && this.pen?.over(this.#spot(event)), stop);
    stage.addEventListener('pointerleave', () => this.pen?.over(null), stop);
    const space = (/** @type {boolean} */ held) => (/** @type {KeyboardEvent} */ event) => {
      const control = event.target instanceof Element && event.target.closest('button, input, select, textarea, summary, a, dialog, [role=option]');
      if (event.code !== 'Space' || control) return;
      event.preventDefault();
      this.#space = held;
      this.one('.easel').classList.toggle('panning', held || this.pans);
    };
    document.addEventListener('keydown', space(true), stop);
    document.addEventListener('keyup', space(false), stop);
    this.leaving(() => stop.abort());
  }

  get #view() { return { width: this.clientWidth || 1, height: this.clientHeight || 1 }; }
  get zoom() { return this.#place.zoom; }

  /** @param {PointerEvent} event @returns {Spot} */
  #spot(event) {
    const frame = this.getBoundingClientRect();
    const { zoom, x, y } = this.#place;
    return {
      x: (event.clientX - frame.left - x) / zoom, y: (event.clientY - frame.top - y) / zoom,
      touch: event.pointerType === 'touch', alt: event.altKey, shift: event.shiftKey, when: event.timeStamp,
    };
  }

  /** @param {Place} place */
  #go(place) {
    if (!this.size) return;
    this.#fits = false;
    this.#place = bounded(place, this.size, this.#view);
    this.layout();
  }

  fit() {
    if (!this.size) return;
    this.#go(centered(this.size, this.#view, Math.min(8, fitZoom(this.size, this.#view))));
    this.#fits = true;
  }

  /** @param {number} level Zoom level, 1 for full size. */
  zoomTo(level) { this.#go(zoomed(this.#place, level, this.#view.width / 2, this.#view.height / 2)); }

  /** Positions the sheet and draws the marks in the next animation frame. */
  layout() {
    if (this.#queued) return;
    this.#queued = true;
    requestAnimationFrame(() => {
      this.#queued = false;
      if (this.isConnected) this.#layout();
    });
  }

  #layout() {
    const { size, sheet } = this;
    const canvas = /** @type {HTMLCanvasElement} */ (this.one('.easel-marks'));
    const context = canvas.getContext('2d');
    if (!size || !context) return;
    const { zoom, x, y } = this.#place;
    if (sheet) {
      sheet.style.transform = `translate(${x}px, ${y}px)`;
      sheet.style.width = `${size.width * zoom}px`;
      sheet.style.height = `${size.height * zoom}px`;
      sheet.classList.toggle('pixels', (size.width * zoom) / sheet.width > SMOOTH_UNTIL);
    }
    const { width, height } = this.#view;
    const [across, down] = [Math.round(width * devicePixelRatio), Math.round(height * devicePixelRatio)];
    if (canvas.width !== across || canvas.height !== down) Object.assign(canvas, { width: across, height: down });
    context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    context.clearRect(0, 0, width, height);
    this.marks?.(context, this.#place);
    if (this.#keyed) crosshair(context, x + this.#keyed.x * zoom, y + this.#keyed.y * zoom, this.#penDown);
    this.emit('zoomed', zoom);
  }

  /** Moves the pen by keys. @param {{x: number, y: number} | null} to */
  #lead(to) {
    if (!to && !this.#keyed) return;
    if (!to && this.#penDown) [(this.#penDown = false), this.pen?.up(true)];
    this.#keyed = to;
    this.layout();
  }

  /** @param {KeyboardEvent} event */
  #key = (event) => {
    const { size, pen } = this;
    const step = ARROWS[event.key];
    const act = keyIn('pen', event) || keyIn('view', event);
    if (!size || !act) return;
    const { zoom, x, y } = this.#place;
    const far = event.shiftKey ? FAR : STEP;
    const spot = (/** @type {{x: number, y: number}} */ at) => ({ ...at, touch: false, alt: event.altKey, shift: event.shiftKey, when: event.timeStamp });
    if (act === 'pan' || (act === 'move' && this.pans)) this.#go({ ...this.#place, x: x - step[0] * far * 5, y: y - step[1] * far * 5 });
    else if (act === 'move') {
      const from = this.#keyed ?? { x: size.width / 2, y: size.height / 2 };
      const hold = (/** @type {number} */ at, /** @type {number} */ most) => Math.min(most - 1, Math.max(0, at));
      this.#lead({ x: hold(from.x + (step[0] * far) / zoom, size.width), y: hold(from.y + (step[1] * far) / zoom, size.height) });
      this.#penDown ? pen?.to(spot(this.#keyed ?? from)) : pen?.over(spot(this.#keyed ?? from));
    } else if (act === 'pen' && this.#keyed && pen) {
      if (this.#penDown) pen.up(true);
      else pen.down(spot(this.#keyed));
      this.#penDown = !this.#penDown;
      if (this.#penDown && this.taps) [pen.up(true), (this.#penDown = false)];
      this.layout();
    } else if (act === 'in') this.zoomTo(zoom * 1.25);
    else if (act === 'out') this.zoomTo(zoom / 1.25);
    else if (act === 'fit') this.fit();
    else if (act === '1' || act === '2') this.zoomTo(Number(act));
    else return;
    event.preventDefault();
  };

  updated() {
    const stage = this.one('.easel');
    const paper = this.one('.easel-sheet');
    if (this.sheet && paper.firstChild !== this.sheet) paper.replaceChildren(this.sheet);
    stage.dataset.cursor = this.cursor;
    stage.classList.toggle('panning', this.pans);
    const key = this.size ? `${this.size.width}×${this.size.height}` : '';
    if (key && key !== this.#known) this.fit();
    this.#known = key;
    this.layout();
  }

  render() {
    return html`<div class="easel" tabindex="0" role="application" aria-label=${this.label} aria-describedby="easel-keys" @keydown=${this.#key} @blur=${() => this.#lead(null)}
      @contextmenu=${(/** @type {Event} */ event) => event.preventDefault()}>
      <p id="easel-keys" hidden>${`${inWords('pen')}, ${inWords('view')}`}</p>
      <div class="easel-sheet" aria-hidden="true"></div><canvas class="easel-marks" aria-hidden="true"></canvas>
    </div>`;
  }
}
customElements.define('nj-easel', Easel);

/** @param {CanvasRenderingContext2D} context @param {number} x @param {number} y @param {boolean} down */
function crosshair(context, x, y, down) {
  for (const [width, color] of /** @type {const} */ ([[4, '#000'], [2, down ? '#ff5a4d' : '#fff']])) {
    context.lineWidth = width;
    context.strokeStyle = color;
    context.beginPath();
    for (const [dx, dy] of Object.values(ARROWS)) {
      context.moveTo(x + dx * 4, y + dy * 4);
      context.lineTo(x + dx * 13, y + dy * 13);
    }
    context.stroke();
  }
}
