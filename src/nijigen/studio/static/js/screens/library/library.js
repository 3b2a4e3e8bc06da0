/** @file The library: all pictures that it knows, to look through, choose and open. */

import { api } from '../../api.js';
import { library } from '../../api-library.js';
import { Base, html } from '../../base.js';
import { operations } from '../../catalogue.js';
import { given, used } from '../../elements/events.js';
import { acceptedPictures } from '../../elements/drop.js';
import { attempt } from '../../elements/toast.js';
import '../../elements/menu.js';
import '../../elements/query-field.js';
import '../../elements/wall.js';
import { icon } from '../../icons.js';
import { inLanguage, number, t } from '../../i18n.js';
import { keyIn } from '../../keys.js';
import { load, save } from '../../store.js';
import { chosenToBench, isHere, MOST, nameOf, update } from './actions.js';
import { collection } from './collection.js';
import { emptyLibrary } from './empty.js';
import { isVideo, showPicture } from './picture.js';
import { placeOf, searchEntries } from './searches.js';

/** Heights of rows. */
const SIZES = { least: 80, most: 320, step: 20 };
const NARROW = 600;
/** The first picture in view when the screen was left. */
let left = 0;

export class Library extends Base {
  size = load('library-size', innerWidth < NARROW ? 100 : 180);
  #searching = false;
  /** The picture that is searched for. */ #like = '';
  /** Whether duplicates are decided. */ #deciding = false;

  connected() {
    for (const source of [collection, operations]) this.leaving(source.subscribe(() => this.changed()));
    const known = () => this.one('nj-wall')?.refresh();
    collection.addEventListener('facts', known);
    const key = (/** @type {KeyboardEvent} */ event) => this.#key(event);
    document.addEventListener('keydown', key);
    this.leaving(() => {
      collection.removeEventListener('facts', known);
      document.removeEventListener('keydown', key);
    });
  }

  /** @param {string} detail `like/` and the id of a picture that is searched for, `q/` and a query, or `duplicates`. */
  visit(detail) {
    const [, like = ''] = /^like\/(\w+)$/.exec(detail) ?? [];
    const deciding = detail === 'duplicates';
    if (!like && !deciding) void collection.show(detail.startsWith('q/') ? decodeURIComponent(detail.slice(2)) : '');
    void attempt(async () => {
      if (like) await import('./answers.js');
      if (deciding) await import('./duplicates.js');
      [this.#like, this.#deciding] = [like, deciding];
      this.changed();
    });
  }

  disconnectedCallback() {
    left = this.one('nj-wall')?.top ?? 0;
    super.disconnectedCallback();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const meant = this.#covered ? '' : keyIn('library', event);
    if (meant === 'all') collection.choose({ from: 0, to: collection.numbers.length - 1, only: false });
    else if (meant === 'none' && collection.chosen.size) collection.clear();
    else return;
    event.preventDefault();
  }

  /** Searches for a picture that was dropped or picked. @param {File[]} files */
  take(files) {
    if (!files.length) return;
    this.#searching = true;
    this.changed();
    void attempt(async () => { location.hash = `#/library/like/${(await api.upload(files[0])).id}`; }).then(() => {
      this.#searching = false;
      this.changed();
    });
  }

  #shown = (/** @type {number} */ at) => {
    const picture = collection.get(at);
    return picture && { image: library.thumbnailUrl(picture.id), name: nameOf(picture), clip: picture.moving || isVideo(picture), away: !isHere(picture) };
  };

  /** Whether another part of the screen covers the wall. */
  get #covered() { return this.#like !== '' || this.#deciding; }

  #bar() {
    const { chosen, total, query } = collection;
    const problem = collection.problem && inLanguage(collection.problem);
    if (chosen.size) {
      return html`<div class="library-bar chosen"><b class="grow" role="status">${t('library_chosen', { n: number(chosen.size) })}</b>
        <button class="primary" ?disabled=${chosen.size > MOST} title=${chosen.size > MOST ? t('library_most', { n: MOST }) : null} @click=${() => void chosenToBench()}>${icon('bench')}${t('to_bench')}</button>
        <button aria-label=${t('library_clear')} title=${t('library_clear')} @click=${() => collection.clear()}>${icon('close')}<span class="wide-only">${t('library_clear')}</span></button></div>`;
    }
    return html`<div class="library-bar" ?inert=${this.#covered}><h1>${t('library')}</h1><span class="muted" role="status">${collection.loading ? t('loading') : t('library_count', { n: number(total) })}</span>
      <nj-query class="grow" .query=${query} .problem=${problem ? [problem.text, problem.hint].filter(Boolean).join(' · ') : ''} .suggest=${library.suggestions} @search=${given((text) => { location.hash = placeOf(text); })}></nj-query>
      <nj-menu .icon=${'bookmark'} .label=${t('searches')} .source=${() => attempt(() => searchEntries(query))}></nj-menu>
      <label class="library-size wide-only">${icon('grid')}<span class="sr-only">${t('library_size')}</span><input type="range" min=${SIZES.least} max=${SIZES.most} step=${SIZES.step} .value=${String(this.size)} @input=${used((control) => {
        this.size = Number(control.value);
        save('library-size', this.size);
        this.changed();
      })}></label>
      <a class="button" href="#/library/duplicates" aria-label=${t('dupes')} title=${t('dupes')}>${icon('copy')}<span class="wide-only">${t('dupes')}</span></a>
      <button aria-label=${t('library_update')} title=${t('library_update_text')} @click=${() => void update()}>${icon('reset')}<span class="wide-only">${t('library_update')}</span></button>
      <button class="primary" ?disabled=${this.#searching} aria-label=${t('library_find')} title=${t('library_find_text')} @click=${() => this.one('.library-pick').click()}>${icon('picture')}<span class="wide-only">${t(this.#searching ? 'working' : 'library_find')}</span></button>
      <input class="library-pick" type="file" hidden accept=${acceptedPictures()} aria-label=${t('library_find')} @change=${used((control) => {
        this.take([...(control.files ?? [])]);
        control.value = '';
      })}></div>`;
  }

  render() {
    const { state, turn, ratios, total } = collection;
    if (state && !state.pictures) return emptyLibrary();
    const source = { turn, ratios, shown: this.#shown, want: (/** @type {number} */ from, /** @type {number} */ to) => collection.want(from, to) };
    return html`<div class="library">${this.#bar()}
      <nj-wall class="grow" ?inert=${this.#covered} .source=${source} .size=${this.size} .start=${left} .label=${t('library')} .chosen=${(/** @type {number} */ at) => collection.chosen.has(collection.numbers[at])}
        @open=${given((at) => showPicture(at, (last) => this.one('nj-wall')?.goTo(last)))} @choose=${given((range) => collection.choose(range))}></nj-wall>
      ${collection.query && !collection.loading && !collection.problem && !total ? html`<p class="empty library-nothing" role="status">${t('library_nothing')}</p>` : ''}
      ${this.#like ? html`<nj-answers .picture=${this.#like}></nj-answers>` : ''}${this.#deciding ? html`<nj-duplicates></nj-duplicates>` : ''}</div>`;
  }
}
customElements.define('nj-library', Library);
