/** @file The app shell: screens, language and theme; pictures can be dropped and pasted anywhere. */

import { access, codeInLink } from './access.js';
import { api } from './api.js';
import { Base, html } from './base.js';
import { operations } from './catalogue.js';
import { filesOf } from './elements/drop.js';
import { attempt, complain, hush, remedy } from './elements/toast.js';
import { keyIn } from './keys.js';
import { icon } from './icons.js';
import { LANGUAGES, language, preferred, speak, t } from './i18n.js';
import { intake } from './intake.js';
import { jobs } from './jobs.js';
import { session } from './session.js';
import { load, save } from './store.js';

/** @typedef {{tag: string, title: import('./i18n.js').Key, icon?: string, load: () => Promise<unknown>}} Place */

/** Each is loaded when it is opened; those with an icon are in the menu. @type {Record<string, Place>} */
const PLACES = {
  '': { tag: 'nj-home', title: 'home', icon: 'home', load: () => import('./screens/home/home.js') },
  bench: { tag: 'nj-workbench', title: 'workbench', icon: 'bench', load: () => import('./screens/workbench/workbench.js') },
  library: { tag: 'nj-library', title: 'library', icon: 'library', load: () => import('./screens/library/library.js') },
  sources: { tag: 'nj-sources', title: 'sources', icon: 'source', load: () => import('./screens/sources/sources.js') },
  queue: { tag: 'nj-queue', title: 'queue', icon: 'queue', load: () => import('./screens/jobs/queue.js') },
  models: { tag: 'nj-models', title: 'models', icon: 'models', load: () => import('./screens/models/models.js') },
  space: { tag: 'nj-space', title: 'space', load: () => import('./screens/storage/space.js') },
  trash: { tag: 'nj-trash', title: 'trash', load: () => import('./screens/storage/trash.js') },
  commands: { tag: 'nj-commands', title: 'commands', load: () => import('./screens/commands/commands.js') },
  identify: { tag: 'nj-identify', title: 'identify', load: () => import('./screens/sources/identify.js') },
  room: { tag: 'nj-room', title: 'room', load: () => import('./screens/dressing-room/room.js') },
  desk: { tag: 'nj-desk', title: 'desk', load: () => import('./screens/desk/desk.js') },
  strokes: { tag: 'nj-strokes', title: 'strokes', load: () => import('./screens/strokes/strokes.js') },
  silk: { tag: 'nj-silk', title: 'silk', load: () => import('./screens/silk/silk.js') },
  editors: { tag: 'nj-editors', title: 'editors', load: () => import('./screens/workbench/editors.js') },
};
/** The screen in the URL, and the rest of it. */
const whereTo = () => {
  const [, place = '', ...detail] = location.hash.split('/');
  return { place: place in PLACES ? place : '', detail: detail.join('/') };
};
// Load the first screen in parallel with the texts.
void PLACES[whereTo().place].load().catch(() => undefined);
const LOOKS = /** @type {const} */ (['system', 'light', 'dark']);
/** @typedef {typeof LOOKS[number]} Look */

/** @param {Look} look */
function wear(look) {
  if (look === 'system') delete document.documentElement.dataset.look;
  else document.documentElement.dataset.look = look;
}

class App extends Base {
  /** @type {Look} */ look = load('look', 'system');
  /** @type {HTMLElement | null} */ #screen = null;
  #place = '';
  #over = 0;
  /** The page in place of every screen while the database cannot be read. @type {HTMLElement | null} */ #damaged = null;

