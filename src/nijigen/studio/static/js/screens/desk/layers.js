/** @file The tab of layers: which are seen, and how opaque. */

import { html, keyed } from '../../base.js';
import { used } from '../../elements/events.js';
import { icon } from '../../icons.js';
import { t } from '../../i18n.js';
import { NAMES, SEEN } from './sheet/sheet.js';
import { desk } from './state.js';

/** @import { Key } from '../../i18n.js' */
/** @import { DeskTable } from './table.js' */

/** @param {DeskTable} screen */
export function body(screen) {
  const { looks } = screen;
  const look = (/** @type {string} */ name, /** @type {Partial<import('./state.js').Look>} */ change, gesture = '') => {
    const all = { ...looks, [name]: { ...(looks[name] ?? SEEN), ...change } };
    if (all[name].visible && all[name].opacity === 1) delete all[name];
    desk.change({ layers: all }, gesture);
  };
  return html`<ol class="desk-layers" aria-label=${t('layers')}>${NAMES.map((name) => {
    const { visible, opacity } = looks[name] ?? SEEN;
    const title = t(/** @type {Key} */ (`layer_${name}`));
    const clipped = !['line', 'flat', 'paper'].includes(name);
    return keyed(name, html`<li class=${`${clipped ? 'clipped' : ''} ${visible ? '' : 'off'}`}>
      <button class="square quiet" aria-pressed=${String(visible)} aria-label=${t('show_layer', { name: title })} title=${t('show_layer', { name: title })} @click=${() => look(name, { visible: !visible })}>${icon(visible ? 'eye' : 'unseen')}</button>
      <span class="desk-layer grow"><b>${title}</b><small class="muted">${t(/** @type {Key} */ (`layer_${name}_text`))}</small></span>
      <input type="range" min="0" max="100" step="1" aria-label=${t('opacity_of', { name: title })} aria-valuetext=${`${Math.round(opacity * 100)} %`} .value=${String(Math.round(opacity * 100))}
        @input=${used((control) => look(name, { opacity: control.valueAsNumber / 100 }, `look-${name}`))}>
      <span class="desk-px">${`${Math.round(opacity * 100)} %`}</span>
    </li>`);
  })}</ol>`;
}
