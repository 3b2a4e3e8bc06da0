/** @file Compares a picture with its result: shared zoom and pan, with a slider or a lens. */

import { Base, html } from '../base.js';
import { t } from '../i18n.js';
import { ARROWS, inWords, keyIn } from '../keys.js';
import { dragHandle, gestures } from './gestures.js';
import { bounded, centered, fitZoom, moved, resized, visible, zoomed } from './viewer-geometry.js';

/** @import { Box } from '../types.js' */
/** @import { Place } from './viewer-geometry.js' */

/** @typedef {{url: string, width: number, height: number}} Before */
/** @typedef {{url: string, box: Box, scale: number}} After scale: its pixels per pixel of the source. */
/** @typedef {'split' | 'lens' | 'after' | 'before'} Mode */

/** Above this zoom of the result its pixels are shown as squares. */
const SMOOTH_UNTIL = 8;
const CROP_MOST = 640;
const LENS = 0.22;

/** Emits `zoomed` with the zoom level, `crop` with a box, and `missing` if the picture does not exist. */
export class Viewer extends Base {
  /** @type {Before | null} */ picture = null;
  /** @type {After | null} */ outcome = null;
  /** @type {Mode} */ mode = 'split';
  /** Frame of the live preview. @type {Box | null} */ crop = null;
  busy = false;
  /** Whether pixels are shown as squares at any zoom. */ pixels = false;
  /** An overlay that follows the picture's position. @type {(Node & {lay(place: Place): void}) | null} */ over = null;
  /** Position of the slider in the visible part, 0 to 1. */ #split = 0.5;
  /** Middle of the lens in the window. */ #lens = { x: 0.5, y: 0.5 };
  /** @type {Place} */ #place = { zoom: 1, x: 0, y: 0 };
  /** Whether to fit the picture; until the user zooms. */ #fits = true;
  /** @type {string | undefined} */ #known = '';

