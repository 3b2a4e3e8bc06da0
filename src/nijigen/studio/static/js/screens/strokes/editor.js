/** @file The editor of strokes: they are picked on the picture, deleted, made thicker or tapered. */

import { api } from '../../api.js';
import { Base, html } from '../../base.js';
import '../../elements/easel.js';
import { attempt, tell } from '../../elements/toast.js';
import { icon } from '../../icons.js';
import { number, t } from '../../i18n.js';
import { keyIn } from '../../keys.js';
import { load, save } from '../../store.js';
import { Paper } from './paper.js';
import { Painter, drawBox, drawGaps } from './painter.js';
import { strokesOf, write } from './drawing.js';
import { bar, panel, told } from './panel.js';
import { similarTo, shorterThan, strokeAt, strokesIn } from './picking.js';
import { strokes } from './state.js';
import { work } from './work.js';

/** @import { Easel, Pen, Spot } from '../../elements/easel.js' */
/** @import { Place } from '../../elements/viewer-geometry.js' */
/** @import { Box, Picture } from '../../types.js' */
/** @import { Stroke } from './drawing.js' */

/** How far from a stroke a click may be, in CSS pixels, and how far a drag goes before it is a box. */
const [NEAR, NEAR_TOUCH, TAP] = [7, 16, 5];
const [THICKER, THINNER] = [1.15, 1 / 1.15];
const [LEAST_SCALE, MOST_SCALE] = [0.1, 10];
const NONE = /** @type {Set<number>} */ (new Set());

/** @implements {Pen} */
export class StrokeEditor extends Base {
  /** The line art. @type {Picture | null} */ picture = null;
  /** What it was extracted from. @type {Picture | null} */ original = null;
  /** What was done to get the line art. @type {unknown} */ notice = '';
  /** Numbers of the chosen strokes. */ chosen = NONE;
  /** How much of the original shines through, 0 to 1. */ faint = load('strokes.faint', 0.25);
  /** Strokes shorter than this many pixels are dust. */ dust = load('strokes.dust', 8);
  gapsShown = load('strokes.gaps', false);
  /** Widest gap, in pixels; 0 is automatic. */ widest = load('strokes.widest', 0);
  /** Whether a click adds to the chosen strokes, as with Shift. */ adds = false;
  comparing = false;
  #painter = new Painter(() => this.#easel?.layout());
  /** What the pen is at, and where it went down. @type {{spot: Spot, from: Spot | null, box: Box | null}} */ #pen = { spot: { x: -1, y: -1, touch: false, alt: false, shift: false, when: 0 }, from: null, box: null };
  #near = -1;
  #nearGap = -1;
  /** The strokes that are not deleted, of the newest edit. @type {{of: unknown[], there: Map<number, Stroke>}} */ #there = { of: [], there: new Map() };
  #paper = new Paper(() => this.changed());
  #url = { key: '', value: '' };

