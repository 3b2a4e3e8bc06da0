/** @file Storage: what takes the space, and the pictures to delete. */

import { api } from '../../api.js';
import { Base, html, keyed } from '../../base.js';
import { attempt } from '../../elements/toast.js';
import { icon } from '../../icons.js';
import { fileSize, number, t } from '../../i18n.js';
import { session } from '../../session.js';
import { forGood, sizeOf, toTrash } from './deleting.js';
import './folder-check.js';

/** @import { Picture, Space } from '../../types.js' */

const LISTED = 200;
/** Share of the quota above which the page says what to do. */
const TIGHT = 0.9;
const PARTS = /** @type {const} */ (['uploads', 'results', 'derived', 'trash']);
const ORDERS = /** @type {const} */ (['largest', 'newest', 'unused']);
const ORIGINS = /** @type {const} */ (['', 'upload', 'result']);

export class SpaceScreen extends Base {
  /** @type {Space | null} */ space = null;
  /** @type {Picture[] | null} */ pictures = null;
  /** @type {typeof ORDERS[number]} */ order = 'largest';
  /** @type {typeof ORIGINS[number]} */ origin = '';
  /** @type {Set<string>} */ #chosen = new Set();
  #busy = false;

  connected() { this.#refresh(); }

  #refresh = () => void attempt(async () => {
    [this.space, this.pictures] = await Promise.all([api.space(), api.pictures(this.order, this.origin, LISTED)]);
    const here = new Set(this.pictures.map(({ id }) => id));
    this.#chosen = new Set([...this.#chosen].filter((id) => here.has(id)));
    this.changed();
  });

  get #picked() { return (this.pictures ?? []).filter(({ id }) => this.#chosen.has(id)); }

  /** @param {Iterable<string>} ids @param {boolean} chosen */
  #choose(ids, chosen) {
    for (const id of ids) chosen ? this.#chosen.add(id) : this.#chosen.delete(id);
    this.changed();
  }

  /** @param {(pictures: Picture[]) => Promise<void>} act */
  async #delete(act) {
    this.#busy = true;
    this.changed();
    await act(this.#picked);
    this.#busy = false;
    this.#refresh();
    // The button is gone with what was chosen.
    this.one('h1').focus();
  }

  /** @param {Space} space */
  #summary(space) {
    const total = Math.max(space.quota, space.used);
    const said = t('space_used', { used: fileSize(space.used), quota: fileSize(space.quota) });
    const parts = PARTS.map((name) => ({ name, title: t(name === 'trash' ? 'trash' : `space_${name}`), ...space[name] }));
    return html`<section class="panel-card" aria-label=${t('space_use')}>
      <p class="space-total"><b>${said}</b><span class="muted">${t('space_free', { size: fileSize(space.free) })}</span></p>
      <div class="space-bar" role="img" aria-label=${`${said}: ${parts.map(({ title, bytes }) => `${title} ${fileSize(bytes)}`).join(', ')}`}>
        ${parts.filter(({ bytes }) => bytes).map(({ name, bytes }) => html`<span class=${`part ${name}`} .style=${`width: ${(100 * bytes) / total}%`}></span>`)}</div>
      <dl class="space-parts">${parts.map(({ name, title, bytes, files }) => html`<div><dt><span class=${`key ${name}`}></span>${title}</dt><dd>${fileSize(bytes)}</dd><dd class="muted">${number(files)}</dd></div>`)}
        ${space.lost_and_found.files ? html`<div><dt><span class="key"></span><span>lost+found<small class="muted">${t('space_lost_hint')}</small></span></dt><dd>${fileSize(space.lost_and_found.bytes)}</dd><dd class="muted">${number(space.lost_and_found.files)}</dd></div>` : ''}</dl>
      ${space.removable ? html`<p class="muted">${t('space_removable', { size: fileSize(space.removable) })}</p>` : ''}
      ${space.used > TIGHT * space.quota ? html`<p class="space-tight" role="note">${icon('warning')}<span>${t('space_tight')}</span></p>` : ''}
    </section>`;
  }

  /** @param {Picture} picture */
  #row(picture) {
    const { id, name, width, height, bytes, origin, downloaded } = picture;
    const kept = origin === 'result' && !downloaded;
    return html`<li class="stored"><label>
      <input type="checkbox" .checked=${this.#chosen.has(id)} ?disabled=${this.#busy} @change=${(/** @type {Event} */ event) => this.#choose([id], /** @type {HTMLInputElement} */ (event.target).checked)}>
      <img src=${api.thumbnailUrl(id, 128)} alt="" loading="lazy" width="56" height="56">
      <span class="grow job-text"><b class="cut">${name}</b><span class="muted">${width}×${height}${origin === 'result' ? ` · ${t('result')}` : ''}${kept ? ` · ${t('not_downloaded')}` : ''}</span></span>
      <span class="size">${fileSize(bytes)}</span></label>
      <button class="square quiet" aria-label=${`${t('to_bench')}: ${name}`} title=${t('to_bench')} @click=${() => { session.add([picture]); location.hash = '#/bench'; }}>${icon('bench')}</button>
    </li>`;
  }

  #list() {
    const { pictures } = this;
    if (!pictures) return html`<p class="muted" role="status">${t('loading')}</p>`;
    if (!pictures.length) return html`<div class="empty">${icon('picture')}<p>${t('space_empty')}</p></div>`;
    const picked = this.#picked;
    const all = picked.length === pictures.length;
    return html`<section class="batch" aria-label=${t('pictures')}>
      <div class="row wrap batch-head stored-head">
        <label class="row"><input type="checkbox" .checked=${all} ?disabled=${this.#busy} @change=${() => this.#choose(pictures.map(({ id }) => id), !all)}>
          ${t('select_all')}</label>
        <span class="muted grow" role="status">${picked.length ? t('chosen_n', { n: number(picked.length), size: fileSize(sizeOf(picked)) }) : ''}</span>
        ${picked.length ? html`<button ?disabled=${this.#busy} @click=${() => this.#delete((list) => toTrash(list, this.#refresh))}>${icon('trash')}${t('to_trash')}</button>
          <button class="danger" ?disabled=${this.#busy} @click=${() => this.#delete(forGood)}>${t('delete_for_good')}</button>` : ''}
      </div>
      <ul class="jobs">${pictures.map((picture) => keyed(picture.id, this.#row(picture)))}</ul>
    </section>${pictures.length === LISTED ? html`<p class="muted">${t('space_listed', { n: number(LISTED) })}</p>` : ''}`;
  }

  render() {
    const select = (/** @type {string} */ label, /** @type {readonly string[]} */ values, /** @type {string} */ value, /** @type {(value: any) => void} */ set) =>
      html`<label><span class="sr-only">${label}</span><span class="select"><select @change=${(/** @type {Event} */ event) => { set(/** @type {HTMLSelectElement} */ (event.target).value); this.#refresh(); }}>
        ${values.map((one) => html`<option value=${one} .selected=${one === value}>${t(/** @type {'order_largest'} */ (one === '' ? 'origin_all' : `${values === ORDERS ? 'order' : 'origin'}_${one}`))}</option>`)}</select>${icon('chevron')}</span></label>`;
    return html`<div class="page">
      <div class="row wrap page-head"><h1 class="grow" tabindex="-1">${t('space')}</h1>
        <a class="button" href="#/trash">${icon('trash')}${t('trash')}${this.space?.trash.bytes ? html` <span class="muted">${fileSize(this.space.trash.bytes)}</span>` : ''}</a></div>
      <p class="muted">${t('space_lead')}</p>
      ${this.space ? this.#summary(this.space) : ''}
      <nj-folder-check></nj-folder-check>
      <div class="row wrap">${select(t('space_show'), ORIGINS, this.origin, (value) => { this.origin = value; })}${select(t('order'), ORDERS, this.order, (value) => { this.order = value; })}</div>
      ${this.#list()}
    </div>`;
  }
}
customElements.define('nj-space', SpaceScreen);
