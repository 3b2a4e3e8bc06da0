/** @file The options of tools, in the bar above the sheet. */

import { html } from '../../base.js';
import { used } from '../../elements/events.js';
import { icon } from '../../icons.js';
import { t } from '../../i18n.js';
import { accept } from './proposed.js';
import { desk } from './state.js';
import { isProposed, work } from './work.js';

/** @import { Key } from '../../i18n.js' */
/** @import { DeskTable } from './table.js' */

/** Options of the current tool. @param {DeskTable} screen */
export function options(screen) {
  const { tool, tools } = screen;
  const { hints } = desk;
  const taken = (/** @type {number} */ count, /** @type {Key} */ label, /** @type {() => void} */ act) =>
    (count ? html`<button class="small" @click=${act}>${icon('reset')}${t(label, { n: count })}</button>` : '');
  if (tool === 'brush') {
    return html`<label class="row"><span>${t('brush_width')}</span>
      <input type="range" class="desk-width" min="1" max="120" step="1" aria-valuetext=${`${screen.width} px`} .value=${String(screen.width)} @input=${used((control) => screen.setWidth(control.valueAsNumber))}>
      <span class="desk-px">${`${screen.width} px`}</span></label>`;
  }
  if (tool === 'merge') {
    return html`<span class="row"><button class="small primary" ?disabled=${tools.chosen.size < 2} @click=${() => tools.merge()}>${icon('merge')}${t('merge_n', { n: tools.chosen.size })}</button>
      ${tools.chosen.size ? html`<button class="small quiet" @click=${() => tools.clear()}>${t('choose_none')}</button>` : ''}
      ${taken(hints.merge.length, 'undo_merges', () => desk.hint({ merge: [] }))}</span>`;
  }
  if (tool === 'divide') return html`<span class="row">${taken(hints.split.length, 'undo_splits', () => desk.hint({ split: [] }))}</span>`;
  if (tool === 'keep') return html`<button class="small" ?disabled=${!isProposed(desk.settings)} @click=${accept}>${icon('check')}${t('accept_all')}</button>`;
  if (tool === 'gaps') {
    const closed = work.gaps.filter((gap) => gap.closed).length;
    return html`<span class="row"><span class="muted desk-count">${t('gaps_closed', { n: closed })}</span>${taken(hints.close.length + hints.open.length, 'undo_gaps', () => desk.hint({ close: [], open: [] }))}</span>`;
  }
  return '';
}
