/** @file Export from the coloring desk: one file with layers, one picture, or a picture for each layer. */

import { api } from '../../api.js';
import { html, render } from '../../base.js';
import { operations, plain } from '../../catalogue.js';
import { used } from '../../elements/events.js';
import { complain } from '../../elements/toast.js';
import { icon } from '../../icons.js';
import { t, term } from '../../i18n.js';
import { intake } from '../../intake.js';
import { load, save } from '../../store.js';
import { unzip } from '../../zip.js';
import { zip } from '../../zip-writing.js';
import { keep } from '../../elements/download.js';
import { PAINT, given } from './work.js';

/** @import { Key } from '../../i18n.js' */
/** @import { Picture } from '../../types.js' */
/** @import { Look, Moment } from './state.js' */

const KINDS = [
  { key: 'psd', icon: 'layers' }, { key: 'ora', icon: 'layers' }, { key: 'set', icon: 'grid', format: 'zip' }, { key: 'flat', icon: 'picture', format: 'png' },
];
const LIST = 'layers.json';

/** A set of PNGs with the user's visibility and opacity of layers. @param {Blob} archive @param {Record<string, Look>} looks */
async function looking(archive, looks) {
  const files = await unzip(archive);
  const list = JSON.parse((await files.get(LIST)?.text()) ?? '{}');
  for (const layer of list.layers) {
    const look = looks[layer.name];
    if (look) Object.assign(layer, { visible: look.visible, opacity: layer.opacity * look.opacity });
  }
  return zip(new Map([...files, [LIST, new Blob([JSON.stringify(list)])]]));
}

/** Exports a drawing with all edits. @param {Picture} picture @param {Moment} moment @param {string} format @param {string} flats How they are divided into layers. @param {AbortSignal} signal */
async function made(picture, moment, format, flats, signal) {
  const settings = { ...given(PAINT, moment, picture, 1), ...(format === 'png' ? {} : { layers: flats }) };
  const wanted = { operation: PAINT, inputs: { picture: picture.id }, settings };
  const changed = Object.keys(moment.layers).length > 0;
  const answer = await (await api.operate({ ...wanted, format: changed ? 'zip' : format }, signal)).blob();
  if (!changed) return answer;
  // The server paints, the desk applies visibility and opacity, the server writes the format.
  return api.convert(new File([await looking(answer, moment.layers)], 'layers.zip', { type: 'application/zip' }), format, signal);
}

/** Asks for the format, exports and downloads. @param {Picture} picture @param {Moment} moment */
export async function exportArtwork(picture, moment) {
  const dialog = document.createElement('dialog');
  dialog.className = 'export';
  dialog.setAttribute('aria-labelledby', 'export-title');
  document.body.append(dialog);
  const before = document.activeElement;
  const line = new AbortController();
  const state = { kind: 'psd', flats: 'one', busy: false, ...load('desk.export', {}) };
  const ways = plain(operations.get(PAINT)?.settings.properties?.layers ?? {}).enum ?? [];
  const kind = () => KINDS.find(({ key }) => key === state.kind) ?? KINDS[0];
  const format = () => kind().format ?? kind().key;
  const name = () => `${picture.name.replace(/\.\w+$/, '')}-colored.${format()}`;

  /** @param {Partial<typeof state>} change */
  const set = (change) => {
    Object.assign(state, change);
    save('desk.export', { kind: state.kind, flats: state.flats });
    show();
  };

  /** @param {boolean} toBench */
  const make = async (toBench) => {
    set({ busy: true });
    try {
      const blob = await made(picture, moment, format(), state.flats, line.signal);
      if (!toBench) keep(blob, name());
      else if (await intake.take([new File([blob], name(), { type: blob.type })])) location.hash = '#/bench';
      dialog.close();
    } catch (error) {
      if (!line.signal.aborted) complain(error);
    }
    if (dialog.isConnected) set({ busy: false });
  };

  function show() {
    render(html`<form method="dialog" @submit=${(/** @type {Event} */ event) => { event.preventDefault(); void make(false); }}>
      <h2 id="export-title">${t('export')}</h2>
      <div class="kinds" role="radiogroup" aria-label=${t('export_kind')}>${KINDS.map((one) => html`<label class="kind"><input type="radio" name="kind" value=${one.key} .checked=${one.key === kind().key}
        @change=${() => set({ kind: one.key })}><span>${icon(one.icon)}<b>${t(/** @type {Key} */ (`export_${one.key}`))}</b></span></label>`)}</div>
      <p class="muted">${t(/** @type {Key} */ (`export_${kind().key}_text`))}</p>
      ${format() === 'png' ? '' : html`<label class="row"><span>${t('layer_flat')}</span><span class="select"><select @change=${used((control) => set({ flats: control.value }))}>
        ${ways.map((/** @type {string} */ way) => html`<option value=${way} .selected=${way === state.flats}>${term.value('layers', way)}</option>`)}</select>${icon('chevron')}</span></label>`}
      <div class="row end wrap"><span class="grow muted" role="status">${state.busy ? t('working') : ''}</span>
        <button type="button" @click=${() => dialog.close()}>${t('cancel')}</button>
        <button type="button" ?disabled=${state.busy} @click=${() => void make(true)}>${icon('bench')}${t('to_bench')}</button>
        <button type="submit" class="primary" ?disabled=${state.busy}>${icon('download')}${t('download')}</button></div>
    </form>`, dialog);
  }

  show();
  dialog.addEventListener('close', () => {
    line.abort();
    dialog.remove();
    if (before instanceof HTMLElement) before.focus();
  });
  dialog.showModal();
  dialog.querySelector('input')?.focus();
}
