/** @file Around the sheet: the toolbar, tool options, status line, and the panel with layers and settings. */

import { html, keyed } from '../../base.js';
import { complain } from '../../elements/toast.js';
import { icon } from '../../icons.js';
import { number, t } from '../../i18n.js';
import { keyOf } from '../../keys.js';
import { colors } from './color.js';
import { palettes } from './palettes.js';
import { desk } from './state.js';
import { TOOLS, toolHelp, toolName } from './tools.js';
import { work } from './work.js';

/** @import { Key } from '../../i18n.js' */
/** @import { DeskTable, Tab } from './table.js' */

const TABS = /** @type {const} */ (['color', 'proposal', 'layers', 'shading', 'regions']);
const BODIES = { proposal: () => import('./proposal.js'), layers: () => import('./layers.js'), shading: () => import('./dials.js'), regions: () => import('./dials.js') };
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

/** @param {DeskTable} screen @param {keyof typeof BODIES} name */
function loaded(screen, name) {
  if (bodies[name]) return bodies[name](screen);
  void BODIES[name]().then(({ body }) => { bodies[name] = body; screen.changed(); }, complain);
  return html`<p class="muted">${t('loading')}</p>`;
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
    <div class="panel-body" role="tabpanel" id="desk-tab-panel" aria-labelledby=${`desk-tab-${tab}`} tabindex="0">${[keyed(tab, html`${tab === 'color' ? '' : loaded(screen, tab)}`)]}</div>
  </section>`;
}