  connected() {
    for (const source of [jobs, session]) this.leaving(source.subscribe(() => this.changed()));
    this.leaving(access.subscribe(() => void this.#shut()));
    this.replaceChildren();
    // Into a page that is open already, a new link is pasted without loading it.
    window.addEventListener('hashchange', () => (codeInLink() ? location.reload() : void this.#go()));
    window.addEventListener('damaged', (event) => void this.#showDamage(/** @type {CustomEvent} */ (event).detail));
    this.#listen();
    void (access.refused ? this.#shut() : this.#go());
    // A message may take a row of its own below the menu: what sticks to the menu goes along.
    const watch = new ResizeObserver(([{ target }]) => document.documentElement.style.setProperty('--top', `${/** @type {HTMLElement} */ (target).offsetHeight}px`));
    this.update();
    watch.observe(this.one('.top'));
  }

  #listen() {
    const carriesFiles = (/** @type {DragEvent} */ event) => event.dataTransfer?.types.includes('Files');
    const over = (/** @type {number} */ change) => (/** @type {DragEvent} */ event) => {
      if (!carriesFiles(event)) return;
      this.#over += change;
      document.body.classList.toggle('dropping', this.#over > 0);
    };
    document.addEventListener('dragenter', over(1));
    document.addEventListener('dragleave', over(-1));
    document.addEventListener('dragover', (event) => carriesFiles(event) && event.preventDefault());
    document.addEventListener('drop', (event) => {
      this.#over = 0;
      document.body.classList.remove('dropping');
      // A place of its own may have taken it.
      if (!event.dataTransfer || !carriesFiles(event) || event.defaultPrevented) return;
      event.preventDefault();
      void filesOf(event.dataTransfer).then((files) => this.#take(files));
    });
    document.addEventListener('paste', (event) => {
      if (!event.clipboardData?.files.length) return;
      event.preventDefault();
      void this.#take([...event.clipboardData.files]);
    });
    document.addEventListener('keydown', (event) => {
      if (keyIn('everywhere', event) !== 'keys') return;
      event.preventDefault();
      this.#keys();
    });
    this.addEventListener('files', (event) => void this.#take(/** @type {CustomEvent} */ (event).detail));
  }

  /** @param {import('./api.js').Problem} problem */
  async #showDamage(problem) {
    if (this.#damaged) return;
    const { Damaged } = await import('./screens/storage/damaged.js');
    this.#damaged ??= new Damaged(problem);
    this.changed();
  }

  #keys = () => void attempt(async () => (await import('./elements/keys-dialog.js')).showKeys(this.#place, t(PLACES[this.#place].title)));

  /** @param {File[]} files */
  async #take(files) {
    const screen = /** @type {{take?: (files: File[]) => void} & HTMLElement | null} */ (this.#screen);
    if (screen?.take) return screen.take(files);
    const arrived = files.length && (await intake.take(files));
    if (arrived && !['', 'bench', 'editors', 'room', 'desk', 'strokes', 'silk'].includes(this.#place)) location.hash = session.operation ? '#/bench' : '#/';
  }

  async #go() {
    const { place, detail } = whereTo();
    const { tag, load: loaded } = PLACES[place];
    // The previous screen stays until the next one is loaded.
    const known = await attempt(async () => { await loaded(); return true; });
    const now = whereTo();
    if (!known || now.place !== place || now.detail !== detail) return;
    if (this.#screen?.localName !== tag) this.#screen = document.createElement(tag);
    this.#place = place;
    const screen = /** @type {{visit?: (detail: string) => void} & HTMLElement} */ (this.#screen);
    screen.visit?.(detail);
    this.update();
    scrollTo(0, 0);
  }

  /** Shows how to get in. */
  async #shut() {
    await attempt(() => import('./screens/home/entrance.js'));
    this.update();
  }

  /** @param {Event} event */
  #speak = async (event) => {
    await speak(/** @type {import('./i18n.js').Language} */ (/** @type {HTMLSelectElement} */ (event.target).value), true);
    this.#screen = null;
    hush();
    await this.#go();
  };

  #nextLook = () => {
    this.look = LOOKS[(LOOKS.indexOf(this.look) + 1) % LOOKS.length];
    save('look', this.look);
    wear(this.look);
    this.changed();
  };

  /** @param {{place: string, name: string, picture: string}} entry Of the menu; small screens show only its picture. */
  #entry({ place, name, picture }) {
    const open = place === 'queue' && jobs.busy ? String(jobs.busy) : '';
    return html`<a href=${`#/${place}`} aria-current=${this.#place === place ? 'page' : null} aria-label=${`${name} ${open}`.trim()}>
      ${icon(picture)}<span>${name}</span> ${open ? html`<span class="badge">${open}</span>` : ''}</a>`;
  }

  render() {
    document.title = this.#place ? `${t(PLACES[this.#place].title)} · Nijigen` : 'Nijigen';
    const menu = Object.entries(PLACES).flatMap(([place, { title, icon: picture }]) => (picture ? [{ place, name: t(title), picture }] : []));
    return html`<a class="skip" href="#main" @click=${(/** @type {Event} */ event) => {
      event.preventDefault();
      this.one('main').focus();
    }}>${t('skip')}</a>
    <header class="top">
      <a class="brand" href="#/" aria-label="Nijigen"><svg class="mark" viewBox="0 0 32 32" aria-hidden="true"><rect width="32" height="32" rx="8"></rect><path d="M10 11.5h12M7.5 21.5h17"></path></svg><span>Nijigen</span></a>
      <nav aria-label=${t('sections')} ?hidden=${access.refused !== ''}>${menu.map((entry) => this.#entry(entry))}</nav>
      ${this.#damaged ? html`<span class="grow"></span>` : html`<nj-toasts class="grow"></nj-toasts>`}
      <button class="square quiet with-keyboard" aria-label=${t('keys')} title=${`${t('keys')} (?)`} @click=${this.#keys}>${icon('keys')}</button>
      <label class="language">${icon('language')}<span class="sr-only">${t('language')}</span><select @change=${this.#speak}>
        ${Object.entries(LANGUAGES).map(([code, name]) => html`<option value=${code} lang=${code} .selected=${code === language}>${name}</option>`)}</select></label>
      <button class="square quiet" aria-label=${t(`look_${this.look}`)} title=${t(`look_${this.look}`)} @click=${this.#nextLook}>${icon(this.look)}</button>
    </header>
    ${jobs.connected || access.refused || this.#damaged ? '' : html`<p class="offline" role="alert">${icon('warning')}${t('error_offline')} ${t('error_offline_hint')}</p>`}
    <main id="main" tabindex="-1">${access.refused ? html`<nj-entrance></nj-entrance>` : this.#damaged ?? this.#screen}</main>
    <div class="drop-veil" aria-hidden="true">${icon('picture')}${t('drop_here')}</div>`;
  }
}

wear(load('look', /** @type {Look} */ ('system')));
const code = codeInLink();
if (code) history.replaceState(null, '', '#/');
const [, entered] = await Promise.all([speak(preferred()), code ? api.enter(code).catch((error) => error) : null]);
customElements.define('nj-app', App);
remedy('StorageFull', () => ({ label: t('space'), run: () => { location.hash = '#/space'; } }));
if (entered) complain(entered);
if (!access.refused) {
  jobs.follow((job) => session.finished(job));
  jobs.start();
  void attempt(() => operations.load());
  for (const id of session.pending) void jobs.look(id).then((known) => known || session.lost(id));
}
