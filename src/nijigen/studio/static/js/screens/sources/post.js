/** @file A post over the page: its preview, what the site says of it, and what can be done with it. */

import { html, keyed, render } from '../../base.js';
import { icon } from '../../icons.js';
import { fileSize, number, t, term } from '../../i18n.js';
import { nameOf, toBench, toLibrary } from './actions.js';
import { finding, isLocal } from './finding.js';

/** @import { SitePost } from '../../types.js' */

/** The categories of tags, in the order of boorus. */
const CATEGORIES = ['artist', 'copyright', 'character', 'general', 'meta'];

/** @param {SitePost['post']} post */
function tags({ tags: known = {} }) {
  const rank = (/** @type {string | null} */ category) => (CATEGORIES.includes(category ?? '') ? CATEGORIES.indexOf(category ?? '') : 3);
  const sorted = Object.entries(known).sort(([, a], [, b]) => rank(a) - rank(b));
  return html`<ul class="post-tags" aria-label=${t('sources_tags')}>${sorted.map(([name, category]) => html`<li class=${`suggestion ${category ?? ''}`}>${name}</li>`)}</ul>`;
}

/** @param {SitePost['post']} post */
function facts(post) {
  const size = post.width ? `${post.width}×${post.height} · ${(post.filetype ?? '').toUpperCase()}${post.filesize ? ` · ${fileSize(post.filesize)}` : ''}` : '';
  const rating = post.rating ? term.value('rating', post.rating) : '';
  const said = post.site_rating && post.site_rating !== post.rating ? ` (${post.site_rating})` : '';
  const rows = /** @type {const} */ ([['answer_size', size], ['sources_rating', rating + said], ['sources_score', post.score === undefined ? '' : number(post.score)], ['sources_from', post.source ?? '']]);
  return html`<dl class="facts-list">${rows.filter(([, value]) => value).map(([key, value]) => html`<div><dt>${t(key)}</dt><dd>${value}</dd></div>`)}</dl>`;
}

/** Shows a post of the list. @param {number} at @param {(at: number) => void} left Told which one was shown last. */
export function showPost(at, left) {
  const dialog = document.createElement('dialog');
  dialog.className = 'look';
  dialog.setAttribute('aria-labelledby', 'post-title');
  document.body.append(dialog);
  const close = () => dialog.close();
  const show = () => {
    finding.want(at, at + 1);
    const one = finding.posts[at];
    const { post, page, file, known } = one;
    const preview = finding.previewOf(one);
    const step = (/** @type {number} */ by) => () => {
      at = Math.min(finding.posts.length - 1, Math.max(0, at + by));
      show();
    };
    render(html`<div class="look-frame" tabindex="-1" autofocus @keydown=${(/** @type {KeyboardEvent} */ event) => {
      const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (by) step(by)();
    }}>
      <div class="look-stage">
        ${preview ? keyed(one.key, html`<img class="post-preview" src=${preview} alt=${nameOf(one)}>`) : html`<p class="muted" role="status">${t(one.preview ? 'loading' : 'sources_no_preview')}</p>`}
        <button class="look-step back" ?disabled=${at === 0} aria-label=${t('library_previous')} title=${t('library_previous')} @click=${step(-1)}>${icon('chevron')}</button>
        <button class="look-step" ?disabled=${at >= finding.posts.length - 1} aria-label=${t('library_next')} title=${t('library_next')} @click=${step(1)}>${icon('chevron')}</button>
      </div>
      <div class="look-side">
        <div class="row"><h2 id="post-title" class="grow">${nameOf(one)}</h2><button class="quiet square" aria-label=${t('close')} title=${t('close')} @click=${close}>${icon('close')}</button></div>
        ${known ? html`<p><span class="pill good">${icon('check')}${t('sources_known')}</span></p>` : ''}
        ${file ? '' : html`<p class="muted">${t('sources_no_file')}</p>`}
        ${facts(post)}
        <div class="look-acts">
          <button class="primary" ?disabled=${!file} @click=${() => { close(); void toBench([one]); }}>${icon('bench')}${t('to_bench')}</button>
          ${isLocal(finding.source) ? '' : html`<button ?disabled=${!file || known} @click=${() => { close(); void toLibrary([one]); }}>${icon('library')}${t('sources_to_library')}</button>`}
          ${page ? html`<a class="button" href=${page} target="_blank" rel="noopener noreferrer">${icon('link')}${t('sources_page')}</a>` : ''}</div>
        ${tags(post)}
      </div>
    </div>`, dialog);
  };
  finding.addEventListener('preview', show);
  window.addEventListener('hashchange', close);
  dialog.addEventListener('click', (event) => event.target === dialog && close());
  dialog.addEventListener('close', () => {
    finding.removeEventListener('preview', show);
    window.removeEventListener('hashchange', close);
    dialog.remove();
    left(at);
  });
  show();
  dialog.showModal();
}
