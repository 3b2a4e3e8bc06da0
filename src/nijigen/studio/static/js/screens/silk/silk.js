/** @file The silk canvas: strokes become glowing threads while they are drawn. */

import { api } from '../../api.js';
import { Base, html } from '../../base.js';
import { defaultsOf, operations } from '../../catalogue.js';
import { keep } from '../../elements/download.js';
import '../../elements/easel.js';
import { given } from '../../elements/events.js';
import '../../elements/form.js';
import '../../elements/menu.js';
import { attempt, complain } from '../../elements/toast.js';
import { icon } from '../../icons.js';
import { t } from '../../i18n.js';
import { intake } from '../../intake.js';
import { keyIn } from '../../keys.js';
import { session } from '../../session.js';
import { copyAs } from '../workbench/actions.js';
import { Loom, SILK, read, settings, strokes, written } from './state.js';
import { randomStroke } from './weaving.js';

/** @import { Spot } from '../../elements/easel.js' */
/** @import { Settings } from '../../types.js' */

/** Settings that mean something while strokes are drawn by hand. */
const SHOWN = ['seed', 'folds', 'mirror', 'spiral', 'slow', 'fast', 'ground', 'transparent', 'width', 'height'];
const LARGE = 3840;
const CLIP = { longest: 720, seconds: 3 };
const NAME = 'silk';

export class SilkScreen extends Base {
  #loom = new Loom(() => this.changed());
  /** What is being made for a file or the workbench. */ #making = '';
  #line = new AbortController();

  connected() {
    for (const source of [operations, session, strokes]) this.leaving(source.subscribe(() => this.changed()));
    const stop = new AbortController();
    document.addEventListener('keydown', (event) => {
      const act = keyIn('undo', event);
      if (act === 'undo') strokes.undo();
      else if (act === 'redo') strokes.redo();
      else return;
      event.preventDefault();
    }, stop);
    this.leaving(() => [stop.abort(), this.#line.abort(), this.#loom.leave(), strokes.leave()]);
    void strokes.load('canvas').then(() => this.changed());
  }

  get #operation() { return operations.get(SILK); }
  /** @returns {Settings} */
  get #values() { return this.#operation ? { ...defaultsOf(this.#operation), ...settings() } : {}; }

  /** @param {File[]} files */
  async take(files) {
    const [file] = files.filter(({ name }) => name.endsWith('.json'));
    if (!file) return void intake.take(files);
    const found = read(await file.text());
    if (found) strokes.change({ strokes: found });
    else complain(new Error(t('silk_unreadable', { name: file.name })));
  }

  #open() {
    const input = Object.assign(document.createElement('input'), { type: 'file', accept: '.json,application/json' });
    input.addEventListener('change', () => input.files && void this.take([...input.files]));
    input.click();
  }

  /** The pen on the canvas. */
  #pen = {
    down: (/** @type {Spot} */ spot) => this.#draw(spot),
    to: (/** @type {Spot} */ spot) => this.#draw(spot),
    up: () => this.#loom.lift(),
    over: () => {},
  };

  /** @param {Spot} spot */
  #draw({ x, y }) {
    const { width, height } = this.#loom.light.sheet;
    if (this.#loom.full) return complain(new Error(t('silk_full')));
    this.#loom.draw(x / width, y / height);
  }

  /** @param {string} format @param {Settings} more @param {'file' | 'bench'} [to] */
  async #make(format, more, to = 'file') {
    this.#making = to;
    this.changed();
    await attempt(async () => {
      const response = await api.operate({ operation: SILK, inputs: { strokes: written() }, settings: { ...settings(), grow: 0, ...more }, format }, this.#line.signal);
      const blob = await response.blob();
      const file = `${NAME}.${format}`;
      if (to === 'file') keep(blob, file);
      else if (await intake.take([new File([blob], file, { type: blob.type })])) location.hash = '#/bench';
    });
    this.#making = '';
    this.changed();
  }

