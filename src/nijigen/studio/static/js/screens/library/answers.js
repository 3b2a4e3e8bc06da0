/** @file The answers to a picture: the query beside what was found, with the parts that agree outlined on both. */

import { api } from '../../api.js';
import { library } from '../../api-library.js';
import { Base, html, keyed } from '../../base.js';
import { icon } from '../../icons.js';
import { inLanguage, number, t } from '../../i18n.js';
import { isHere, isShown, nameOf } from './actions.js';
import { acts } from './picture.js';

/** @import { Key } from '../../i18n.js' */
/** @import { Box, Hit, Picture, ProblemBody } from '../../types.js' */

/** What the server says two pictures are to each other. @type {Record<string, Key>} */
const VERDICTS = { 'same file': 'sure_same', variant: 'sure_variant', similar: 'sure_alike' };
/** For the same artwork, how sure that is, from these scores on. @type {[number, Key][]} */
const SURE = [[0.96, 'sure_certain'], [0.92, 'sure_likely'], [0, 'sure_maybe']];
/** @param {Hit} hit */
function words({ kinds, score }) {
  const verdict = kinds.find((kind) => kind in VERDICTS);
  return t(verdict ? VERDICTS[verdict] : (SURE.find(([from]) => score >= from) ?? SURE[0])[1]);
}

/** What was done to a picture. */
const CHANGES = ['recompressed', 'resized', 'cropped', 'contains it', 'panel of', 'mirrored', 'rotated', 'recolored', 'lettered'];
/** Empty for what is no change. @param {string} kind */
const changeName = (kind) => (CHANGES.includes(kind) ? t(/** @type {Key} */ (`kind_${kind.replaceAll(' ', '_')}`)) : '');

/** What one picture of a pair is to the other, in words; a variant is never just recompressed. @param {string[]} kinds */
export const kindNames = (kinds) => kinds
  .filter((kind) => kind !== 'recompressed' || !kinds.includes('variant'))
  .map((kind) => (kind in VERDICTS ? t(VERDICTS[kind]) : changeName(kind))).filter(Boolean);

/** @param {Hit} hit */
const smallOf = (hit) => library.thumbnailUrl(hit.sha256, hit.entry);
/** The file itself, where browsers can show it. @param {Hit} hit */
const imageOf = (hit) => (isHere(hit) && !hit.time && isShown(nameOf(hit)) ? library.fileUrl(hit.sha256) : smallOf(hit));
/** Whether a part of the picture agrees, and it does not only look alike. @param {Hit} hit */
const agrees = (hit) => !hit.kinds.includes('similar');

