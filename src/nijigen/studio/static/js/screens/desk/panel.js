/** @file Around the sheet: the toolbar, tool options, status line, and the panel with layers and settings. */

import { html, keyed } from '../../base.js';
import { defaultsOf } from '../../catalogue.js';
import { given } from '../../elements/events.js';
import { complain } from '../../elements/toast.js';
import { icon } from '../../icons.js';
import { number, t } from '../../i18n.js';
import { keyOf } from '../../keys.js';
import { colors } from './color.js';
import { palettes } from './palettes.js';
import { desk } from './state.js';
import { TOOLS, toolHelp, toolName } from './tools.js';
import { FLAT, work } from './work.js';
import { operations } from '../../catalogue.js';

/** @import { Key } from '../../i18n.js' */
/** @import { Operation, Settings } from '../../types.js' */
/** @import { DeskTable, Tab } from './table.js' */

/** Settings that the desk controls by itself. */
const HIDDEN = ['hints', 'layers', 'show', 'detail', 'format', 'mood', 'seed'];
const TABS = /** @type {const} */ (['color', 'proposal', 'layers', 'shading', 'regions']);
const BODIES = { proposal: () => import('./proposal.js'), layers: () => import('./layers.js') };
/** What is loaded of these. @type {Partial<Record<keyof typeof BODIES, (screen: DeskTable) => unknown>>} */
const bodies = {};

/** @param {DeskTable} screen */
export function rail(screen) {
  const keys = (/** @type {KeyboardEvent} */ event) => {
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const at = TOOLS.findIndex(({ name }) => name === screen.tool);
    const next = TOOLS[(at + step + TOOLS.length) % TOOLS.length];
    screen.take(next.name);
    screen.update();
    screen.one(`[data-tool="${next.name}"]`)?.focus();
  };
  return html`<div class="desk-rail" role="toolbar" aria-label=${t('tools')} aria-orientation="vertical" @keydown=${keys}>
    ${TOOLS.map(({ name, icon: picture }) => html`<button class="square quiet" data-tool=${name} aria-pressed=${String(screen.tool === name)} tabindex=${screen.tool === name ? 0 : -1}
      aria-label=${toolName(name)} aria-keyshortcuts=${keyOf('tools', name)} title=${`${toolName(name)} (${keyOf('tools', name)})`} @click=${() => screen.take(name)}>${icon(picture)}</button>`)}
  </div>`;
}

/** The status line: what is under the pointer. @param {DeskTable} screen */
export function told(screen) {
  const { spot } = screen.tools;
  const region = spot && !['hand', 'sun', 'gaps'].includes(screen.tool) ? screen.tools.region(spot) : -1;
  const color = spot && region >= 0 ? work.colorAt(spot.x * work.scale, spot.y * work.scale) : undefined;
  const part = screen.tools.chosen.has(region) ? t('chosen') : '';
  return html`<p class="desk-told" role="status" aria-live="off">
    ${region < 0 ? html`<span class="muted cut">${toolHelp(screen.tool)}</span>` : html`
      <svg class="desk-chip" aria-hidden="true"><rect width="100%" height="100%" rx="4" fill=${color ?? 'none'}></rect></svg>
      <b>${color ? palettes.nameOf(color) || color : t('no_color')}</b>${color ? html`<code>${color}</code>` : ''}
      ${work.parts[region] ? html`<span>${t(/** @type {Key} */ (`part_${work.parts[region].replace(' ', '_')}`))}</span>` : ''}
      <span class="muted">${t('region_n', { n: region + 1, area: number((work.map?.areas[region] ?? 0) / work.scale ** 2) })}</span><span class="muted">${part}</span>`}
    <span class="grow"></span>
    <span class="muted desk-facts">${desk.picture ? `${desk.picture.width} × ${desk.picture.height}` : ''}${work.map ? ` · ${t('regions_n', { n: number(work.map.count) })}` : ''}</span>
    ${work.busy ? html`<span class="muted">${t('working')}</span>` : ''}
  </p>`;
}

/** A form with some of the settings of `color.paint`. @param {DeskTable} screen @param {boolean} shading @returns {Operation} */
function part(screen, shading) {
  const whole = /** @type {Operation} */ (screen.paintOperation);
  const flat = operations.get(FLAT)?.settings.properties ?? {};
  const mine = Object.entries(whole.settings.properties ?? {}).filter(([name]) => !HIDDEN.includes(name) && name in flat !== shading);
  return { ...whole, settings: { properties: Object.fromEntries(mine) } };
}

/** The same object each time, so that a form does not rerender. @type {WeakMap<Operation, Record<string, Operation>>} */
const parts = new WeakMap();

let formed = false;
/** The form element is loaded with the first tab that needs it. @param {DeskTable} screen */
function ready(screen) {
  if (!formed) void import('../../elements/form.js').then(() => { formed = true; screen.changed(); }, complain);
  return formed;
}

/** @param {DeskTable} screen @param {boolean} shading */
function dials(screen, shading) {
  if (!ready(screen)) return keyed(shading, html`<p class="muted">${t('loading')}</p>`);
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

/** @param {DeskTable} screen @param {keyof typeof BODIES} name */
function loaded(screen, name) {
  if (bodies[name]) return bodies[name](screen);
  void BODIES[name]().then(({ body }) => { bodies[name] = body; screen.changed(); }, complain);
  return html`<p class="muted">${t('loading')}</p>`;
}

/** @param {DeskTable} screen */
function body(screen) {
  if (screen.tab === 'layers' || screen.tab === 'proposal') return loaded(screen, screen.tab);
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

/** @param {DeskTable} screen */
export function panel(screen) {
  const shown = TABS;
  const keys = (/** @type {KeyboardEvent} */ event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const seen = shown.filter((name) => screen.one(`#desk-tab-${name}`).offsetParent);
    const next = seen[(seen.indexOf(screen.tab) + step + seen.length) % seen.length];
    screen.turn(/** @type {Tab} */ (next));
    screen.update();
    screen.one(`#desk-tab-${next}`).focus();
  };
  // On wide screens the colors are always visible and need no tab.
  const tab = screen.tab;
  return html`<section class=${`panel desk-panel ${tab}`} aria-label=${t('settings')}>
    ${colors(screen)}
    <div class="tabs" role="tablist" aria-label=${t('settings')} @keydown=${keys}>
      ${shown.map((name) => html`<button role="tab" id=${`desk-tab-${name}`} class=${name} aria-selected=${String(tab === name)} aria-controls="desk-tab-panel" tabindex=${tab === name ? 0 : -1}
        @click=${() => screen.turn(name)}>${t(/** @type {Key} */ (`desk_${name}`))}</button>`)}
    </div>
    <div class="panel-body" role="tabpanel" id="desk-tab-panel" aria-labelledby=${`desk-tab-${tab}`} tabindex="0">${[keyed(tab, html`${tab === 'color' ? '' : body(screen)}`)]}</div>
  </section>`;
}
