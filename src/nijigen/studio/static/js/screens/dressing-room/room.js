/** @file The dressing room: a large character with clickable parts, each locked or random. */

import { api } from '../../api.js';
import { Base, html } from '../../base.js';
import { defaultsOf, operations, plain } from '../../catalogue.js';
import '../../elements/menu.js';
import { attempt, tell } from '../../elements/toast.js';
import { icon } from '../../icons.js';
import { t, term } from '../../i18n.js';
import { keyIn } from '../../keys.js';
import { load, save } from '../../store.js';
import { copyAs, copyText } from '../workbench/actions.js';
import { loaderOf, panel, sectionsOf } from './panel.js';
import { Portrait, rolled, sized } from './portrait.js';
import { CHARACTER, fromLink, toLink, wardrobe } from './state.js';

/** @import { Operation, Schema, Settings } from '../../types.js' */

const MOST = 1024;
const STEP = 128;
const TRIES = 6;
const TELL_MS = 400;
const SEEDS = 2 ** 31;

/** @param {number} below */
const chance = (below) => crypto.getRandomValues(new Uint32Array(1))[0] % below;

export class Room extends Base {
  /** The setting whose options are shown in each section. @type {Record<string, string>} */ #opened = load('room.opened', /** @type {Record<string, string>} */ ({}));
  section = load('room.section', 'style');
  advanced = false;
  /** The setting under the pointer. */ pointed = '';
  portrait = new Portrait(() => this.changed());
  /** From the link that was opened. @type {string | null} */ #link = null;
  /** When the URL was last written, and when it will be. */ #told = 0;
  #telling = 0;
  #outlined = { map: /** @type {object | null} */ (null), name: '' };

  connected() {
    for (const source of [operations, wardrobe]) this.leaving(source.subscribe(() => this.changed()));
    const stop = new AbortController();
    document.addEventListener('keydown', (event) => this.#key(event), stop);
    const size = new ResizeObserver(() => this.changed());
    size.observe(this);
    this.leaving(() => [stop.abort(), size.disconnect(), this.portrait.leave()]);
    if (this.#link === null) wardrobe.enter();
  }

  /** @param {string} detail Rest of the URL. */
  visit(detail) {
    if (!detail) return;
    this.#link = detail;
    this.changed();
  }

  /** @returns {Operation} */
  get character() { return /** @type {Operation} */ (operations.get(CHARACTER)); }
  get settings() { return wardrobe.settings; }
  /** The values of all settings, locked or random. @returns {Settings} */
  get values() {
    const known = Object.entries(defaultsOf(this.character)).filter(([, value]) => value !== null);
    return { ...Object.fromEntries(known), ...this.portrait.traits, ...this.settings };
  }
  /** The setting whose options are shown. */
  get open() {
    const first = sectionsOf(this.character).get(this.section)?.find(([, schema]) => plain(schema).enum)?.[0] ?? '';
    return this.#opened[this.section] ?? first;
  }

  /** @param {string} name @returns {Schema} */
  schema(name) { return this.character.settings.properties?.[name] ?? {}; }

  /** @param {string} name @param {unknown} value @param {boolean} [drags] Whether it is part of a continuous gesture. */
  set(name, value, drags = false) { wardrobe.change({ ...this.settings, [name]: value }, drags ? name : ''); }
  /** @param {string[]} names */
  release(names) { wardrobe.change(Object.fromEntries(Object.entries(this.settings).filter(([name]) => !names.includes(name)))); }
  /** Locks a setting at its current value, or unlocks it. @param {string} name */
  fix(name) { name in this.settings ? this.release([name]) : this.set(name, this.values[name]); }
  rollRest() { this.set('seed', chance(SEEDS)); }

  /** Picks other random values and locks them; the rest stays unchanged. @param {string[]} names */
  async roll(names) {
    const kept = this.settings;
    await attempt(async () => {
      const found = names.length === 1 ? await this.#another(names[0]) : await this.#others(names);
      if (kept === this.settings) wardrobe.change({ ...kept, ...found });
    });
  }

  /** Values from another seed, keeping everything else. @param {string[]} names @returns {Promise<Settings>} */
  async #others(names) {
    const kept = Object.fromEntries(Object.entries(this.values).filter(([name]) => !names.includes(name)));
    const traits = await rolled({ ...kept, seed: chance(SEEDS), vary: undefined });
    return Object.fromEntries(names.map((name) => [name, traits[name]]));
  }

  /** Another option of one setting, uniformly at random, compatible with the locked ones. @param {string} name @returns {Promise<Settings>} */
  async #another(name) {
    const shape = plain(this.schema(name));
    const { minimum = 0, maximum = 1, step = 0.1 } = shape;
    const stops = Math.round((maximum - minimum) / step);
    if (!shape.enum && shape.type !== 'number') return this.#others([name]);
    const choices = shape.enum ?? Array.from({ length: stops + 1 }, (_, at) => Number((minimum + at * step).toFixed(4)));
    const others = choices.filter((value) => value !== this.values[name]);
    for (let tries = TRIES; ; tries -= 1) {
      const found = { [name]: others[chance(others.length)] };
      try {
        await api.make(CHARACTER, sized({ ...this.settings, ...found }, 16), 'png');
        return found;
      } catch (error) {
        if (!tries) throw error;
      }
    }
  }