/** An outline, with what is outside a little darker. @param {Box | undefined} box @param {[number, number]} size */
function outline(box, [width, height]) {
  if (!box) return '';
  const [left, top, right, bottom] = box;
  const inside = `M${left} ${top}H${right}V${bottom}H${left}Z`;
  return html`<svg class="outline" viewBox=${`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
    <path class="outside" fill-rule="evenodd" d=${`M0 0H${width}V${height}H0Z${inside}`}></path><path class="under" d=${inside}></path><path class="line" d=${inside}></path></svg>`;
}

export class Answers extends Base {
  /** The id of the picture that is searched for. */ picture = '';
  /** @type {Picture | null} */ #query = null;
  /** @type {Hit[] | null} */ #hits = null;
  /** @type {ProblemBody | null} */ #problem = null;
  #asked = '';
  #at = 0;

  updated() {
    for (const one of this.querySelectorAll('.outlined')) if (one instanceof HTMLElement) one.style.setProperty('--ratio', one.dataset.ratio ?? '1');
    if (!this.picture || this.#asked === this.picture) return;
    const asked = this.picture;
    [this.#asked, this.#query, this.#hits, this.#problem, this.#at] = [asked, null, null, null, 0];
    const kept = (/** @type {() => void} */ keep) => {
      if (this.#asked !== asked) return;
      keep();
      this.changed();
    };
    const failed = (/** @type {any} */ error) => kept(() => { this.#problem = error.body ?? { detail: error.message }; });
    api.picture(asked).then((picture) => kept(() => { this.#query = picture; }), failed);
    library.search(asked).then((hits) => kept(() => { this.#hits = hits; }), failed);
    this.changed();
  }

  /** @param {Hit[]} hits */
  #found(hits) {
    const found = hits.filter(agrees).length;
    return found ? t('answers', { n: number(found) }) : t(hits.length ? 'answers_alike' : 'answers_none');
  }

  /** @param {Hit} hit @param {number} at */
  #card(hit, at) {
    return html`<li><button class="answer" aria-pressed=${String(at === this.#at)} @click=${() => { this.#at = at; this.changed(); }}>
      <img src=${smallOf(hit)} alt="" loading="lazy"><span class="cut">${nameOf(hit)}</span><small class="muted">${words(hit)}</small></button></li>`;
  }

  /** @param {Hit} hit */
  #facts(hit) {
    const changed = hit.changed ? html`<div><dt>${t('answer_changed')}</dt><dd>${t('answer_share', { n: number(100 * hit.changed, 1) })}</dd></div>` : '';
    return html`<p class="answer-word"><b>${words(hit)}</b> <span class="muted">${t('answer_score', { n: number(100 * hit.score, 1) })}</span></p>
      <ul class="row wrap">${hit.kinds.map(changeName).filter(Boolean).map((change) => html`<li class="pill">${change}</li>`)}</ul>
      <dl class="facts-list">${hit.time ? html`<div><dt>${t('answer_time')}</dt><dd>${hit.time}</dd></div>` : ''}${changed}
        <div><dt>${t('answer_size')}</dt><dd>${hit.size[0]}×${hit.size[1]}</dd></div>
        <div><dt>${t('answer_files')}</dt><dd>${hit.files.map(({ path, state }) => html`<code>${path}</code>${state === 'here' ? '' : html` <span class="pill">${t(/** @type {Key} */ (`library_${state}`))}</span>`}`)}</dd></div></dl>
      ${isHere(hit) ? acts({ id: hit.sha256, files: hit.files }, hit.time !== undefined) : ''}`;
  }

  render() {
    const [query, hits] = [this.#query, this.#hits];
    const hit = hits?.[this.#at];
    const problem = this.#problem && inLanguage(this.#problem);
    return html`<section class="answers" aria-labelledby="answers-title">
      <div class="library-bar"><a class="button" href="#/library" aria-label=${t('answers_back')} title=${t('answers_back')}>${icon('undo')}<span class="wide-only">${t('answers_back')}</span></a>
        <h2 id="answers-title" class="grow" role="status">${hits ? this.#found(hits) : problem ? t('error_unknown') : t('answers_searching')}</h2></div>
      ${problem ? html`<div class="empty">${icon('warning')}<p>${problem.text}</p><p class="muted">${problem.hint}</p></div>` : ''}
      <div class="answers-body">
        <div class="answers-pair">
          <figure><figcaption>${t('answer_yours')}</figcaption>${query ? html`<div class="outlined" data-ratio=${query.width / query.height}><img src=${api.viewUrl(query.id)} alt=${query.name}>${outline(hit?.query_box, [query.width, query.height])}</div>` : ''}</figure>
          ${hit ? html`<figure><figcaption>${t('answer_theirs')}</figcaption>${keyed(`${hit.entry}`, html`<div class="outlined" data-ratio=${hit.size[0] / hit.size[1]}><img src=${imageOf(hit)} alt=${nameOf(hit)}>${outline(hit.box, hit.size)}</div>`)}</figure>` : ''}
        </div>
        ${hit ? html`<div class="answers-side">${this.#facts(hit)}</div>` : ''}
        ${hits?.length ? html`<ul class="answers-list" aria-label=${t('answers_all')}>${hits.map((one, at) => this.#card(one, at))}</ul>` : ''}
      </div>
    </section>`;
  }
}
customElements.define('nj-answers', Answers);
