/** @file The workspace of the coloring desk: a drawing, its hints, and flats, shadow and light as layers. */

import { Base, html } from '../../base.js';
import { operations } from '../../catalogue.js';
import '../../elements/easel.js';
import '../../elements/menu.js';
import { attempt, complain, tell } from '../../elements/toast.js';
import { icon } from '../../icons.js';
import { number, t } from '../../i18n.js';
import { keyIn } from '../../keys.js';
import { load, save } from '../../store.js';
import { lightAt, lightTo } from './sheet/light.js';
import { drawBrush, drawDraft, drawHints, drawOutline, drawProposal } from './sheet/marks.js';
import { palettes } from './palettes.js';
import { panel, rail, told } from './panel.js';
import { desk } from './state.js';
import { TOOLS, Tools } from './tools.js';
import { PAINT, isProposed, work } from './work.js';

/** @import { Easel } from '../../elements/easel.js' */
/** @import { Place as View } from '../../elements/viewer-geometry.js' */
/** @import { Picture, Settings } from '../../types.js' */
/** @import { Place } from './state.js' */
/** @typedef {'color' | 'proposal' | 'layers' | 'shading' | 'regions'} Tab */

const [OUTLINE, CHOSEN] = ['#ffffff', '#7db2ff'];
const [THIN, WIDE] = [1, 400];
/** Regions smaller than this square of CSS pixels show no sign of a proposal. */
const ROOM = 26;

/** Loaded with the first tool, and the first doubtful region, that needs them. */
const later = { options: /** @type {typeof import('./options.js') | null} */ (null), marks: /** @type {typeof import('./sheet/tool-marks.js') | null} */ (null), hatching: /** @type {typeof import('./sheet/hatching.js') | null} */ (null) };

export class DeskTable extends Base {
  /** The drawing being colored. @type {Picture | null} */ picture = null;
  /** What was done to get the drawing, above the sheet. @type {unknown} */ notice = '';
  /** The opened pictures, below the sheet. @type {unknown} */ strip = '';
  /** @type {string | null} null leaves a region empty. */ color = load('desk.color', /** @type {string | null} */ ('#e58a6f'));
  tool = load('desk.tool', 'fill');
  width = load('desk.width', 12);
  /** @type {Tab} */ tab = load('desk.tab', /** @type {Tab} */ ('proposal'));
  marked = load('desk.marked', true);
  tools = new Tools(this);
  #told = '';
  /** @type {object | null} */ #looked = null;
  /** @type {Settings | null} */ #dials = null;
  /** Time of the pointer event whose result is not yet visible in the server's colors. */ #began = 0;

