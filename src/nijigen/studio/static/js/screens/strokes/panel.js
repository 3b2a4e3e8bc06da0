/** @file Around the strokes: the toolbar, the status line, and the panel that changes and chooses them. */

import { html } from '../../base.js';
import { used } from '../../elements/events.js';
import '../../elements/menu.js';
import { attempt } from '../../elements/toast.js';
import { icon } from '../../icons.js';
import { number, t } from '../../i18n.js';
import { keyOf } from '../../keys.js';
import { session } from '../../session.js';
import { lineArt } from '../../line-art/line-art.js';
import { strokes } from './state.js';
import { work } from './work.js';

/** @import { Key } from '../../i18n.js' */
/** @import { StrokeEditor } from './editor.js' */

const [THINNEST, WIDEST] = [0.3, 24];

/** @param {string} label @param {string} name @param {boolean} off @param {() => void} act @param {string} [key] @param {boolean | null} [pressed] */
const square = (label, name, off, act, key = '', pressed = null) =>
  html`<button class=${`square quiet ${name === 'plus' || name === 'minus' ? 'step' : ''}`} aria-label=${label} title=${key ? `${label} (${key})` : label} aria-pressed=${pressed === null ? null : String(pressed)} ?disabled=${off} @click=${act}>${icon(name)}</button>`;

/** @returns {Promise<import('../../elements/menu.js').Entry[]>} */
const exports = async () => /** @type {const} */ ([['svg', 'line', 'strokes_svg'], ['png', 'picture', 'strokes_png'], ['psd', 'layers', 'strokes_psd']]).map(([format, picture, label]) => ({
  label: t(label), icon: picture, disabled: !work.drawing, run: () => void attempt(async () => (await import('./export.js')).download(format)),
}));

/** @param {StrokeEditor} editor */
export function bar(editor) {
  const easel = () => editor.one('nj-easel');
  return html`<div class="bench-bar desk-bar">
    <span class="row tight">
      ${square(t('undo'), 'undo', !strokes.hasPast, () => strokes.undo(), keyOf('undo', 'undo'))}
      ${square(t('redo'), 'redo', !strokes.hasFuture, () => strokes.redo(), keyOf('undo', 'redo'))}
      ${square(t('strokes_add'), 'check', editor.comparing, () => { editor.adds = !editor.adds; editor.changed(); }, 'Shift', editor.adds)}
      ${square(t('delete_strokes'), 'trash', !editor.chosen.size, () => editor.deleteChosen(), keyOf('strokes', 'delete'))}
    </span>
    <span class="grow"></span>
    <button class="strokes-compare" aria-pressed=${String(editor.comparing)} title=${`${t('compare')} (${keyOf('strokes', 'compare')})`} aria-label=${t('compare')} @click=${() => editor.compare()}>${icon('lens')}<span>${t('compare')}</span></button>
    ${editor.comparing ? html`<nj-view-tools .comparable=${true}></nj-view-tools>` : html`<span class="row tight tools" role="group" aria-label=${t('view')}>
      ${square(t('zoom_out'), 'minus', false, () => easel()?.zoomTo(editor.zoom / 1.25))}
      <span class="level strokes-level" aria-live="off">${`${number(editor.zoom * 100)} %`}</span>
      ${square(t('zoom_in'), 'plus', false, () => easel()?.zoomTo(editor.zoom * 1.25))}
      ${square(t('zoom_fit'), 'fit', false, () => easel()?.fit())}
    </span>`}
    <nj-menu class="strokes-export" .icon=${'download'} .wide=${true} .label=${t('export')} .source=${exports}></nj-menu>
    <button class="primary" aria-label=${t('to_desk')} title=${t('to_desk')} ?disabled=${!work.drawing} @click=${() => void attempt(async () => (await import('./export.js')).toDesk())}>${icon('fill')}<span>${t('to_desk')}</span></button>
  </div>`;
}

/** @param {StrokeEditor} editor */
export function told(editor) {
  const { pointed } = editor;
  const kinds = /** @type {const} */ ({ line: 'stroke_line', area: 'stroke_area', dot: 'stroke_dot' });
  return html`<p class="desk-told" role="status" aria-live="off">
    ${pointed ? html`<b>${t(kinds[pointed.kind])}</b>${pointed.kind === 'area' ? '' : html`<span class="muted">${t('stroke_facts', { width: number(pointed.width, 1), length: number(pointed.length) })}</span>`}`
      : html`<span class="muted cut">${t(editor.comparing ? 'strokes_compare_help' : 'strokes_help')}</span>`}
    <span class="grow"></span>
    <span class="muted desk-facts">${work.drawing ? t('strokes_n', { n: number(editor.there.size) }) : ''}${editor.chosen.size ? ` · ${t('strokes_selected', { n: number(editor.chosen.size) })}` : ''}</span>
    ${work.busy ? html`<span class="muted">${t('working')}</span>` : ''}
  </p>`;
}

/** @param {string} label @param {{value: number, min: number, max: number, step: number, text: string, off?: boolean}} range @param {(value: number) => void} set */
const slider = (label, { value, min, max, step, text, off = false }, set) => html`<label class="strokes-slider">
  <span>${label}</span><span class="desk-px">${text}</span>
  <input type="range" min=${min} max=${max} step=${step} aria-label=${label} aria-valuetext=${text} ?disabled=${off} .value=${String(value)} @input=${used((control) => set(control.valueAsNumber))}></label>`;