  /** @param {string} section */
  turn(section) {
    this.section = section;
    save('room.section', section);
    this.changed();
    this.one('.room-body')?.scrollTo(0, 0);
  }

  /** Shows the options of a setting. @param {string} name */
  show(name) {
    const section = name ? this.schema(name).section ?? this.section : this.section;
    this.turn(section);
    if (!name || plain(this.schema(name)).enum) this.#opened[section] = name;
    save('room.opened', this.#opened);
    this.update();
    const reduced = matchMedia('(prefers-reduced-motion: reduce)').matches;
    if (name) this.one(`[data-part="${name}"]`)?.scrollIntoView({ block: 'nearest', behavior: reduced ? 'instant' : 'smooth' });
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const act = keyIn('undo', event);
    if (act === 'undo') wardrobe.undo();
    else if (act === 'redo') wardrobe.redo();
    else return;
    event.preventDefault();
  }

  /** The setting under the pointer. @param {MouseEvent} event */
  #at(event) {
    const area = this.one('.portrait').getBoundingClientRect();
    return this.portrait.map?.at((event.clientX - area.left) / area.width, (event.clientY - area.top) / area.height) ?? '';
  }

  /** @param {string} name */
  #point(name) {
    if (name === this.pointed) return;
    this.pointed = name;
    this.changed();
  }

  /** Draws the outline of the part under the pointer, if it or the drawing has changed. */
  #outline() {
    const { map } = this.portrait;
    if (!map || (this.#outlined.map === map && this.#outlined.name === this.pointed)) return;
    this.#outlined = { map, name: this.pointed };
    const canvas = this.one('.portrait canvas');
    map.outline(canvas, this.pointed, getComputedStyle(canvas).color);
  }

  get #address() { return `#/room/${toLink(this.character, this.settings)}`; }

  /** Writes the URL, with rate limiting, since browsers reject too many updates. */
  #tell() {
    clearTimeout(this.#telling);
    const place = this.#address;
    if (!this.isConnected || !location.hash.startsWith('#/room') || location.hash === place) return;
    const rest = this.#told + TELL_MS - Date.now();
    if (rest > 0) this.#telling = setTimeout(() => this.#tell(), rest);
    else [history.replaceState(null, '', place), (this.#told = Date.now())];
  }

  updated() {
    if (!operations.loaded) return;
    if (this.#link !== null) {
      this.#enter(fromLink(this.character, this.#link));
      const version = new URLSearchParams(this.#link).get('version');
      if (version) void this.#saved((made) => made.tellVersion(this.character, version));
      this.#link = null;
    }
    this.#tell();
    const frame = this.one('.portrait');
    const [width, height] = [this.settings.width ?? 512, this.settings.height ?? 512];
    frame.style.setProperty('--shape', String(width / height));
    const side = Math.max(frame.clientWidth, frame.clientHeight) * devicePixelRatio;
    // In steps, so that resizing a window does not redraw for every pixel.
    this.portrait.ask(this.settings, Math.min(MOST, Math.max(STEP, Math.ceil(side / STEP) * STEP)));
    this.#outline();
  }

  /** The same object while nothing changed. @type {Record<string, {key: string, value: any}>} */ #values = {};
  /** @template T @param {string} name @param {string} key @param {T} value @returns {T} */
  held(name, key, value) {
    if (this.#values[name]?.key !== key) this.#values[name] = { key, value };
    return this.#values[name].value;
  }
  /** @param {string} name */
  loader(name) { return this.held(`load-${name}`, '', loaderOf(this, name)); }

  async #export() {
    const { exportCharacter } = await import('./export.js');
    await exportCharacter(this.character, this.settings, this.values);
  }

  /** @param {(made: typeof import('./saved.js')) => void} act */
  async #saved(act) { act(await import('./saved.js')); }

  /** Shows another character, at the size of this one. @param {Settings} settings */
  #enter(settings) {
    wardrobe.enter({ ...Object.fromEntries(Object.entries(this.settings).filter(([name]) => ['width', 'height'].includes(name))), ...settings });
  }

  #bar() {
    const button = (/** @type {string} */ label, /** @type {string} */ name, /** @type {boolean} */ off, /** @type {() => void} */ act) =>
      html`<button class="square quiet" aria-label=${label} title=${label} ?disabled=${off} @click=${act}>${icon(name)}</button>`;
    const again = (/** @type {string} */ section, /** @type {string} */ label, /** @type {string} */ picture) => {
      const names = (sectionsOf(this.character).get(section) ?? []).map(([name]) => name);
      return html`<button class="again" aria-label=${label} title=${label} @click=${() => void this.roll(names)}>${icon(picture)}<span>${label}</span></button>`;
    };
    const file = `character-${this.values.seed}.png`;
    const entries = [
      { label: t('save_character'), icon: 'download', run: () => void this.#saved((made) => made.saveCharacter(this.character, this.settings, `character-${this.values.seed}`)) },
      { label: t('open_character'), icon: 'picture', run: () => void this.#saved((made) => made.openCharacter(this.character, (settings) => this.#enter(settings))) },
      { label: t('copy_link'), icon: 'chain', run: () => void copyText(new URL(`${this.#address}&version=${this.character.version}`, location.href).href, t('link_copied')) },
      { label: t('copy_cli'), icon: 'terminal', run: () => void copyAs('cli', this.character, this.settings, file) },
      { label: t('copy_python'), icon: 'code', run: () => void copyAs('python', this.character, this.settings, file) },
      { label: t('all_settings'), icon: 'bench', run: () => { location.hash = `#/bench/${CHARACTER}`; } },
    ];
    return html`<div class="bench-bar room-bar" role="group" aria-label=${t('room')}>
      ${button(t('undo'), 'undo', !wardrobe.past.length, () => wardrobe.undo())}
      ${button(t('redo'), 'redo', !wardrobe.future.length, () => wardrobe.redo())}
      <button class="primary" title=${t('roll_rest')} aria-label=${t('roll_rest')} @click=${() => this.rollRest()}>${icon('dice')}<span class="long">${t('roll_rest')}</span><span class="short">${t('roll_short')}</span></button>
      ${again('pose', t('another_pose'), 'pose')}${again('expression', t('another_expression'), 'smile')}
      <span class="grow"></span>
      <button aria-label=${t('export')} @click=${() => void this.#export()}>${icon('download')}<span>${t('export')}</span></button>
      <nj-menu .label=${t('more')} .entries=${entries}></nj-menu>
    </div>`;
  }

  render() {
    if (!operations.loaded) return html`<p class="loading muted" role="status">${t('loading')}</p>`;
    const { portrait, values } = this;
    const clear = values.background === 'none';
    const told = this.pointed && `${term.setting(this.pointed)}${plain(this.schema(this.pointed)).enum && values[this.pointed] ? ` · ${term.value(this.pointed, values[this.pointed])}` : ''}`;
    return html`<div class="bench room">
      <h1 class="sr-only">${t('room')}</h1>
      <section class="bench-main" aria-label=${t('picture')}>
        ${this.#bar()}
        <div class=${`bench-stage room-stage ${portrait.busy ? 'busy' : ''}`} aria-busy=${String(portrait.busy)}>
          <div class=${`portrait ${clear ? 'clear' : ''} ${this.pointed ? 'pointing' : ''}`} @pointermove=${(/** @type {PointerEvent} */ event) => event.pointerType === 'mouse' && this.#point(this.#at(event))}
            @pointerleave=${() => this.#point('')} @click=${(/** @type {MouseEvent} */ event) => { const name = this.#at(event); if (name) [this.#point(name), this.show(name)]; }}>
            <img alt=${t('portrait', { seed: values.seed })} draggable="false" src=${portrait.url || null} ?hidden=${!portrait.url}><canvas aria-hidden="true"></canvas>
          </div>
          <span class="told pill" aria-hidden="true" ?hidden=${!told}>${told}</span>
        </div>
      </section>
      ${panel(this)}
    </div>`;
  }
}
customElements.define('nj-room', Room);
