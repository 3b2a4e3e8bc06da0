/** @file The trash: deleted pictures, to restore or to delete for good. */

import { api } from '../../api.js';
import { Base, html, keyed } from '../../base.js';
import { attempt, tell } from '../../elements/toast.js';
import { icon } from '../../icons.js';
import { fileSize, number, t } from '../../i18n.js';
import { each, sizeOf, sure } from './deleting.js';

/** @import { Picture, Space } from '../../types.js' */

const DAY_MS = 24 * 3600 * 1000;

export class Trash extends Base {
  /** @type {Picture[] | null} */ pictures = null;
  /** @type {Space | null} */ space = null;

  connected() { this.#refresh(); }

  #refresh = () => void attempt(async () => {
    const [{ pictures }, space] = await Promise.all([api.trash(), api.space()]);
    Object.assign(this, { pictures, space });
    this.changed();
  });

  /** @param {Picture} picture @param {(id: string) => Promise<unknown>} act @param {string} said */
  async #act(picture, act, said) {
    if (!(await each([picture], act)).length) return;
    this.pictures = (this.pictures ?? []).filter(({ id }) => id !== picture.id);
    this.update();
    tell(said);
    // The button is gone with its row.
    (this.one('.stored button') ?? this.one('h1')).focus();
  }

  /** @param {Picture} picture */
  async #erase(picture) {
    if (await sure(t('delete_for_good'), [picture])) await this.#act(picture, api.erase, t('freed', { size: fileSize(picture.bytes) }));
  }

  async #empty() {
    if (!(await sure(t('empty_trash'), this.pictures ?? []))) return;
    await attempt(async () => tell(t('freed', { size: fileSize((await api.emptyTrash()).bytes) })));
    this.#refresh();
    this.one('h1').focus();
  }

  /** @param {Picture} picture */
  #row(picture) {
    const { id, name, bytes, width, height, expires } = picture;
    const days = Math.max(0, Math.ceil((Date.parse(expires ?? '') - Date.now()) / DAY_MS));
    return html`<li class="stored">
      <img src=${api.thumbnailUrl(id, 128)} alt="" loading="lazy" width="56" height="56">
      <div class="grow job-text"><b class="cut">${name}</b><span class="muted">${width}×${height} · ${fileSize(bytes)} · ${t('days_left', { n: number(days) })}</span></div>
      <div class="row tight">
        <button aria-label=${`${t('restore')}: ${name}`} @click=${() => void this.#act(picture, api.restore, t('restored', { name }))}>${icon('undo')}<span class="wide-only">${t('restore')}</span></button>
        <button class="quiet square" aria-label=${`${t('delete_for_good')}: ${name}`} title=${t('delete_for_good')} @click=${() => void this.#erase(picture)}>${icon('trash')}</button>
      </div>
    </li>`;
  }

  render() {
    const { pictures, space } = this;
    return html`<div class="page">
      <div class="row wrap page-head"><h1 class="grow" tabindex="-1">${t('trash')}</h1>
        <a class="button" href="#/space">${icon('storage')}${t('space')}</a>
        ${pictures?.length ? html`<button class="danger" @click=${() => void this.#empty()}>${icon('trash')}${t('empty_trash')} <span class="muted">${fileSize(sizeOf(pictures))}</span></button>` : ''}</div>
      ${space ? html`<p class="muted">${t('trash_lead', { n: number(space.trash_days, 1) })}</p>` : ''}
      ${!pictures ? html`<p class="muted" role="status">${t('loading')}</p>`
        : !pictures.length ? html`<div class="empty">${icon('trash')}<p>${t('trash_empty')}</p></div>`
        : html`<section class="batch" aria-label=${t('trash')}><ul class="jobs">${pictures.map((picture) => keyed(picture.id, this.#row(picture)))}</ul></section>`}
    </div>`;
  }
}
customElements.define('nj-trash', Trash);