  connected() {
    for (const source of [operations, desk, work, palettes]) this.leaving(source.subscribe(() => this.changed()));
    const stop = new AbortController();
    document.addEventListener('keydown', (event) => this.#key(event), stop);
    this.leaving(() => [stop.abort(), work.leave(), desk.leave()]);
  }

  get paintOperation() { return operations.get(PAINT); }
  get zoom() { return this.one('nj-easel')?.zoom ?? 1; }
  get looks() { return desk.now.layers; }

  /** Redraws the marks, and everything else if the status line changes. */
  redraw() {
    this.#easel?.layout();
    const { tools } = this;
    const told = `${this.tool} ${tools.spot ? tools.region(tools.spot) : -1} ${tools.grasped} ${tools.chosen.size} ${this.width} ${this.marked}`;
    if (told !== this.#told) this.changed();
    this.#told = told;
  }
  /** @param {string} text */
  say(text) { tell(text); }
  /** @returns {Easel | null} */
  get #easel() { return this.one('nj-easel'); }

  /** Sets the current color. @param {string | null} color */
  paint(color) {
    this.color = color;
    save('desk.color', color);
    this.changed();
  }

  /** @param {string} tool */
  take(tool) {
    if (tool !== 'merge') this.tools.chosen.clear();
    this.tool = tool;
    save('desk.tool', tool);
    this.redraw();
  }

  /** @param {number} width */
  setWidth(width) {
    this.width = Math.min(WIDE, Math.max(THIN, Math.round(width)));
    save('desk.width', this.width);
    this.redraw();
  }

  /** @param {Tab} tab */
  turn(tab) {
    this.tab = tab;
    save('desk.tab', tab);
    this.changed();
  }

  mark() {
    this.marked = !this.marked;
    save('desk.marked', this.marked);
    this.redraw();
  }

  /** @param {Settings} settings All that differ from the defaults. @param {string} gesture */
  set(settings, gesture) { desk.change({ settings }, gesture); }
  /** @param {Place} place */
  light(place) { if (desk.picture) this.set({ ...desk.settings, ...lightTo(place, desk.picture) }, 'pen-light'); }
  /** @returns {Place} */
  lightAt() { return lightAt(desk.settings, desk.picture, this.paintOperation); }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (!desk.picture) return;
    const tool = event.repeat ? '' : keyIn('tools', event);
    const act = keyIn('undo', event) || keyIn('desk', event);
    if (tool) this.take(tool);
    else if (act === 'undo') desk.undo();
    else if (act === 'redo') desk.redo();
    else if (act === 'thinner') this.setWidth(this.width * 0.85 - 0.5);
    else if (act === 'thicker') this.setWidth(this.width * 1.18 + 0.5);
    else if (act === 'clear' && this.tools.chosen.size) this.tools.clear();
    else if (act === 'merge' && this.tool === 'merge' && this.tools.chosen.size > 1 && !(event.target instanceof HTMLButtonElement)) this.tools.merge();
    else return;
    event.preventDefault();
  }

  #enter() {
    const { picture } = this;
    if (!picture || !this.paintOperation || (desk.wanted === picture.id && work.picture?.id === picture.id)) return;
    this.tools.chosen.clear();
    [this.#looked, this.#dials] = [null, null];
    void attempt(async () => Promise.all([desk.enter(picture), work.enter(picture)])).then((here) => here || complain(new Error(t('picture_expired'))));
    const place = `#/desk/${picture.id}`;
    if (this.isConnected && location.hash.startsWith('#/desk') && location.hash !== place) history.replaceState(null, '', place);
  }

  /** @template {keyof typeof later} Name @param {Name} name @param {() => Promise<any>} load */
  #load(name, load) {
    if (!later[name]) void attempt(async () => { later[name] = await load(); this.#easel?.layout(); this.changed(); });
  }

  updated() {
    this.#enter();
    if (['gaps', 'divide', 'merge', 'sun'].includes(this.tool)) this.#load('marks', () => import('./sheet/tool-marks.js'));
    if (['brush', 'keep', 'merge', 'divide', 'gaps'].includes(this.tool)) this.#load('options', () => import('./options.js'));
    if (work.doubtful.size) this.#load('hatching', () => import('./sheet/hatching.js'));
    for (const range of this.querySelectorAll('.desk-layers input, .desk-width')) {
      const { value, min, max } = /** @type {HTMLInputElement} */ (range);
      /** @type {HTMLInputElement} */ (range).style.setProperty('--fill', `${((Number(value) - Number(min)) / (Number(max) - Number(min))) * 100}%`);
    }
    const { sheet } = work;
    if (!sheet || !desk.picture || desk.picture.id !== work.picture?.id) return;
    const live = this.#dials !== null && this.#dials !== desk.settings;
    this.#dials = desk.settings;
    work.follow(desk.now, live, this.tool === 'gaps' || this.tab === 'regions');
    const other = this.#looked !== this.looks;
    if (other || work.changed) sheet.compose(this.looks, other ? undefined : work.changed ?? undefined);
    work.changed = null;
    this.#looked = this.looks;
    this.#measure();
    this.#easel?.layout();
  }

  /** Time from pointer event to display, for the browser's performance panel. */
  #measure() {
    const { began } = this.tools;
    if (!began) return;
    if (work.changed) return;
    const answered = !work.coloring;
    if (answered) this.tools.began = 0;
    if (!answered && this.#began === began) return;
    this.#began = began;
    // A message posted after the frame's callbacks arrives when the frame is being painted.
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => performance.measure(answered ? 'nijigen.hint' : 'nijigen.hint-foreseen', { start: began, end: performance.now() });
      channel.port2.postMessage(0);
    });
  }

