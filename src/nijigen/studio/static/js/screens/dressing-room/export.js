/** @file Export from the dressing room: pictures, layers, vector graphics, sheets and animations. */

import { api } from '../../api.js';
import { html, render } from '../../base.js';
import { plain } from '../../catalogue.js';
import '../../elements/choice.js';
import { given, used } from '../../elements/events.js';
import { complain } from '../../elements/toast.js';
import { icon } from '../../icons.js';
import { t, term } from '../../i18n.js';
import { intake } from '../../intake.js';
import { load, save } from '../../store.js';
import { keep } from '../../elements/download.js';
import { sized } from './portrait.js';
import { CHARACTER } from './state.js';

/** @import { Key } from '../../i18n.js' */
/** @import { Operation, Settings } from '../../types.js' */

/** @typedef {{key: string, icon: string, formats: string[], settings: Settings, name: string, size?: number, asks?: string[], clear?: boolean}} Kind */

const MOVING = ['webp', 'gif', 'apng'];
/** @type {Kind[]} */
const KINDS = [
  { key: 'picture', icon: 'picture', formats: ['png', 'webp', 'jpeg'], settings: {}, name: '', clear: true },
  { key: 'avatar', icon: 'face', formats: ['png', 'webp'], settings: { framing: 'face', background: 'none' }, name: '-avatar', size: 1024 },
  { key: 'sprite', icon: 'pose', formats: ['png', 'webp'], settings: { framing: 'upper', background: 'none' }, name: '-sprite' },
  { key: 'lines', icon: 'line', formats: ['png'], settings: { rendering: 'lines' }, name: '-lines' },
  { key: 'vectors', icon: 'pen', formats: ['svg'], settings: {}, name: '' },
  { key: 'layers', icon: 'layers', formats: ['psd', 'ora'], settings: {}, name: '' },
  { key: 'sheet', icon: 'grid', formats: ['png'], settings: { show: 'sheet' }, name: '-sheet', size: 256, asks: ['count', 'columns'] },
  { key: 'turning', icon: 'pose', formats: MOVING, settings: { show: 'turntable' }, name: '-turning', size: 512, asks: ['frames'] },
  { key: 'talking', icon: 'talk', formats: MOVING, settings: { show: 'talking' }, name: '-talking', size: 512, asks: ['text'] },
];
const SIZES = [256, 512, 1024, 2048, 4096];
/** Formats without transparency. */
const OPAQUE = ['jpeg'];

/** The kinds that this server supports. @param {Operation} operation */
const kindsOf = (operation) => KINDS.filter(({ settings }) => Object.entries(settings).every(([name, value]) => {
  const schema = operation.settings.properties?.[name];
  return schema && plain(schema).enum?.includes(value);
}));