  connected() {
    const watch = new ResizeObserver(() => (this.#fits ? this.fit() : this.#layout()));
    watch.observe(this);
    this.leaving(() => watch.disconnect());
    this.update();
    this.leaving(gestures(this.one('.stage'), {
      // A finger cannot hover, so it drags the lens.
      pan: (dx, dy, touch) => !(touch && this.mode === 'lens') && this.#go({ ...this.#place, x: this.#place.x + dx, y: this.#place.y + dy }),
      zoom: (factor, x, y) => this.#go(zoomed(this.#place, this.#place.zoom * factor, x, y)),
      move: (x, y) => this.mode === 'lens' && this.#moveLens(x / this.clientWidth, y / this.clientHeight),
    }));
  }

  get #view() { return { width: this.clientWidth || 1, height: this.clientHeight || 1 }; }
  /** Zoom level; 1 shows each pixel of the result, or of the source if there is no result. */
  get level() { return this.#place.zoom / (this.#whole ? this.outcome?.scale ?? 1 : 1); }
  /** Whether the result covers the whole picture, not a crop. */
  get #whole() { return this.outcome !== null && this.outcome.box[2] - this.outcome.box[0] === this.picture?.width && this.outcome.box[3] - this.outcome.box[1] === this.picture.height; }

  /** @param {Place} place */
  #go(place) {
    if (!this.picture) return;
    this.#fits = false;
    this.#place = bounded(place, this.picture, this.#view);
    this.#layout();
  }

  fit() {
    if (!this.picture) return;
    this.#go(centered(this.picture, this.#view, fitZoom(this.picture, this.#view)));
    this.#fits = true;
    this.#layout();
  }

  /** @param {number} level Zoom level, 1 for full size. */
  zoomTo(level) {
    const zoom = level * (this.#place.zoom / this.level);
    this.#go(zoomed(this.#place, zoom, this.#view.width / 2, this.#view.height / 2));
  }

  /** Scrolls and zooms to the preview frame. */
  zoomToCrop() {
    if (this.crop) this.zoomToBox(this.crop);
  }

  /** @param {Box} box */
  zoomToBox([left, top, right, bottom]) {
    const zoom = fitZoom({ width: right - left, height: bottom - top }, this.#view);
    this.#go({ zoom, x: this.#view.width / 2 - ((left + right) / 2) * zoom, y: this.#view.height / 2 - ((top + bottom) / 2) * zoom });
  }

  /** @param {number} x @param {number} y Fractions of the viewport. */
  #moveLens(x, y) {
    this.#lens = { x: Math.min(1, Math.max(0, x)), y: Math.min(1, Math.max(0, y)) };
    this.#layout();
  }

  /** @param {number} share */
  #moveSplit(share) {
    this.#split = Math.min(1, Math.max(0, share));
    this.#layout();
  }

  /** @param {Box} crop */
  #moveCrop(crop) {
    this.crop = crop;
    this.#layout();
    this.emit('crop', crop);
  }

  /** Positions everything; the only place that sets styles, since the content security policy forbids them in markup. */
  #layout() {
    const { picture: before, outcome: after, mode } = this;
    const place = this.#place;
    const stage = this.one('.stage');
    if (!stage || !before) return;
    // Both pictures alike: a source as squares beside its smooth enlargement would be no comparison.
    const pixels = this.pixels || place.zoom / (after?.scale ?? 1) > SMOOTH_UNTIL;
    const put = (/** @type {string} */ selector, /** @type {Box} */ [left, top, right, bottom]) => {
      const node = /** @type {HTMLElement | null} */ (this.querySelector(selector));
      if (!node) return;
      node.style.transform = `translate(${place.x + left * place.zoom}px, ${place.y + top * place.zoom}px)`;
      node.style.width = `${(right - left) * place.zoom}px`;
      node.style.height = `${(bottom - top) * place.zoom}px`;
      node.classList.toggle('pixels', pixels);
    };
    put('.before img', [0, 0, before.width, before.height]);
    if (after) put('.after img', after.box);
    if (this.crop) put('.crop', this.crop);
    const seen = after ? visible(after.box, place, this.#view) : { left: 0, top: 0, right: 0, bottom: 0 };
    const x = seen.left + (seen.right - seen.left) * this.#split;
    const layer = this.one('.after');
    const radius = Math.max(60, Math.min(this.#view.width, this.#view.height) * LENS);
    const lens = { x: this.#lens.x * this.#view.width, y: this.#lens.y * this.#view.height };
    if (layer) {
      layer.style.clipPath = mode === 'split' ? `inset(0 0 0 ${x}px)` : mode === 'lens' ? `circle(${radius}px at ${lens.x}px ${lens.y}px)` : 'none';
    }
    const divider = this.one('.divider');
    if (divider) {
      divider.style.transform = `translate(${x}px, ${seen.top}px)`;
      divider.style.height = `${seen.bottom - seen.top}px`;
      divider.setAttribute('aria-valuenow', String(Math.round(this.#split * 100)));
    }
    const ring = this.one('.lens');
    if (ring) {
      ring.style.transform = `translate(${lens.x - radius}px, ${lens.y - radius}px)`;
      ring.style.width = ring.style.height = `${radius * 2}px`;
    }
    this.over?.lay(place);
    this.emit('zoomed', this.level);
  }

  /** @param {KeyboardEvent} event */
  #stageKey = (event) => {
    const step = ARROWS[event.key];
    const far = event.shiftKey ? 200 : 40;
    const act = keyIn('view', event);
    if (act === 'pan') this.#go({ ...this.#place, x: this.#place.x - step[0] * far, y: this.#place.y - step[1] * far });
    else if (act === 'in') this.zoomTo(this.level * 1.25);
    else if (act === 'out') this.zoomTo(this.level / 1.25);
    else if (act === 'fit') this.fit();
    else if (act) this.zoomTo(Number(act));
    else return;
    event.preventDefault();
  };

  /** Arrow keys on a handle. @param {(dx: number, dy: number) => void} move @param {number} [far] */
  #arrows = (move, far = 1) => (/** @type {KeyboardEvent} */ event) => {
    const step = ARROWS[event.key];
    event.stopPropagation();
    if (!step) return this.#stageKey(event);
    event.preventDefault();
    move(step[0] * far * (event.shiftKey ? 8 : 1), step[1] * far * (event.shiftKey ? 8 : 1));
  };

  #slide = (/** @type {number} */ dx) => {
    const seen = this.outcome && visible(this.outcome.box, this.#place, this.#view);
    if (seen) this.#moveSplit(this.#split + dx / Math.max(1, seen.right - seen.left));
  };

  #shift = (/** @type {number} */ dx, /** @type {number} */ dy) => {
    if (this.crop && this.picture) this.#moveCrop(moved(this.crop, dx, dy, this.picture));
  };

  #stretch = (/** @type {number} */ dx, /** @type {number} */ dy) => {
    if (this.crop && this.picture) this.#moveCrop(resized(this.crop, dx, dy, this.picture, CROP_MOST));
  };

  /** Drags in pixels of the picture, carrying over fractions of a pixel. @param {PointerEvent} event @param {(dx: number, dy: number) => void} move */
  #dragged(event, move) {
    let [restX, restY] = [0, 0];
    dragHandle(event, (dx, dy) => {
      [restX, restY] = [restX + dx / this.#place.zoom, restY + dy / this.#place.zoom];
      const [x, y] = [Math.trunc(restX), Math.trunc(restY)];
      [restX, restY] = [restX - x, restY - y];
      move(x, y);
    });
  }

  updated() {
    const key = this.picture && `${this.picture.width}×${this.picture.height} ${this.picture.url}`;
    if (key && key !== this.#known) {
      this.#known = key;
      this.fit();
    } else this.#layout();
  }

  render() {
    const { picture: before, outcome: after, mode, crop } = this;
    const down = (/** @type {(dx: number, dy: number) => void} */ move) => (/** @type {PointerEvent} */ event) => this.#dragged(event, move);
    const compares = before && after;
    return html`<div class="stage" tabindex="0" role="group" aria-label=${t('stage')} aria-describedby="stage-keys" @keydown=${this.#stageKey} @dblclick=${() => this.fit()}>
      <p id="stage-keys" hidden>${inWords('view')}</p>
      ${before ? html`<div class="layer before"><img src=${before.url} alt=${t('before')} draggable="false" @error=${() => this.emit('missing')}></div>` : ''}
      ${compares && mode !== 'before' ? html`<div class="layer after"><img src=${after.url} alt=${t('after')} draggable="false"></div>` : ''}
      ${crop ? html`<div class=${`crop ${this.busy ? 'busy' : ''}`} tabindex="0" role="group" aria-label=${t('crop')} @keydown=${this.#arrows(this.#shift, 4)} @pointerdown=${down(this.#shift)} @dblclick=${(/** @type {Event} */ event) => { event.stopPropagation(); this.zoomToCrop(); }}>
        <button class="crop-corner" aria-label=${t('crop_resize')} @keydown=${this.#arrows(this.#stretch, 4)} @pointerdown=${down(this.#stretch)}></button></div>` : ''}
      ${compares && mode === 'split' ? html`<div class="divider" role="slider" tabindex="0" aria-label=${t('divider')} aria-valuemin="0" aria-valuemax="100" aria-valuenow="50"
        @keydown=${this.#arrows((dx) => this.#moveSplit(this.#split + dx * 0.02))} @pointerdown=${(/** @type {PointerEvent} */ event) => dragHandle(event, this.#slide)}></div>` : ''}
      ${compares && mode === 'lens' ? html`<button class="lens" aria-label=${t('lens_keys')}
        @keydown=${this.#arrows((dx, dy) => this.#moveLens(this.#lens.x + dx * 0.02, this.#lens.y + dy * 0.02))}></button>` : ''}
      ${before ? this.over : ''}
    </div>`;
  }
}
customElements.define('nj-viewer', Viewer);
