/** @file The tabs of shading and of regions: forms with settings of `color.paint`, and the edits of regions. */

import { html, keyed } from '../../base.js';
import { defaultsOf, operations } from '../../catalogue.js';
import { given } from '../../elements/events.js';
import '../../elements/form.js';
import { icon } from '../../icons.js';
import { t } from '../../i18n.js';
import { desk } from './state.js';
import { FLAT, work } from './work.js';

/** @import { Key } from '../../i18n.js' */
/** @import { Operation } from '../../types.js' */
/** @import { DeskTable } from './table.js' */

/** Settings that the desk controls by itself. */
const HIDDEN = ['hints', 'layers', 'show', 'detail', 'format', 'mood', 'seed'];

/** A form with some of the settings of `color.paint`. @param {DeskTable} screen @param {boolean} shading @returns {Operation} */
function part(screen, shading) {
  const whole = /** @type {Operation} */ (screen.paintOperation);
  const flat = operations.get(FLAT)?.settings.properties ?? {};
  const mine = Object.entries(whole.settings.properties ?? {}).filter(([name]) => !HIDDEN.includes(name) && name in flat !== shading);
  return { ...whole, settings: { properties: Object.fromEntries(mine) } };
}

/** The same object each time, so that a form does not rerender. @type {WeakMap<Operation, Record<string, Operation>>} */
const parts = new WeakMap();

/** @param {DeskTable} screen @param {boolean} shading */
function dials(screen, shading) {
  const whole = /** @type {Operation} */ (screen.paintOperation);
  const known = parts.get(whole) ?? {};
  parts.set(whole, known);
  const operation = (known[String(shading)] ??= part(screen, shading));
  const names = Object.keys(defaultsOf(operation));
  const own = screen.held(`dials ${shading}`, desk.settings, () => Object.fromEntries(Object.entries(desk.settings).filter(([name]) => names.includes(name))));
  return keyed(shading, html`<nj-form .operation=${operation} .settings=${own} @settings=${given((detail) => {
    const others = Object.fromEntries(Object.entries(desk.settings).filter(([name]) => !names.includes(name)));
    const changed = [...names].find((name) => JSON.stringify(detail[name]) !== JSON.stringify(own[name])) ?? '';
    screen.set({ ...others, ...detail }, `dial-${changed}`);
  })}></nj-form>`);
}

/** @param {DeskTable} screen */
export function body(screen) {
  if (screen.tab === 'shading') {
    return html`<p class="row desk-sun"><button aria-pressed=${String(screen.tool === 'sun')} @click=${() => screen.take('sun')}>${icon('light')}${t('drag_light')}</button></p>${[dials(screen, true)]}`;
  }
  const { hints } = desk;
  const edits = [['merge', hints.merge.length], ['split', hints.split.length], ['close', hints.close.length], ['open', hints.open.length]];
  return html`${[dials(screen, false)]}
    <h3>${t('edits')}</h3>
    <ul class="desk-edits">${edits.map(([name, count]) => html`<li class="row"><span class="grow">${t(/** @type {Key} */ (`edit_${name}`))}</span><span class="badge">${count}</span>
      <button class="tiny quiet" ?disabled=${!count} aria-label=${t('reset_one', { name: t(/** @type {Key} */ (`edit_${name}`)) })} @click=${() => desk.hint({ [name]: [] })}>${icon('reset')}</button></li>`)}</ul>
    ${work.gaps.length ? html`<p class="muted">${t('gaps_closed', { n: work.gaps.filter((gap) => gap.closed).length })} <button class="small" @click=${() => screen.take('gaps')}>${icon('gap')}${t('show_gaps')}</button></p>` : ''}`;
}