/** Asks what to export, renders and downloads it. @param {Operation} operation @param {Settings} settings @param {Settings} values */
export async function exportCharacter(operation, settings, values) {
  const dialog = document.createElement('dialog');
  dialog.className = 'export';
  dialog.setAttribute('aria-labelledby', 'export-title');
  document.body.append(dialog);
  const before = document.activeElement;
  const line = new AbortController();
  const kinds = kindsOf(operation);
  const state = { kind: 'picture', format: 'png', size: 1024, clear: false, busy: '', own: /** @type {Settings} */ ({}), ...load('room.export', {}) };
  const kind = () => kinds.find(({ key }) => key === state.kind) ?? kinds[0];
  const format = () => (kind().formats.includes(state.format) ? state.format : kind().formats[0]);
  const size = () => (kind().size ? Math.min(state.size, kind().size ?? 0) : state.size);
  const clears = () => Boolean(kind().clear) && !OPAQUE.includes(format());

  /** @param {Partial<typeof state>} change */
  const set = (change) => {
    Object.assign(state, change);
    save('room.export', { ...state, busy: '' });
    show();
  };

  /** @param {'file' | 'bench'} to */
  const make = async (to) => {
    const { settings: own, asks = [], name } = kind();
    const clear = clears() && state.clear ? { background: 'none' } : {};
    const asked = Object.fromEntries(asks.filter((one) => one in state.own).map((one) => [one, state.own[one]]));
    state.busy = to;
    show();
    try {
      const blob = await api.make(CHARACTER, { ...sized({ ...settings, ...clear }, size()), ...own, ...asked }, format(), line.signal);
      const file = `character-${values.seed}${name}.${format() === 'jpeg' ? 'jpg' : format() === 'apng' ? 'png' : format()}`;
      if (to === 'file') keep(blob, file);
      else if (await intake.take([new File([blob], file, { type: blob.type })])) location.hash = '#/bench';
      dialog.close();
    } catch (error) {
      complain(error);
    }
    state.busy = '';
    show();
  };

  /** @param {string} name */
  const entry = (name) => {
    const schema = operation.settings.properties?.[name];
    if (!schema) return '';
    const shape = plain(schema);
    const value = state.own[name] ?? settings[name] ?? shape.default ?? '';
    const number = shape.type === 'integer' || shape.type === 'number';
    const read = used((control) => {
      const own = { ...state.own, [name]: number ? control.valueAsNumber : control.value };
      if (!number || Number.isFinite(control.valueAsNumber)) set({ own });
    });
    return html`<label class="stacked"><span>${term.setting(name)}</span>
      <input type=${number ? 'number' : 'text'} min=${shape.minimum} max=${shape.maximum} maxlength=${shape.type === 'string' ? 200 : null} .value=${String(value)} @change=${read}>
      ${number ? '' : html`<small class="muted">${term.help(CHARACTER, name, schema.description)}</small>`}</label>`;
  };

  function show() {
    const { formats, asks = [] } = kind();
    const fixed = kind().formats[0] === 'svg';
    const most = kind().size ?? 4096;
    render(html`<form method="dialog" @submit=${(/** @type {Event} */ event) => { event.preventDefault(); void make('file'); }}>
      <h2 id="export-title">${t('export')}</h2>
      <div class="kinds" role="radiogroup" aria-label=${t('export_kind')}>${kinds.map((one) => html`<label class="kind"><input type="radio" name="kind" value=${one.key} .checked=${one.key === kind().key}
        @change=${() => set({ kind: one.key })}><span>${icon(one.icon)}<b>${t(/** @type {Key} */ (`export_${one.key}`))}</b></span></label>`)}</div>
      ${formats.length > 1 ? html`<div class="stacked"><span>${term.setting('format')}</span><nj-choice .label=${term.setting('format')} .value=${format()} .options=${formats.map((value) => ({ value, label: term.value('format', value) }))} @value=${given((detail) => set({ format: detail }))}></nj-choice></div>` : ''}
      ${fixed ? '' : html`<label class="stacked"><span>${t('longer_side')}</span><span class="select"><select @change=${used((control) => set({ size: Number(control.value) }))}>
        ${SIZES.filter((side) => side <= most).map((side) => html`<option value=${side} .selected=${side === size()}>${`${side} px`}</option>`)}</select>${icon('chevron')}</span></label>`}
      ${asks.map(entry)}
      ${clears() ? html`<label class="row"><input type="checkbox" role="switch" class="switch" .checked=${state.clear || values.background === 'none'} ?disabled=${values.background === 'none'} @change=${() => set({ clear: !state.clear })}><span>${t('no_background')}</span></label>` : ''}
      <div class="row end wrap"><span class="grow muted" role="status">${state.busy ? t('working') : ''}</span>
        <button type="button" @click=${() => dialog.close()}>${t('cancel')}</button>
        ${kind().key === 'vectors' || kind().key === 'layers' ? '' : html`<button type="button" ?disabled=${state.busy} @click=${() => void make('bench')}>${icon('bench')}${t('to_bench')}</button>`}
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