  /** @param {number} longest */
  #sized(longest) {
    const { width, height } = this.#values;
    const scale = longest / Math.max(width, height);
    return { width: Math.max(16, Math.round(width * scale)), height: Math.max(16, Math.round(height * scale)) };
  }

  #bar() {
    const { now } = strokes;
    const button = (/** @type {string} */ label, /** @type {string} */ name, /** @type {boolean} */ off, /** @type {() => void} */ act) =>
      html`<button class="square quiet" aria-label=${label} title=${label} ?disabled=${off} @click=${act}>${icon(name)}</button>`;
    const nothing = !now.strokes.length || Boolean(this.#making);
    const { width, height } = this.#values;
    const exports = [
      { label: `PNG · ${width} × ${height}`, icon: 'picture', run: () => void this.#make('png', {}), disabled: nothing },
      { label: t('silk_large'), icon: 'enlarge', run: () => void this.#make('png', this.#sized(LARGE)), disabled: nothing },
      { label: t('strokes_svg'), icon: 'line', run: () => void this.#make('svg', {}), disabled: nothing },
      { label: t('silk_clip'), icon: 'play', run: () => void this.#make('webp', { ...this.#sized(Math.min(CLIP.longest, Math.max(width, height))), grow: CLIP.seconds }), disabled: nothing },
      { label: t('silk_json'), icon: 'code', run: () => keep(new Blob([written()], { type: 'application/json' }), `${NAME}.json`), disabled: nothing },
    ];
    const more = [
      { label: t('silk_open'), icon: 'folder', run: () => this.#open() },
      { label: t('copy_cli'), icon: 'terminal', run: () => this.#operation && void copyAs('cli', this.#operation, settings(), `${NAME}.json`) },
      { label: t('copy_python'), icon: 'code', run: () => this.#operation && void copyAs('python', this.#operation, settings(), `${NAME}.json`) },
      { label: t('all_settings'), icon: 'bench', run: () => { location.hash = `#/bench/${SILK}`; } },
    ];
    return html`<div class="bench-bar desk-bar" role="toolbar" aria-label=${t('silk')}>
      ${button(t('undo'), 'undo', !strokes.hasPast, () => strokes.undo())}
      ${button(t('redo'), 'redo', !strokes.hasFuture, () => strokes.redo())}
      ${button(t('silk_clear'), 'trash', !now.strokes.length, () => strokes.change({ strokes: [] }))}
      <button aria-label=${t('silk_random')} title=${t('silk_random')} @click=${() => this.#loom.grow(randomStroke())}>${icon('brush')}<span>${t('silk_random')}</span></button>
      <span class="grow muted" role="status">${this.#making ? t('working') : ''}</span>
      <nj-menu class="silk-export" .label=${t('download')} .icon=${'download'} .wide=${true} .entries=${exports}></nj-menu>
      <button class="primary" aria-label=${t('to_bench')} title=${t('to_bench')} ?disabled=${nothing} @click=${() => void this.#make('png', {}, 'bench')}>${icon('bench')}<span>${t('to_bench')}</span></button>
      <nj-menu .label=${t('more')} .entries=${more}></nj-menu>
    </div>`;
  }

  updated() {
    if (this.#operation) this.#loom.follow(this.#values);
    // Its size follows from the settings.
    const { width, height } = this.#loom.light.sheet;
    const easel = this.one('nj-easel');
    if (easel && (easel.size?.width !== width || easel.size?.height !== height)) {
      Object.assign(easel, { size: { width, height }, sheet: this.#loom.light.sheet });
      easel.changed();
    }
  }

  render() {
    const operation = this.#operation;
    if (!operation) return html`<p class="loading muted" role="status">${t('loading')}</p>`;
    const known = operation.settings.properties ?? {};
    const properties = Object.fromEntries(SHOWN.filter((name) => name in known).map((name) => [name, known[name]]));
    const others = Object.fromEntries(Object.entries(settings()).filter(([name]) => !(name in properties)));
    return html`<div class="bench desk silk">
      <h1 class="sr-only">${t('silk')}</h1>
      <section class="bench-main" aria-label=${t('picture')}>
        ${this.#bar()}
        <div class="bench-stage desk-stage" aria-busy=${String(this.#loom.busy)}>
          <nj-easel .label=${t('silk_sheet')} .pen=${this.#pen} .taps=${false} .cursor=${'brush'}></nj-easel>
          <span class="told pill" ?hidden=${strokes.now.strokes.length > 0}>${t('silk_help')}</span>
        </div>
      </section>
      <section class="panel desk-panel" aria-label=${t('settings')}><div class="panel-body" tabindex="0" role="group" aria-label=${t('settings')}>
        <nj-form .operation=${{ id: SILK, settings: { ...operation.settings, properties } }} .settings=${settings()} @settings=${given((detail) => session.set(SILK, { ...others, ...detail }))}></nj-form>
      </div></section>
    </div>`;
  }
}
customElements.define('nj-silk', SilkScreen);
