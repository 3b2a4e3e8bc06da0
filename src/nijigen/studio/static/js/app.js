/** @file The shell: which screen, which language, which look; pictures may be dropped and pasted anywhere. */

import { Base, html } from './base.js';
import { operations } from './catalogue.js';
import { filesOf } from './elements/drop.js';
import { attempt } from './elements/toast.js';
import { icon } from './icons.js';
import { LANGUAGES, language, preferred, speak, t } from './i18n.js';
import { intake } from './intake.js';
import { jobs } from './jobs.js';
import { session } from './session.js';
import { load, save } from './store.js';
import './screens/home.js';
import './screens/models.js';
import './screens/queue.js';
import { Workbench } from './screens/workbench.js';

const SCREENS = /** @type {Record<string, string>} */ ({ '': 'nj-home', bench: 'nj-workbench', queue: 'nj-queue', models: 'nj-models', editors: 'nj-editors' });
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

  connected() {
    for (const source of [jobs, session]) this.leaving(source.subscribe(() => this.changed()));
    this.replaceChildren();
    window.addEventListener('hashchange', () => void this.#go());
    this.#listen();
    void this.#go();
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
      if (!event.dataTransfer || !carriesFiles(event)) return;
      event.preventDefault();
      void filesOf(event.dataTransfer).then((files) => this.#take(files));
    });
    document.addEventListener('paste', (event) => {
      if (!event.clipboardData?.files.length) return;
      event.preventDefault();
      void this.#take([...event.clipboardData.files]);
    });
    this.addEventListener('files', (event) => void this.#take(/** @type {CustomEvent} */ (event).detail));
  }

  /** @param {File[]} files */
  async #take(files) {
    const arrived = files.length && (await intake.take(files));
    if (arrived && !['', 'bench', 'editors'].includes(this.#place)) location.hash = session.operation ? '#/bench' : '#/';
  }

  async #go() {
    const [, place = '', detail = ''] = location.hash.split('/');
    const tag = SCREENS[place] ?? SCREENS[''];
    if (place === 'editors') await import('./screens/editors.js');
    if (this.#screen?.localName !== tag) this.#screen = document.createElement(tag);
    this.#place = place in SCREENS ? place : '';
    if (this.#screen instanceof Workbench) {
      this.#screen.wanted = decodeURIComponent(detail);
      if (detail) session.open(this.#screen.wanted);
      this.#screen.changed();
      this.#screen.querySelector('.panel-body')?.scrollTo(0, 0);
    }
    this.update();
    scrollTo(0, 0);
  }

  /** @param {Event} event */
  #speak = async (event) => {
    await speak(/** @type {import('./i18n.js').Language} */ (/** @type {HTMLSelectElement} */ (event.target).value), true);
    this.#screen = null;
    await this.#go();
  };

  #nextLook = () => {
    this.look = LOOKS[(LOOKS.indexOf(this.look) + 1) % LOOKS.length];
    save('look', this.look);
    wear(this.look);
    this.changed();
  };

  render() {
    const places = /** @type {const} */ ([['', 'home', 'home'], ['bench', 'workbench', 'bench'], ['queue', 'queue', 'queue'], ['models', 'models', 'models']]);
    document.title = this.#place ? `${t(places.find(([place]) => place === this.#place)?.[1] ?? 'editors')} · Nijigen` : 'Nijigen';
    return html`<a class="skip" href="#main" @click=${(/** @type {Event} */ event) => {
      event.preventDefault();
      this.one('main').focus();
    }}>${t('skip')}</a>
    <header class="top">
      <a class="brand" href="#/" aria-label="Nijigen"><svg class="mark" viewBox="0 0 32 32" aria-hidden="true"><rect width="32" height="32" rx="8"></rect><path d="M10 11.5h12M7.5 21.5h17"></path></svg><span>Nijigen</span></a>
      <nav aria-label=${t('sections')}>${places.map(([place, name, picture]) => html`<a href=${`#/${place}`} aria-current=${this.#place === place ? 'page' : null} aria-label=${t(name)}>${icon(picture)}<span>${t(name)}</span>${place === 'queue' && jobs.busy ? html`<span class="badge">${jobs.busy}</span>` : ''}</a>`)}</nav>
      <span class="grow"></span>
      <label class="language">${icon('language')}<span class="sr-only">${t('language')}</span><select @change=${this.#speak}>
        ${Object.entries(LANGUAGES).map(([code, name]) => html`<option value=${code} lang=${code} .selected=${code === language}>${name}</option>`)}</select></label>
      <button class="square quiet" aria-label=${t(`look_${this.look}`)} title=${t(`look_${this.look}`)} @click=${this.#nextLook}>${icon(this.look)}</button>
    </header>
    ${jobs.connected ? '' : html`<p class="offline" role="alert">${icon('warning')}${t('error_offline')} ${t('error_offline_hint')}</p>`}
    <main id="main" tabindex="-1">${this.#screen}</main>
    <nj-toasts></nj-toasts>
    <div class="drop-veil" aria-hidden="true">${icon('picture')}${t('drop_here')}</div>`;
  }
}

wear(load('look', /** @type {Look} */ ('system')));
await speak(preferred());
customElements.define('nj-app', App);
jobs.follow((job) => session.finished(job));
jobs.start();
void attempt(() => operations.load());
for (const id of session.pending) void jobs.look(id).then((known) => known || session.lost(id));
