/** @file Overlay of faces on a picture: boxes, heads and landmarks, edited by pointer or keys. */

import { Base, html, keyed } from '../../base.js';
import { icon } from '../../icons.js';
import { t } from '../../i18n.js';
import { ARROWS, keyIn } from '../../keys.js';
import { extent } from './faces-model.js';

/** @import { Template } from '../../base.js' */
/** @import { Box } from '../../types.js' */
/** @import { Place } from '../viewer-geometry.js' */
/** @import { Face, FacesModel, Grip, Point } from './faces-model.js' */

/** Hit radius in screen pixels, for a mouse and for a finger. */
const NEAR = { mouse: 8, touch: 18 };
/** Faces smaller than this on the screen show no landmarks: they would hide the face. */
const POINTS_FROM = 56;
/** On smaller ones landmarks are smaller too. */
const LARGE_FROM = 180;
/** Face parts, and whether their line is closed. @type {[string, boolean][]} */
const LINES = [['contour', false], ['eye_left', true], ['eye_right', true], ['nose', false], ['mouth', true], ['brow_left', false], ['brow_right', false]];

/** Lips and lids: the upper from the left, then the lower back. @param {Record<string, Point>} points @param {string} part */
function around(points, part) {
  const of = (/** @type {string} */ name) => Object.keys(points).filter((key) => key.startsWith(`${name}_`)).map((key) => points[key]);
  return part.startsWith('eye') || part === 'mouth' ? [...of(`${part}_upper`), ...of(`${part}_lower`).reverse()] : of(part);
}

/** @param {Record<string, Point>} points */
const lines = (points) => LINES.map(([part, closed]) => {
  const places = around(points, part).map(([x, y]) => `${x} ${y}`);
  return places.length ? `M${places.join('L')}${closed ? 'z' : ''}` : '';
}).join('');

/** @param {Record<string, Point>} points @param {boolean} seen */
const dots = (points, seen) => Object.values(points).filter((point) => point[2] >= 0.5 === seen).map(([x, y]) => `M${x} ${y}h0`).join('');

/** @param {Box} box */
const frame = ([left, top, right, bottom]) => `M${left} ${top}H${right}V${bottom}H${left}z`;

export class FacesOver extends Base {
  /** @type {FacesModel | null} */ model = null;
  /** Position of the picture. @type {Place} */ #place = { zoom: 1, x: 0, y: 0 };
  /** @type {((dx: number, dy: number) => void) | null} */ #moves = null;
  #from = { x: 0, y: 0 };

  connected() {
    if (this.model) this.leaving(this.model.subscribe(() => this.changed()));
  }

  /** @param {Place} place */
  lay(place) {
    this.#place = place;
    if (this.isConnected) this.update();
  }

  /** @param {PointerEvent} event @returns {[number, number]} On the picture. */
  #at(event) {
    const area = this.getBoundingClientRect();
    return [(event.clientX - area.left - this.#place.x) / this.#place.zoom, (event.clientY - area.top - this.#place.y) / this.#place.zoom];
  }

  /** @param {Face} face */
  #showsPoints = (face) => Boolean(this.model?.points && face.landmarks && (face.box[2] - face.box[0]) * this.#place.zoom >= POINTS_FROM);

  /** The grip of the selected face at a position: corners first, then landmarks, then edges. @param {Face} face @param {[number, number]} at @param {number} near @returns {Grip} */
  #grip(face, [x, y], near) {
    const reach = near / this.#place.zoom;
    const side = (/** @type {number} */ value, /** @type {number} */ low, /** @type {number} */ high) =>
      /** @type {-1 | 0 | 1} */ (Math.abs(value - low) < reach ? -1 : Math.abs(value - high) < reach ? 1 : 0);
    const edges = /** @type {const} */ (['box', 'head']).flatMap((name) => {
      const box = face[name];
      if (!box || x < box[0] - reach || x > box[2] + reach || y < box[1] - reach || y > box[3] + reach) return [];
      return [{ box: name, x: side(x, box[0], box[2]), y: side(y, box[1], box[3]) }];
    });
    const corner = edges.find((edge) => edge.x && edge.y);
    if (corner) return corner;
    const points = this.#showsPoints(face) ? Object.entries(face.landmarks ?? {}) : [];
    const [nearest] = points.map(([name, [u, v]]) => ({ name, far: Math.hypot(u - x, v - y) })).sort((a, b) => a.far - b.far);
    if (nearest && nearest.far < reach) return { point: nearest.name };
    return edges.find((edge) => edge.x || edge.y) ?? {};
  }

