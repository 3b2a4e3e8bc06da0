/** @file Sources: posts of a site or a dump, to look through, choose, and take to the library or the workbench. */

import { api } from '../../api.js';
import { library } from '../../api-library.js';
import { Base, html, keyed } from '../../base.js';
import { operations } from '../../catalogue.js';
import '../../elements/choice.js';
import { ask } from '../../elements/dialog.js';
import { acceptedPictures } from '../../elements/drop.js';
import { given, used } from '../../elements/events.js';
import '../../elements/query-field.js';
import { attempt } from '../../elements/toast.js';
import '../../elements/wall.js';
import { icon } from '../../icons.js';
import { inLanguage, noted, number, t, term } from '../../i18n.js';
import { keyIn } from '../../keys.js';
import { load, save } from '../../store.js';
import { nameOf, toBench, toLibrary } from './actions.js';
import { finding, isLocal } from './finding.js';
import { showPost } from './post.js';

/** @import { Suggestion } from '../../elements/query-field.js' */

const RATINGS = /** @type {const} */ (['general', 'sensitive', 'questionable', 'explicit']);
/** At once; each is fetched at the pace of its site. */
const MOST = 200;
const SIZE = 170;
const OTHER = '+';
const MOVING = ['gif', 'mp4', 'webm', 'zip', 'swf'];
const COMPLETIONS = 10;

