/** @file The picture whose colors are proposed: chosen or dropped in the tab of the proposal. */

import { api } from '../../api.js';
import { html } from '../../base.js';
import { filesOf, pickPictures } from '../../elements/drop.js';
import { icon } from '../../icons.js';
import { noted, t } from '../../i18n.js';
import { propose, refer } from './proposed.js';
import { desk } from './state.js';
import { work } from './work.js';

/** @import { DeskTable } from './table.js' */

/** How many are being read. */
let coming = 0;

/** @param {DeskTable} screen */
export function reference(screen) {
  const { reference: given } = desk.now;
  const take = async (/** @type {Promise<File[]> | File[]} */ files) => {
    coming += 1;
    screen.changed();
    await refer((await files)[0]);
    coming -= 1;
    screen.changed();
  };
  const pick = () => pickPictures((files) => void take(files));
  const drop = (/** @type {DragEvent} */ event) => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    void take(filesOf(event.dataTransfer));
  };
  return html`<div class="desk-reference row" role="group" aria-label=${t('reference')} title=${t('reference_text')} @drop=${drop}>
      <span>${t('reference')}</span>
      ${given ? html`<button class="small quiet grow" @click=${pick}><img src=${api.thumbnailUrl(given.id)} alt=""><span class="cut">${coming ? t('working') : given.name}</span></button>
        <button class="square quiet" aria-label=${t('remove_picture', { name: given.name })} title=${t('remove_picture', { name: given.name })} @click=${() => void propose({}, null)}>${icon('close')}</button>`
        : html`<button class="small quiet grow" @click=${pick}>${icon('picture')}${t(coming ? 'working' : 'reference_pick')}</button>`}
    </div>
    ${given && work.notes.length ? html`<p class="muted" role="status">${work.notes.map(noted).join(' ')}</p>` : ''}`;
}
