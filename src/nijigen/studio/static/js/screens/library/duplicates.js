/** @file Duplicates: pairs side by side, decided with a key each; what goes is in the trash, and comes back with undo. */

import { library } from '../../api-library.js';
import { Base, html, keyed } from '../../base.js';
import { attempt, tell } from '../../elements/toast.js';
import { icon } from '../../icons.js';
import { fileSize, inLanguage, number, t } from '../../i18n.js';
import { keyIn } from '../../keys.js';
import { isShown } from './actions.js';
import { kindNames } from './answers.js';
import { collection } from './collection.js';

/** @import { Pair, LibraryPicture, ProblemBody } from '../../types.js' */
/** Where a decision was made, what takes it back, the bytes that it freed, and the path that is gone. @typedef {{at: number, undo: () => Promise<unknown>, bytes: number, gone: string}} Decision */

export class Duplicates extends Base {
  /** @type {Pair[] | null} */ #pairs = null;
  /** @type {ProblemBody | null} */ #problem = null;
  /** @type {Decision[]} */ #decisions = [];
  #at = 0;
  #busy = false;

  connected() {
    const key = (/** @type {KeyboardEvent} */ event) => this.#key(event);
    document.addEventListener('keydown', key);
    this.leaving(() => {
      document.removeEventListener('keydown', key);
      if (this.#decisions.length) void collection.load();
    });
    library.duplicates().then((pairs) => { this.#pairs = pairs; }, (error) => { this.#problem = error.body ?? { detail: error.message }; }).then(() => this.changed());
  }

  get #pair() { return this.#pairs?.[this.#at]; }
  get #freed() { return this.#decisions.reduce((sum, { bytes }) => sum + bytes, 0); }

  /** Goes to the next pair of which both files are still there. @param {number} by */
  #go(by) {
    const gone = new Set(this.#decisions.map((one) => one.gone));
    do this.#at += by; while (this.#pair && (gone.has(this.#pair.keep_path) || gone.has(this.#pair.other_path)));
    this.#at = Math.max(0, this.#at);
    this.changed();
  }

  /** @param {() => Promise<Omit<Decision, 'at'>>} act */
  async #decide(act) {
    if (this.#busy || !this.#pair) return;
    this.#busy = true;
    const at = this.#at;
    const done = await attempt(act);
    this.#busy = false;
    if (!done) return;
    this.#decisions.push({ at, ...done });
    this.#go(1);
  }

  /** @param {boolean} left */
  #keep = (left) => () => this.#decide(async () => {
    const { keep, keep_path, other, other_path } = /** @type {Pair} */ (this.#pair);
    const [first, second] = [{ id: keep.id, path: keep_path }, { id: other.id, path: other_path }];
    const [keeper, file] = left ? [first, second] : [second, first];
    await library.discard(file, keeper);
    return { undo: () => library.restore(file), bytes: (left ? other : keep).bytes, gone: file.path };
  });

  #both = () => this.#decide(async () => {
    const { keep, other } = /** @type {Pair} */ (this.#pair);
    // Two files of one content cannot be told apart for ever: they are only passed over.
    const differ = keep.id !== other.id;
    if (differ) await library.distinct([keep.id, other.id], true);
    return { undo: async () => differ && library.distinct([keep.id, other.id], false), bytes: 0, gone: '' };
  });

  #undo = () => void attempt(async () => {
    const last = this.#decisions.at(-1);
    if (!last || this.#busy) return;
    await last.undo();
    this.#decisions.pop();
    this.#at = last.at;
    tell(t('dupes_undone'));
    this.changed();
  });

  /** @param {KeyboardEvent} event */
  #key(event) {
    const meant = keyIn('duplicates', event);
    const acts = /** @type {Record<string, () => void>} */ ({ left: this.#keep(true), right: this.#keep(false), both: this.#both, next: () => this.#go(1), undo: this.#undo });
    if (!(meant in acts)) return;
    event.preventDefault();
    acts[meant]();
  }

  /** @param {LibraryPicture} picture @param {string} path @param {LibraryPicture} beside @param {string} title */
  #figure(picture, path, beside, title) {
    const { id, width, height, bytes, format } = picture;
    const more = (/** @type {boolean} */ is, /** @type {string} */ text) => (is ? html`<b>${text}</b>` : text);
    return html`<figure><figcaption><b>${title}</b> <span class="muted">${more(width * height > beside.width * beside.height, `${width}×${height}`)} · ${format.toUpperCase()} · ${more(bytes > beside.bytes, fileSize(bytes))}</span><code>${path}</code></figcaption>
      ${keyed(id + path, html`<div class="dupe-stage"><img src=${isShown(path) ? library.fileUrl(id) : library.thumbnailUrl(id)} alt=${path.split(/[/\\]/).pop()}></div>`)}</figure>`;
  }

  #body() {
    const [pairs, pair] = [this.#pairs, this.#pair];
    const problem = this.#problem && inLanguage(this.#problem);
    if (problem) return html`<div class="empty">${icon('warning')}<p>${problem.text}</p><p class="muted">${problem.hint}</p></div>`;
    if (!pairs) return html`<p class="loading muted" role="status">${t('dupes_finding')}</p>`;
    if (!pair) return html`<div class="empty">${icon('check')}<p role="status">${t(pairs.length ? 'dupes_done' : 'dupes_none')}</p></div>`;
    return html`<div class="dupe-pair">${this.#figure(pair.keep, pair.keep_path, pair.other, t('dupes_left'))}${this.#figure(pair.other, pair.other_path, pair.keep, t('dupes_right'))}</div>
      <div class="dupe-acts"><p class="row wrap center">${kindNames(pair.kinds).map((kind) => html`<span class="pill">${kind}</span>`)}${pair.changed ? html`<span class="muted">${t('dupes_differs', { n: number(100 * pair.changed, 1) })}</span>` : ''}</p>
        <div class="row center"><button class="primary" @click=${this.#keep(true)}>${t('dupes_keep_left')} <kbd>←</kbd></button>
        <button @click=${this.#both}>${t('dupes_keep_both')} <kbd>B</kbd></button>
        <button @click=${this.#keep(false)}>${t('dupes_keep_right')} <kbd>→</kbd></button>
        <button class="quiet" @click=${() => this.#go(1)}>${t('dupes_skip')} <kbd>N</kbd></button></div></div>`;
  }

  render() {
    const count = this.#pairs?.length ?? 0;
    return html`<section class="answers" aria-labelledby="dupes-title">
      <div class="library-bar"><a class="button" href="#/library" aria-label=${t('answers_back')} title=${t('answers_back')}>${icon('undo')}<span class="wide-only">${t('answers_back')}</span></a>
        <h2 id="dupes-title">${t('dupes')}</h2><span class="muted grow" role="status">${count && this.#at < count ? t('dupes_at', { n: number(this.#at + 1), total: number(count) }) : ''}${this.#freed ? ` · ${t('dupes_freed', { size: fileSize(this.#freed) })}` : ''}</span>
        <button ?disabled=${!this.#decisions.length} @click=${this.#undo}>${icon('undo')}${t('undo')}</button></div>
      ${this.#body()}</section>`;
  }
}
customElements.define('nj-duplicates', Duplicates);