  connected() {
    for (const source of [strokes, work]) this.leaving(source.subscribe(() => this.changed()));
    const stop = new AbortController();
    document.addEventListener('keydown', (event) => this.#key(event), stop);
    this.leaving(() => [stop.abort(), work.leave(), this.#painter.leave(), URL.revokeObjectURL(this.#url.value)]);
  }

  /** @returns {Easel | null} */
  get #easel() { return this.one('nj-easel'); }
  get zoom() { return this.#easel?.zoom ?? 1; }
  /** How long a sharp drawing took, in milliseconds. */
  get took() { return this.#painter.took; }

  /** By number, the strokes that are not deleted. @returns {Map<number, Stroke>} */
  get there() {
    const { drawing } = work;
    const of = [drawing, strokes.now];
    if (!drawing) return new Map();
    if (of.some((one, at) => one !== this.#there.of[at])) {
      const gone = new Set(strokes.now.gone);
      this.#there = { of, there: new Map([...strokesOf(drawing, strokes.now).entries()].filter(([id]) => !gone.has(id))) };
    }
    return this.#there.there;
  }

  /** @param {number} id */
  scaleOf = (id) => strokes.now.looks[id]?.scale ?? 1;
  /** The mean width of the chosen lines in pixels; 0 without any. */
  get width() {
    const widths = [...this.chosen].flatMap((id) => (this.there.get(id)?.kind === 'area' ? [] : [(this.there.get(id)?.width ?? 0) * this.scaleOf(id)]));
    return widths.length ? widths.reduce((sum, one) => sum + one, 0) / widths.length : 0;
  }

  /** The stroke under the pointer. */
  get pointed() { return this.there.get(this.#near) ?? null; }

  /** @param {Iterable<number>} ids */
  choose(ids) {
    this.chosen = new Set(ids);
    this.changed();
  }

  deleteChosen() {
    const n = this.chosen.size;
    if (!n) return;
    strokes.remove(this.chosen);
    this.choose([]);
    tell(t('strokes_deleted', { n: number(n) }));
  }

  /** @param {number} factor @param {string} [gesture] */
  thicken(factor, gesture = 'thicken') {
    if (!this.chosen.size) return;
    const hold = (/** @type {number} */ scale) => Number(Math.min(MOST_SCALE, Math.max(LEAST_SCALE, scale)).toFixed(4));
    strokes.look(this.chosen, (look) => ({ ...look, scale: hold((look.scale ?? 1) * factor) }), gesture);
  }

  /** @param {number} taper Share of the length. */
  taper(taper) { strokes.look(this.chosen, (look) => ({ ...look, taper }), 'taper'); }

  similar() { this.choose(similarTo(this.there, this.scaleOf, this.chosen)); }
  pickDust() {
    const found = shorterThan(this.there, this.dust);
    this.choose(found);
    if (!found.length) tell(t('strokes_no_dust', { n: number(this.dust) }));
  }

  /** @param {number} step */
  next(step) {
    const ids = [...this.there.keys()];
    const at = ids.indexOf([...this.chosen].at(-1) ?? -1);
    if (ids.length) this.choose([ids[at < 0 ? (step > 0 ? 0 : ids.length - 1) : (at + step + ids.length) % ids.length]]);
  }

  /** Closes gaps by lines as wide as the strokes around. @param {import('./work.js').Gap[]} gaps */
  close(gaps) {
    const around = ([x, y] = [0, 0]) => {
      const id = strokeAt(this.there, this.scaleOf, x, y, 12);
      return id < 0 ? 0 : (this.there.get(id)?.width ?? 0) * this.scaleOf(id);
    };
    const lines = [...this.there.values()].filter(({ kind }) => kind === 'line').map(({ width }) => width).sort((a, b) => a - b);
    const usual = lines[lines.length >> 1] ?? 2;
    strokes.add(gaps.map((points) => {
      const near = [around(points[0]), around(points.at(-1))].filter(Boolean);
      return { points, width: near.length ? Math.min(...near) : usual };
    }));
  }

  /** @template {'faint' | 'dust' | 'gapsShown' | 'widest'} K @param {K} name @param {this[K]} value */
  keep(name, value) {
    this[name] = value;
    save(`strokes.${name === 'gapsShown' ? 'gaps' : name}`, value);
    this.changed();
  }

  compare() {
    void attempt(async () => {
      // The viewer is loaded when it is first needed.
      await Promise.all([import('../../elements/viewer.js'), import('../../elements/view-tools.js')]);
      this.comparing = !this.comparing;
      this.changed();
    });
  }

  /** @param {Spot} spot */
  down(spot) {
    this.#pen = { spot, from: spot, box: null };
    this.#find(spot);
  }

  /** @param {Spot} spot */
  to(spot) {
    const { from } = this.#pen;
    if (!from) return;
    const far = Math.hypot(spot.x - from.x, spot.y - from.y) * this.zoom;
    const box = this.#pen.box || far > TAP ? /** @type {Box} */ ([Math.min(from.x, spot.x), Math.min(from.y, spot.y), Math.max(from.x, spot.x), Math.max(from.y, spot.y)]) : null;
    this.#pen = { spot, from, box };
    this.#easel?.layout();
  }

  /** @param {boolean} whole */
  up(whole) {
    const { from, box } = this.#pen;
    this.#pen = { ...this.#pen, from: null, box: null };
    if (!from || !whole) return this.#easel?.layout();
    if (this.#nearGap >= 0 && !box) return this.close([work.gaps[this.#nearGap]]);
    const adds = from.shift || this.adds;
    const found = box ? strokesIn(this.there, box) : this.#near >= 0 ? [this.#near] : [];
    const known = adds && !box && found.length === 1 && this.chosen.has(found[0]);
    if (known) this.choose([...this.chosen].filter((id) => id !== found[0]));
    else this.choose(adds ? [...this.chosen, ...found] : found);
  }

  /** @param {Spot | null} spot */
  over(spot) {
    if (spot) return this.#find(spot);
    [this.#near, this.#nearGap] = [-1, -1];
    this.changed();
  }

  /** @param {Spot} spot */
  #find(spot) {
    const reach = (spot.touch ? NEAR_TOUCH : NEAR) / this.zoom;
    const gap = this.gapsShown ? work.gaps.findIndex((points) => {
      const [a, b] = [points[0], points[points.length - 1]];
      return Math.hypot((a[0] + b[0]) / 2 - spot.x, (a[1] + b[1]) / 2 - spot.y) <= Math.max(reach * 1.6, Math.hypot(a[0] - b[0], a[1] - b[1]) / 2);
    }) : -1;
    const near = gap >= 0 ? -1 : strokeAt(this.there, this.scaleOf, spot.x, spot.y, reach);
    if (near === this.#near && gap === this.#nearGap) return;
    [this.#near, this.#nearGap] = [near, gap];
    this.changed();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (!work.drawing) return;
    const act = keyIn('undo', event) || keyIn('strokes', event);
    /** @type {Record<string, () => void>} */
    const acts = {
      undo: () => strokes.undo(), redo: () => strokes.redo(), delete: () => this.deleteChosen(), compare: () => this.compare(),
      thinner: () => this.thicken(THINNER), thicker: () => this.thicken(THICKER),
      all: () => this.choose(this.there.keys()), none: () => this.choose([]), similar: () => this.similar(), dust: () => this.pickDust(),
      next: () => this.next(1), before: () => this.next(-1), gaps: () => this.keep('gapsShown', !this.gapsShown),
    };
    if (!acts[act]) return;
    acts[act]();
    event.preventDefault();
  }

  /** @param {CanvasRenderingContext2D} context @param {Place} place */
  #marks = (context, place) => {
    const { drawing } = work;
    if (!drawing) return;
    const { now } = strokes;
    this.#painter.draw(context, place, drawing, now, this.chosen);
    const near = this.pointed;
    if (near && !this.#pen.box) this.#painter.point(context, place, near, now.looks[this.#near], strokesOf(drawing, now), this.chosen.has(this.#near));
    if (this.gapsShown) drawGaps(context, place, work.gaps, this.#nearGap);
    if (this.#pen.box) drawBox(context, place, this.#pen.box);
  };

  /** The strokes as a picture that can be compared. */
  get url() {
    const { drawing } = work;
    const key = drawing && this.comparing ? JSON.stringify([work.picture?.id, strokes.now]) : '';
    if (drawing && key !== this.#url.key) {
      URL.revokeObjectURL(this.#url.value);
      this.#url = { key, value: URL.createObjectURL(new Blob([write(drawing, strokes.now)], { type: 'image/svg+xml' })) };
    }
    return this.#url.value;
  }

  updated() {
    const { picture } = this;
    if (picture && work.picture?.id !== picture.id) {
      [this.chosen, this.#near, this.#nearGap] = [NONE, -1, -1];
      work.enter(picture);
      const place = `#/strokes/${picture.id}`;
      if (location.hash.startsWith('#/strokes') && location.hash !== place) history.replaceState(null, '', place);
    }
    // What undo took away is not chosen any more.
    if ([...this.chosen].some((id) => !this.there.has(id))) this.choose([...this.chosen].filter((id) => this.there.has(id)));
    for (const range of this.querySelectorAll('.strokes-panel input[type=range]')) {
      const { value, min, max } = /** @type {HTMLInputElement} */ (range);
      /** @type {HTMLInputElement} */ (range).style.setProperty('--fill', `${((Number(value) - Number(min)) / (Number(max) - Number(min))) * 100}%`);
    }
    if (this.gapsShown) work.search(strokes.now, this.widest);
    const tools = this.one('nj-view-tools');
    const viewer = this.one('nj-viewer');
    if (tools && viewer && tools.viewer !== viewer) {
      viewer.mode = 'lens';
      tools.follow(viewer);
      viewer.changed();
    }
    this.#easel?.layout();
  }

  /** The same object while nothing changed, so that the viewer is left alone. */ #pair = { key: '', before: {}, after: {} };
  #compared() {
    const { drawing } = work;
    const { original, url } = this;
    if (!drawing || !original) return '';
    const { width, height } = drawing;
    if (this.#pair.key !== url) this.#pair = { key: url, before: { url: api.viewUrl(original.id), width, height }, after: { url, box: [0, 0, width, height], scale: 1 } };
    return html`<nj-viewer .picture=${this.#pair.before} .outcome=${this.#pair.after}></nj-viewer>`;
  }

  render() {
    const { drawing, busy } = work;
    return html`<div class="bench desk strokes">
      <h1 class="sr-only">${t('strokes')}</h1>
      <section class="bench-main" aria-label=${t('picture')}>
        ${bar(this)}
        ${this.notice}
        <div class=${`bench-stage desk-stage ${busy ? 'busy' : ''}`} aria-busy=${String(busy || !drawing)}>
          ${this.comparing ? this.#compared() : html`<nj-easel .label=${t('strokes_sheet', { name: this.picture?.name ?? '' })} .size=${drawing} .sheet=${drawing && this.original && this.#paper.canvas(drawing, this.original, this.faint)} .pen=${this} .marks=${this.#marks}
            .taps=${true} .cursor=${this.#near >= 0 || this.#nearGap >= 0 ? 'fill' : 'pick'} @zoomed=${(/** @type {CustomEvent} */ event) => { this.one('.strokes-level').textContent = `${number(event.detail * 100)} %`; }}></nj-easel>`}
        </div>
        ${told(this)}
      </section>
      ${panel(this)}
    </div>`;
  }
}
customElements.define('nj-stroke-editor', StrokeEditor);
