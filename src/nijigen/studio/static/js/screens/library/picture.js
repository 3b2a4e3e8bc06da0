/** @file A picture of the library at full size, with what is known of it and what can be done with it. */

import { library } from '../../api-library.js';
import { html, keyed, render } from '../../base.js';
import { fileSize, t } from '../../i18n.js';
import { icon } from '../../icons.js';
import { isHere, isShown, nameOf, toBench, toIdentify, toScreen } from './actions.js';
import { collection } from './collection.js';

/** @import { LibraryPicture } from '../../types.js' */

const PLAYED = ['mp4', 'm4v', 'webm', 'mov'];
export const isVideo = (/** @type {LibraryPicture} */ { format }) => ['mp4', 'm4v', 'webm', 'mov', 'mkv', 'avi'].includes(format);
const STATES = /** @type {const} */ ({ here: '', away: 'library_away', gone: 'library_gone', trashed: 'library_trashed' });

/** @param {LibraryPicture} picture */
function image(picture) {
  const { id, format, width, height } = picture;
  if (isHere(picture) && PLAYED.includes(format)) return html`<video src=${library.fileUrl(id)} controls loop autoplay .muted=${true} aria-label=${nameOf(picture)}></video>`;
  const whole = isHere(picture) && isShown(nameOf(picture));
  return html`<img src=${whole ? library.fileUrl(id) : library.thumbnailUrl(id)} alt=${nameOf(picture)} width=${width} height=${height}>`;
}

/** Buttons that open a picture elsewhere. @param {import('./actions.js').Chosen} picture @param {boolean} video @param {() => void} [first] Called before. */
export function acts(picture, video, first = () => {}) {
  const then = (/** @type {() => Promise<unknown>} */ act) => () => { first(); void act(); };
  return html`<div class="look-acts">
    ${video ? '' : html`<button class="primary" @click=${then(() => toBench([picture]))}>${icon('bench')}${t('to_bench')}</button>
    <button @click=${then(() => toScreen(picture, '#/desk'))}>${icon('fill')}${t('to_desk')}</button>
    <button @click=${then(() => toScreen(picture, '#/strokes'))}>${icon('line')}${t('edit_strokes')}</button>
    <button @click=${then(() => toIdentify(picture))}>${icon('source')}${t('identify')}</button>`}
    <a class="button" href=${library.fileUrl(picture.id)} target="_blank" rel="noopener">${icon('download')}${t('library_file')}</a></div>`;
}

/** Shows a picture of the list over the page. @param {number} at @param {(at: number) => void} left Told which one was shown last. */
export function showPicture(at, left) {
  const dialog = document.createElement('dialog');
  dialog.className = 'look';
  dialog.setAttribute('aria-labelledby', 'look-title');
  document.body.append(dialog);
  const close = () => dialog.close();
  const show = () => {
    collection.want(at, at + 1);
    const picture = collection.get(at);
    const step = (/** @type {number} */ by) => () => {
      at = Math.min(collection.numbers.length - 1, Math.max(0, at + by));
      show();
    };
    render(html`<div class="look-frame" tabindex="-1" autofocus @keydown=${(/** @type {KeyboardEvent} */ event) => {
      const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (by && !(event.target instanceof HTMLVideoElement)) step(by)();
    }}>
      <div class="look-stage">
        ${picture ? keyed(picture.id, image(picture)) : html`<p class="muted" role="status">${t('loading')}</p>`}
        <button class="look-step back" ?disabled=${at === 0} aria-label=${t('library_previous')} title=${t('library_previous')} @click=${step(-1)}>${icon('chevron')}</button>
        <button class="look-step" ?disabled=${at >= collection.numbers.length - 1} aria-label=${t('library_next')} title=${t('library_next')} @click=${step(1)}>${icon('chevron')}</button>
      </div>
      <div class="look-side">
        <div class="row"><h2 id="look-title" class="grow">${picture ? nameOf(picture) : '…'}</h2><button class="quiet square" aria-label=${t('close')} title=${t('close')} @click=${close}>${icon('close')}</button></div>
        ${picture ? html`<p class="muted">${picture.width}×${picture.height} · ${picture.format.toUpperCase()} · ${fileSize(picture.bytes)}</p>
        <ul class="look-files">${picture.files.map(({ path, state }) => html`<li><code>${path}</code>${STATES[state] ? html` <span class="pill">${t(/** @type {import('../../i18n.js').Key} */ (STATES[state]))}</span>` : ''}</li>`)}</ul>
        ${isHere(picture) ? acts(picture, isVideo(picture), close) : ''}` : ''}
      </div>
    </div>`, dialog);
  };
  collection.addEventListener('facts', show);
  window.addEventListener('hashchange', close);
  dialog.addEventListener('click', (event) => event.target === dialog && close());
  dialog.addEventListener('close', () => {
    collection.removeEventListener('facts', show);
    window.removeEventListener('hashchange', close);
    dialog.remove();
    left(at);
  });
  show();
  dialog.showModal();
}
