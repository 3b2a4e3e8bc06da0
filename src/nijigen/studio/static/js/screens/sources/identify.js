/** @file Where a picture is from: the question which sites it may be sent to, and then what they say. */

import { api } from '../../api.js';
import { sources } from '../../api-sources.js';
import { Base, html, keyed } from '../../base.js';
import { operations, settingsOf } from '../../catalogue.js';
import { attempt, complain } from '../../elements/toast.js';
import { icon } from '../../icons.js';
import { noted, number, t } from '../../i18n.js';
import { load, save } from '../../store.js';

/** @import { Key } from '../../i18n.js' */
/** @import { Answers, Picture } from '../../types.js' */
/** @typedef {Answers['matches'][number]} Match */

const STATES = /** @satisfies {Record<string, Key>} */ ({ found: 'identify_found', nothing: 'identify_nothing', unclear: 'identify_unclear', failed: 'identify_failed' });

/** Engines for pictures of all kinds, or for adults. */
const MORE = ['ehentai', 'tineye', 'yandex'];

/** Minutes and seconds. @param {number} seconds */
const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;

export class Identify extends Base {
  /** @type {Picture | null} */ #picture = null;
  /** Engines that are left out; all but the usual ones until they are chosen. @type {string[]} */ #without = load('engines-off', MORE);
  /** @type {Answers | null} */ #answers = null;
  /** @type {AbortController | null} */ #asking = null;

  connected() {
    this.leaving(operations.subscribe(() => this.changed()));
    this.leaving(() => this.#asking?.abort());
  }

  /** @param {string} id Of the picture. */
  visit(id) {
    if (this.#picture?.id === id) return;
    this.#asking?.abort();
    [this.#picture, this.#answers, this.#asking] = [null, null, null];
    if (id) void attempt(() => api.picture(id)).then((picture) => { this.#picture = picture ?? null; this.changed(); });
    this.changed();
  }

  /** @param {File[]} files */
  take(files) {
    if (files.length) void attempt(async () => { location.hash = `#/identify/${(await api.upload(files[0])).id}`; });
  }

  /** @returns {string[]} */
  get #engines() {
    const operation = operations.get('sources.identify');
    const all = operation && settingsOf(operation).find(([name]) => name === 'engines')?.[1].default;
    return all ? [...all.split(','), ...MORE] : [];
  }

  /** @param {string[]} engines */
  async #send(engines) {
    if (!this.#picture) return;
    const asking = new AbortController();
    [this.#asking, this.#answers] = [asking, null];
    this.changed();
    try {
      const answers = await sources.identify(this.#picture.id, engines, asking.signal);
      if (this.#asking === asking) this.#answers = answers;
    } catch (error) {
      complain(error);
    }
    if (this.#asking === asking) this.#asking = null;
    this.changed();
  }

  /** @param {string} name */
  #toggle(name) {
    this.#without = this.#without.includes(name) ? this.#without.filter((one) => one !== name) : [...this.#without, name];
    save('engines-off', this.#without);
    this.changed();
  }

  #question() {
    const wanted = this.#engines.filter((name) => !this.#without.includes(name));
    return html`<section class="identify-ask" aria-labelledby="identify-question"><h2 id="identify-question">${t('identify_question')}</h2>
      <p>${t('identify_text')}</p>
      <ul class="identify-engines">${this.#engines.map((name) => keyed(name, html`<li><label><input type="checkbox" .checked=${wanted.includes(name)} ?disabled=${this.#asking !== null} @change=${() => this.#toggle(name)}>
        <span><b>${name}</b> <span class="muted">${t(/** @type {Key} */ (`engine_${name}`))}</span></span></label></li>`))}</ul>
      <div class="row wrap">${this.#asking ? html`<button @click=${() => this.#asking?.abort()}>${icon('stop')}${t('cancel')}</button><span class="muted" role="status">${t('identify_asking')}</span>`
    : html`<button class="primary big" ?disabled=${!wanted.length || !this.#picture} @click=${() => void this.#send(wanted)}>${icon('source')}${t('identify_send', { n: wanted.length })}</button>`}</div>
      <p class="muted">${t('identify_library')}</p></section>`;
  }

  /** @param {Match} match */
  #match({ url, site, id, title, author, episode, seconds, engines }) {
    // A page of an engine could name an address of any kind.
    const address = /^https?:/.test(url) ? URL.parse(url) : null;
    const name = [site || address?.hostname || t('identify_page'), id].filter(Boolean).join(' ');
    const about = [title, author, episode && t('identify_episode', { n: episode }), seconds && `${clock(seconds[0])}–${clock(seconds[1])}`].filter(Boolean).join(' · ');
    return html`<li class="identify-match"><a href=${address?.href} target="_blank" rel="noopener noreferrer"><b>${name}</b>${icon('link')}</a>
      ${about ? html`<span class="muted">${about}</span>` : ''}
      <span class="row wrap">${Object.entries(engines).map(([engine, share]) => html`<span class="pill">${engine}${share === null ? '' : ` ${number(share, 1)} %`}</span>`)}</span></li>`;
  }

  /** @param {Answers} answers */
  #said({ matches, characters, replies }) {
    return html`<section class="identify-said" aria-labelledby="identify-answers"><h2 id="identify-answers" role="status">${matches.length ? t('identify_pages', { n: number(matches.length) }) : t('identify_none')}</h2>
      ${characters.length ? html`<p>${t('identify_who')} ${characters.map(({ name, work }) => `${name}${work ? ` (${work})` : ''}`).join(', ')}</p>` : ''}
      <ul class="identify-matches">${matches.map((match) => this.#match(match))}</ul>
      <h3>${t('identify_states')}</h3>
      <ul class="identify-replies">${replies.map(({ engine, state, count, quota, why }) => html`<li><b>${engine}</b> <span class=${state === 'found' ? 'pill good' : 'pill'}>${t(STATES[state], { n: count })}</span>
        ${quota === null ? '' : html`<span class="muted">${t('identify_quota', { n: number(quota) })}</span>`} ${why ? html`<span class="muted">${noted(why)}</span>` : ''}</li>`)}</ul></section>`;
  }

  render() {
    const picture = this.#picture;
    return html`<div class="page identify"><h1>${t('identify')}</h1>
      <div class="identify-body"><figure>${picture ? html`<img src=${api.viewUrl(picture.id)} alt=${picture.name}><figcaption class="muted cut">${picture.name}</figcaption>` : html`<p class="muted">${t('identify_drop')}</p>`}</figure>
        <div>${this.#question()}${this.#answers ? this.#said(this.#answers) : ''}</div></div></div>`;
  }
}
customElements.define('nj-identify', Identify);