  /** The face at a position: the selected one, or the smallest. @param {[number, number]} at @param {number} near */
  #hit([x, y], near) {
    const { model } = this;
    const reach = near / this.#place.zoom;
    const area = (/** @type {Face} */ face) => { const box = extent(face); return (box[2] - box[0]) * (box[3] - box[1]); };
    const hits = (model?.faces ?? []).flatMap((face, index) => {
      const box = extent(face);
      return x > box[0] - reach && x < box[2] + reach && y > box[1] - reach && y < box[3] + reach ? [{ index, area: area(face) }] : [];
    });
    const kept = model?.editing && hits.find(({ index }) => index === model.selected);
    return (kept || hits.sort((a, b) => a.area - b.area)[0])?.index ?? -1;
  }

  /** @param {PointerEvent} event */
  #down = (event) => {
    const { model } = this;
    if (!model || event.button) return;
    const touch = event.pointerType === 'touch';
    const near = touch ? NEAR.touch : NEAR.mouse;
    const index = this.#hit(this.#at(event), near);
    const before = model.selected;
    if (index !== before) model.set({ selected: index });
    // A finger first selects a face and then moves it, so that it can still pan.
    if (!model.editing || !model.current || (touch && index !== before)) return;
    event.preventDefault();
    event.stopPropagation();
    this.one(`[data-face="${index}"]`)?.focus({ preventScroll: true });
    this.#moves = model.take(this.#grip(model.current, this.#at(event), near));
    this.#from = { x: event.clientX, y: event.clientY };
    this.one('svg.marks-over').setPointerCapture(event.pointerId);
  };

  /** @param {PointerEvent} event */
  #move = (event) => {
    const { model } = this;
    if (this.#moves) {
      event.stopPropagation();
      this.#moves((event.clientX - this.#from.x) / this.#place.zoom, (event.clientY - this.#from.y) / this.#place.zoom);
    } else if (model?.editing && event.pointerType === 'mouse') {
      const at = this.#at(event);
      const grip = model.current && this.#hit(at, NEAR.mouse) === model.selected ? this.#grip(model.current, at, NEAR.mouse) : null;
      this.one('svg.marks-over').dataset.cursor = !grip ? '' : grip.point ? 'point' : !grip.box ? 'move'
        : grip.x && grip.y ? (grip.x === grip.y ? 'nwse' : 'nesw') : grip.x ? 'ew' : 'ns';
    }
  };

  #up = () => {
    this.#moves = null;
    this.model?.drop();
  };

  /** @param {KeyboardEvent} event */
  #key = (event) => {
    const { model } = this;
    const step = ARROWS[event.key];
    if (!model) return;
    const act = keyIn('faces', event);
    const far = event.altKey ? 10 : 1;
    if (act === 'edit') model.set({ editing: !model.editing });
    else if (model.editing && step && act) model.nudge(act === 'size' ? { box: 'box', x: 1, y: 1 } : {}, step[0] * far, step[1] * far);
    else if (model.editing && act === 'delete') model.remove();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  /** Adds a face in the middle of the view. */
  #add = () => {
    const { zoom, x, y } = this.#place;
    const [width, height] = [this.model?.value.width ?? 1, this.model?.value.height ?? 1];
    const inside = (/** @type {number} */ at, /** @type {number} */ room, /** @type {number} */ length) => {
      const [low, high] = [Math.max(0, -at / zoom), Math.min(length, (room - at) / zoom)];
      return [(low + high) / 2, high - low];
    };
    const [[u, across], [v, down]] = [inside(x, this.clientWidth, width), inside(y, this.clientHeight, height)];
    this.model?.add(u, v, Math.min(across, down));
  };

  /** @param {Face} face @param {number} index */
  #face(face, index) {
    const { model } = this;
    const shows = this.#showsPoints(face) ? face.landmarks : null;
    const box = extent(face);
    const chosen = index === model?.selected;
    return keyed(index, html`<svg><g class=${`face ${chosen ? 'chosen' : ''} ${(face.box[2] - face.box[0]) * this.#place.zoom < LARGE_FROM ? 'small' : ''}`}>
      <path class="casing" d=${frame(face.box) + (face.head ? frame(face.head) : '')}></path>
      <path class="head-box" d=${face.head ? frame(face.head) : ''}></path>
      <path class="face-box" d=${frame(face.box)}></path>
      <path class="features casing" d=${shows ? lines(shows) : ''}></path><path class="features" d=${shows ? lines(shows) : ''}></path>
      <path class="dots casing" d=${shows ? dots(shows, true) + dots(shows, false) : ''}></path>
      <path class="dots" d=${shows ? dots(shows, true) : ''}></path><path class="dots hidden-dots" d=${shows ? dots(shows, false) : ''}></path>
      <path class="hit" data-face=${index} tabindex="0" role="button" aria-pressed=${String(chosen)} aria-keyshortcuts=${model?.editing ? 'ArrowLeft ArrowRight ArrowUp ArrowDown Delete' : null}
        aria-label=${t('face_n', { n: index + 1, share: Math.round(face.confidence * 100) })} d=${frame(box)}
        @focus=${() => { if (index !== model?.selected) model?.set({ selected: index }); }}></path>
    </g></svg>`);
  }

  /** Corner handles of a box, of constant size on the screen. @param {Box | null} box @param {string} kind */
  #corners(box, kind) {
    const { zoom, x, y } = this.#place;
    return !box ? [] : [0, 2].flatMap((u) => [1, 3].map((v) => html`<svg><rect class=${`corner ${kind}`} width="10" height="10" x=${box[u] * zoom + x - 5} y=${box[v] * zoom + y - 5}></rect></svg>`));
  }

  /** @param {Face} face @param {number} index */
  #label(face, index) {
    const { zoom, x, y } = this.#place;
    const [left, top] = extent(face);
    return html`<svg><g class=${`face-name ${index === this.model?.selected ? 'chosen' : ''}`} transform=${`translate(${left * zoom + x} ${Math.max(2, top * zoom + y - 22)})`} aria-hidden="true">
      <rect width=${index < 9 ? 22 : 30} height="19" rx="4"></rect><text x=${index < 9 ? 11 : 15} y="14">${index + 1}</text></g></svg>`;
  }

  render() {
    const { model } = this;
    if (!model) return html``;
    const { zoom, x, y } = this.#place;
    const { editing, points, current } = model;
    const held = (/** @type {Event} */ event) => event.stopPropagation();
    // Undo and redo belong to the page, wherever the focus is.
    const keys = (/** @type {KeyboardEvent} */ event) => event.ctrlKey || event.metaKey || event.stopPropagation();
    const remove = (/** @type {Event} */ event) => {
      model.remove();
      // Without a face the button is disabled, and a disabled button would swallow the next key press.
      /** @type {HTMLElement} */ (/** @type {HTMLElement} */ (event.currentTarget).parentElement?.firstElementChild)?.focus();
    };
    return html`<svg class=${`marks-over ${editing ? 'editing' : ''}`} role="group" aria-label=${t('faces_over')} @pointerdown=${this.#down} @pointermove=${this.#move} @lostpointercapture=${this.#up} @keydown=${this.#key}>
      <g transform=${`translate(${x} ${y}) scale(${zoom})`}>${model.faces.map((face, index) => this.#face(face, index))}</g>
      <g class="above">${model.faces.map((face, index) => this.#label(face, index))}${editing && current ? [...this.#corners(current.head, 'of-head'), ...this.#corners(current.box, 'of-face')] : []}</g>
    </svg>
    <div class="over-tools" role="toolbar" aria-label=${t('edit_faces')} @pointerdown=${held} @dblclick=${held} @keydown=${keys}>
      <button aria-pressed=${String(editing)} @click=${() => model.set({ editing: !editing })}>${icon('pen')}${t('edit')}</button>
      <button class="quiet" @click=${this.#add}>${icon('plus')}${t('add_face')}</button>
      ${editing ? html`<button class="quiet square" aria-label=${t('delete_face')} title=${t('delete_face')} ?disabled=${!current} @click=${remove}>${icon('trash')}</button>` : ''}
      ${model.faces.some((face) => face.landmarks) ? html`<button class="quiet square" aria-pressed=${String(points)} aria-label=${t('landmarks')} title=${t('landmarks')} @click=${() => model.set({ points: !points })}>${icon('face')}</button>` : ''}
    </div>`;
  }
}
customElements.define('nj-faces-over', FacesOver);