  /** @param {CanvasRenderingContext2D} context @param {View} view */
  #marks = (context, view) => {
    const { tools, tool } = this;
    const { map, scale } = work;
    const { spot } = tools;
    if (!map || !desk.picture) return;
    const region = spot && !tools.draft && !['hand', 'sun', 'gaps', 'divide', 'brush', 'area'].includes(tool) ? tools.region(spot) : -1;
    const chosen = [...tools.chosen.keys()].filter((one) => one < map.count);
    if (region >= 0 && !spot?.touch && !chosen.includes(region)) drawOutline(context, view, map.outline([region]), scale, OUTLINE);
    for (const one of chosen) drawOutline(context, view, map.outline([one]), scale, CHOSEN);
    if (tool === 'gaps') later.marks?.drawGaps(context, view, desk.picture, work.gaps, desk.hints);
    if (tool === 'divide' || tool === 'merge') later.marks?.drawSplits(context, view, desk.hints);
    if (this.marked && !['gaps', 'sun'].includes(tool)) {
      if (isProposed(desk.settings)) this.#drawProposal(context, view);
      const least = (ROOM * scale / view.zoom) ** 2;
      drawHints(context, view, desk.hints, tools.grasped, (x, y) => map.areas[map.at(x * scale, y * scale)] > least);
    }
    if (tools.draft) drawDraft(context, view, tools.draft);
    else if (tool === 'brush' && spot && !spot.touch) drawBrush(context, view.x + spot.x * view.zoom, view.y + spot.y * view.zoom, (this.width / 2) * view.zoom, this.color);
    if (tool === 'sun') {
      const [x, y] = this.lightAt();
      const { width, height } = desk.picture;
      const at = (/** @type {number} */ u, /** @type {number} */ v) => /** @type {const} */ ([view.x + u * view.zoom, view.y + v * view.zoom]);
      later.marks?.drawLight(context, ...at(x, y), ...at(width / 2, height / 2), desk.settings.color ?? '#fff6e6');
    }
  };

  /** Rings where colors are proposed, hatching where that is doubtful. @param {CanvasRenderingContext2D} context @param {View} view */
  #drawProposal(context, view) {
    const { map, scale, doubtful } = work;
    if (!map) return;
    if (doubtful.size && later.hatching) {
      const { hatching } = later.hatching;
      const { width, height } = map;
      const shade = this.held('hatching', doubtful, () => hatching(map, doubtful));
      context.drawImage(shade, view.x, view.y, (width / scale) * view.zoom, (height / scale) * view.zoom);
    }
    const least = (ROOM * scale / view.zoom) ** 2;
    const seen = (/** @type {number} */ region) => work.colors[region] && map.areas[region] > least && !work.hinted.has(region) && !doubtful.has(region);
    const points = work.variants[0]?.points.filter(({ x, y }) => seen(map.at(x, y))) ?? [];
    drawProposal(context, view, points.map(({ x, y }) => ({ x: x / scale, y: y / scale })));
  }

  #entries = () => attempt(async () => (await import('./actions.js')).hintEntries());

  async #export() {
    const { exportArtwork } = await import('./export.js');
    if (desk.picture) await exportArtwork(desk.picture, desk.now);
  }

  /** The same value while nothing changed, so that an element does not rerender. @type {Record<string, {of: object, value: any}>} */ #values = {};
  /** @template T @param {string} name @param {object} of @param {() => T} make @returns {T} */
  held(name, of, make) {
    if (this.#values[name]?.of !== of) this.#values[name] = { of, value: make() };
    return this.#values[name].value;
  }

  #bar() {
    const button = (/** @type {string} */ label, /** @type {string} */ name, /** @type {boolean} */ off, /** @type {() => void} */ act, /** @type {boolean | null} */ pressed = null) =>
      html`<button class=${`square quiet ${name === 'plus' || name === 'minus' ? 'step' : ''}`} aria-label=${label} title=${label} aria-pressed=${pressed === null ? null : String(pressed)} ?disabled=${off} @click=${act}>${icon(name)}</button>`;
    return html`<div class="bench-bar desk-bar">
      <span class="row tight">
        ${button(t('undo'), 'undo', !desk.hasPast, () => desk.undo())}
        ${button(t('redo'), 'redo', !desk.hasFuture, () => desk.redo())}
      </span>
      <div class="desk-options grow">${later.options?.options(this) ?? ''}</div>
      <span class="row tight tools" role="group" aria-label=${t('view')}>
        ${button(t(this.marked ? 'hide_hints' : 'show_hints'), this.marked ? 'eye' : 'unseen', false, () => this.mark(), this.marked)}
        ${button(t('zoom_out'), 'minus', false, () => this.#easel?.zoomTo(this.zoom / 1.25))}
        <span class="level" aria-live="off">${`${number(this.zoom * 100)} %`}</span>
        ${button(t('zoom_in'), 'plus', false, () => this.#easel?.zoomTo(this.zoom * 1.25))}
        ${button(t('zoom_fit'), 'fit', false, () => this.#easel?.fit())}
      </span>
      <nj-menu .label=${t('more')} .source=${this.#entries}></nj-menu>
      <button class="primary desk-export" aria-label=${t('export')} @click=${() => void this.#export()}>${icon('download')}<span>${t('export')}</span></button>
    </div>`;
  }

  render() {
    const { tool, tools } = this;
    const grasped = tools.grasped >= 0;
    return html`<div class="bench desk">
      <h1 class="sr-only">${t('desk')}</h1>
      <section class="bench-main" aria-label=${t('picture')}>
        ${this.#bar()}
        ${this.notice}
        <div class="desk-body">
          ${rail(this)}
          <div class=${`bench-stage desk-stage ${work.busy || !work.ready ? 'busy' : ''}`} aria-busy=${String(work.busy || !work.ready)}>
            <nj-easel .label=${t('desk_sheet', { name: this.picture?.name ?? '' })} .size=${work.picture} .sheet=${work.sheet?.canvas ?? null} .pen=${tools} .marks=${this.#marks}
              .pans=${tool === 'hand'} .taps=${TOOLS.find(({ name }) => name === tool)?.taps ?? false} .cursor=${grasped && tool === 'point' ? 'grab' : tool}
              @zoomed=${(/** @type {CustomEvent} */ event) => { this.one('.level').textContent = `${number(event.detail * 100)} %`; }}></nj-easel>
          </div>
        </div>
        ${this.strip}
        ${told(this)}
      </section>
      ${panel(this)}
    </div>`;
  }
}
customElements.define('nj-desk-table', DeskTable);