/** Completes the word at the cursor: what the library knows, and tags of the posts that were found. @param {string} query @param {number} cursor @returns {Promise<Suggestion[]>} */
async function suggest(query, cursor) {
  const known = await library.suggestions(query, cursor);
  const word = /[^\s~(-][^\s()]*$/.exec(query.slice(0, cursor))?.[0].toLowerCase() ?? '';
  if (word.length < 2 || word.includes(':')) return known;
  /** @type {Map<string, Suggestion>} */
  const here = new Map();
  for (const { post } of finding.posts) {
    for (const [name, category] of Object.entries(post.tags ?? {})) {
      if (!name.startsWith(word) || known.some(({ text }) => text === name)) continue;
      const one = here.get(name) ?? { text: name, start: cursor - word.length, end: cursor, category, count: 0, alias: null };
      here.set(name, { ...one, count: (one.count ?? 0) + 1 });
    }
  }
  return [...known, ...[...here.values()].sort((a, b) => (b.count ?? 0) - (a.count ?? 0))].slice(0, COMPLETIONS);
}

export class Sources extends Base {
  /** Dumps that were named here. @type {string[]} */ #dumps = load('dumps', []);

  connected() {
    for (const source of [finding, operations]) this.leaving(source.subscribe(() => this.changed()));
    const shown = () => this.one('nj-wall')?.refresh();
    const key = (/** @type {KeyboardEvent} */ event) => this.#key(event);
    finding.addEventListener('preview', shown);
    document.addEventListener('keydown', key);
    this.leaving(() => {
      finding.removeEventListener('preview', shown);
      document.removeEventListener('keydown', key);
    });
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const meant = keyIn('library', event);
    if (meant === 'all' && finding.posts.length) finding.choose({ from: 0, to: finding.posts.length - 1, only: false });
    else if (meant === 'none' && finding.chosen.size) finding.clear();
    else return;
    event.preventDefault();
  }

  /** Asks where a picture that was dropped or picked is from. @param {File[]} files */
  take(files) {
    if (files.length) void attempt(async () => { location.hash = `#/identify/${(await api.upload(files[0])).id}`; });
  }

  get #sites() { return operations.get('sources.posts')?.inputs.find(({ name }) => name === 'source')?.choices ?? []; }

  /** @param {string} source */
  async #choose(source) {
    if (source !== OTHER) {
      if (finding.source !== source) finding.stop();
      Object.assign(finding, { source });
      return finding.tell();
    }
    const answer = await ask({ title: t('sources_dump'), text: t('sources_dump_text'), entries: [{ name: 'dump', label: t('sources_dump_name'), value: 'dump:', required: true, pattern: '(dump|getchu):.+' }], yes: t('save') });
    if (answer) {
      this.#dumps = [answer.dump.trim(), ...this.#dumps.filter((one) => one !== answer.dump.trim())].slice(0, 5);
      save('dumps', this.#dumps);
      finding.source = this.#dumps[0];
    }
    finding.tell();
  }

  #chosenBar() {
    const chosen = finding.chosenPosts.filter(({ file }) => file);
    const many = finding.chosen.size > MOST;
    return html`<div class="library-bar chosen"><b class="grow" role="status">${t('library_chosen', { n: number(finding.chosen.size) })}</b>
      ${isLocal(finding.source) ? '' : html`<button ?disabled=${many || !chosen.length} title=${many ? t('library_most', { n: MOST }) : null} @click=${() => void toLibrary(chosen).then((done) => done && finding.clear())}>${icon('library')}${t('sources_to_library')}</button>`}
      <button class="primary" ?disabled=${many || !chosen.length} title=${many ? t('library_most', { n: MOST }) : null} @click=${() => void toBench(chosen)}>${icon('bench')}${t('to_bench')}</button>
      <button aria-label=${t('library_clear')} title=${t('library_clear')} @click=${() => finding.clear()}>${icon('close')}<span class="wide-only">${t('library_clear')}</span></button></div>`;
  }

  #bar() {
    const { source, query, rating, loading, posts, found } = finding;
    const problem = finding.problem?.title === 'QueryError' ? inLanguage(finding.problem) : null;
    const known = [...this.#sites, ...this.#dumps, ...(source && !this.#sites.includes(source) && !this.#dumps.includes(source) ? [source] : [])];
    const options = [...(source ? [] : [{ value: '', label: t('sources_choose') }]), ...known.map((one) => ({ value: one, label: one })), { value: OTHER, label: t('sources_other') }];
    const state = loading ? t('sources_asking') : found ? t('sources_count', { n: number(posts.length) }) : '';
    return html`<div class="library-bar sources-bar"><h1>${t('sources')}</h1><span class="muted" role="status">${state}</span>
      <span class="select sources-site"><select aria-label=${t('sources_site')} @change=${used((control) => void this.#choose(control.value))}>${options.map(({ value, label }) => keyed(value, html`<option value=${value} .selected=${value === source}>${label}</option>`))}</select>${icon('chevron')}</span>
      <nj-query class="grow" .query=${query} .label=${t('sources_query')} .problem=${problem ? [problem.text, problem.hint].filter(Boolean).join(' · ') : ''} .suggest=${suggest} @search=${given((text) => void finding.search({ query: text }))}></nj-query>
      <nj-choice class="sources-rating" .label=${t('sources_up_to')} .value=${rating} .options=${RATINGS.map((one) => ({ value: one, label: t('sources_up_to_rating', { rating: term.value('rating', one) }) }))} @value=${given((one) => void (found || posts.length ? finding.search({ rating: one }) : Object.assign(finding, { rating: one })))}></nj-choice>
      ${loading ? html`<button @click=${() => finding.stop()}>${icon('stop')}${t('cancel')}</button>`
    : html`<button class="primary" ?disabled=${!source} @click=${() => this.#submit()}>${icon('lens')}${t('sources_search')}</button>`}
      <button aria-label=${t('identify')} title=${t('identify')} @click=${() => this.one('.library-pick').click()}>${icon('picture')}<span class="wide-only">${t('identify')}</span></button>
      <input class="library-pick" type="file" hidden accept=${acceptedPictures()} aria-label=${t('identify')} @change=${used((control) => {
        this.take([...(control.files ?? [])]);
        control.value = '';
      })}></div>`;
  }

  #submit() { void finding.search({ query: this.one('nj-query input').value.trim() }); }

  #shown = (/** @type {number} */ at) => {
    const one = finding.posts[at];
    const image = one && finding.previewOf(one);
    return one && { image: image || '', name: one.known ? `${nameOf(one)} · ${t('sources_known')}` : nameOf(one), clip: MOVING.includes(one.post.filetype ?? ''), away: one.known };
  };

  #foot() {
    const { found, posts, loading } = finding;
    const notes = found?.notes ?? [];
    if (!notes.length && !found?.more) return '';
    return html`<div class="sources-foot"><ul class="grow" role="status">${notes.map((note) => html`<li>${noted(note)}</li>`)}</ul>
      ${found?.more && posts.length ? html`<button ?disabled=${loading} @click=${() => void finding.more()}>${icon('plus')}${t('sources_more')}</button>` : ''}</div>`;
  }

  #empty() {
    const { problem, found, posts, loading } = finding;
    if (problem && problem.title !== 'QueryError') {
      const said = inLanguage(problem);
      return html`<div class="empty sources-over" role="alert">${icon('warning')}<p>${said.text}</p><p class="muted">${said.hint}</p></div>`;
    }
    if (found && !posts.length && !loading) return html`<p class="empty sources-over" role="status">${t('library_nothing')}</p>`;
    return found || loading || posts.length ? '' : html`<div class="empty sources-over">${icon('source')}<p>${t('sources_start')}</p><p class="muted">${t('sources_start_text')}</p></div>`;
  }

  render() {
    const { turn, ratios } = finding;
    const wall = { turn, ratios, shown: this.#shown, want: (/** @type {number} */ from, /** @type {number} */ to) => finding.want(from, to) };
    return html`<div class="library sources">${finding.chosen.size ? this.#chosenBar() : this.#bar()}
      <nj-wall class="grow" .source=${wall} .size=${SIZE} .label=${t('sources')} .chosen=${(/** @type {number} */ at) => finding.chosen.has(finding.posts[at].key)}
        @open=${given((at) => showPost(at, (last) => this.one('nj-wall')?.goTo(last)))} @choose=${given((range) => finding.choose(range))}></nj-wall>
      ${this.#empty()}${this.#foot()}</div>`;
  }
}
customElements.define('nj-sources', Sources);