/** @param {Key} label @param {string} key @param {boolean} off @param {() => void} act */
const action = (label, key, off, act) => html`<button class="small" ?disabled=${off} title=${key ? `${t(label)} (${key})` : t(label)} aria-keyshortcuts=${key || null} @click=${act}>${t(label)}</button>`;

/** @param {StrokeEditor} editor */
function change(editor) {
  const { chosen, width } = editor;
  const taper = strokes.now.looks[[...chosen][0]]?.taper ?? 0;
  return html`<section aria-labelledby="strokes-change"><h2 id="strokes-change">${t('strokes_selected', { n: number(chosen.size) })}</h2>
    ${slider(t('stroke_width'), { value: Math.min(WIDEST, width || THINNEST), min: THINNEST, max: WIDEST, step: 0.1, text: width ? `${number(width, 1)} px` : '–', off: !width }, (value) => width && editor.thicken(value / width, 'width'))}
    ${slider(t('stroke_taper'), { value: Math.round(taper * 100), min: 0, max: 100, step: 1, text: chosen.size ? `${Math.round(taper * 100)} %` : '–', off: !width }, (value) => editor.taper(value / 100))}
    <p class="muted">${t('stroke_taper_text')}</p>
    <div class="row wrap">
      <button class="small danger" ?disabled=${!chosen.size} @click=${() => editor.deleteChosen()}>${icon('trash')}${t('delete_strokes')}</button>
      ${action('strokes_reset', '', ![...chosen].some((id) => strokes.now.looks[id]), () => strokes.look(chosen, () => ({}), ''))}
    </div></section>`;
}

/** @param {StrokeEditor} editor */
function choice(editor) {
  const key = (/** @type {string} */ id) => keyOf('strokes', id);
  return html`<section aria-labelledby="strokes-choose"><h2 id="strokes-choose">${t('strokes_choose')}</h2>
    <div class="row wrap">
      ${action('choose_all', key('all'), !editor.there.size, () => editor.choose(editor.there.keys()))}
      ${action('choose_none', key('none'), !editor.chosen.size, () => editor.choose([]))}
      ${action('strokes_similar', key('similar'), !editor.width, () => editor.similar())}
    </div>
    <div class="row wrap strokes-dust">
      <label class="row"><span>${t('strokes_shorter')}</span><input type="number" min="1" max="500" step="1" .value=${String(editor.dust)} @change=${used((control) => editor.keep('dust', Math.min(500, Math.max(1, Math.round(control.valueAsNumber) || 1))))}><span class="muted">px</span></label>
      ${action('strokes_dust', key('dust'), !editor.there.size, () => editor.pickDust())}
    </div></section>`;
}

/** @param {StrokeEditor} editor */
function gaps(editor) {
  const n = work.gaps.length;
  const found = !work.searched ? t('working') : n ? t('gaps_found', { n: number(n) }) : t('gaps_none');
  return html`<section aria-labelledby="strokes-gaps"><h2 id="strokes-gaps">${t('tool_gaps')}</h2>
    <label class="row"><span class="grow">${t('show_gaps')}</span><input type="checkbox" role="switch" class="switch" .checked=${editor.gapsShown} @change=${used((control) => editor.keep('gapsShown', control.checked))}></label>
    ${editor.gapsShown ? html`${slider(t('gaps_widest'), { value: editor.widest, min: 0, max: 64, step: 1, text: editor.widest ? `${editor.widest} px` : t('automatic') }, (value) => editor.keep('widest', value))}
      <p class="row wrap"><span class="grow muted" role="status">${found}</span>
        <button class="small" ?disabled=${!n || !work.searched} @click=${() => editor.close(work.gaps)}>${icon('gap')}${t('close_all_gaps')}</button></p>
      <p class="muted">${t('gaps_text')}</p>` : ''}</section>`;
}

/** @returns {unknown} */
function sketch() {
  const item = session.current;
  if (!item || !lineArt.cleans(item)) return '';
  const cleaned = lineArt.state(item) === 'cleaned';
  return html`<label class="row" title=${t('goal_simplify_text')}><span class="grow">${t('clean_sketch')}</span><input type="checkbox" role="switch" class="switch" .checked=${cleaned} @change=${() => (cleaned ? lineArt.keep(item) : lineArt.clean(item))}></label>`;
}

/** @param {StrokeEditor} editor */
export function panel(editor) {
  return html`<section class="panel desk-panel strokes-panel" aria-label=${t('settings')}><div class="panel-body" tabindex="0" role="group" aria-label=${t('settings')}>
    ${change(editor)}${choice(editor)}${gaps(editor)}
    <section aria-labelledby="strokes-picture"><h2 id="strokes-picture">${t('strokes_original')}</h2>
      ${sketch()}
      ${slider(t('strokes_faint'), { value: Math.round(editor.faint * 100), min: 0, max: 100, step: 5, text: `${Math.round(editor.faint * 100)} %` }, (value) => editor.keep('faint', value / 100))}</section>
  </div></section>`;
}
