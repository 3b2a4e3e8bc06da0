/** @file The colors of the desk: wheel, HEX, recent ones, palettes. */

import { html } from '../../base.js';
import { hexIn } from '../../colors.js';
import '../../elements/color-wheel.js';
import { given, used } from '../../elements/events.js';
import '../../elements/swatches.js';
import { attempt } from '../../elements/toast.js';
import { icon } from '../../icons.js';
import { t } from '../../i18n.js';
import { newest, session } from '../../session.js';
import { palettes } from './palettes.js';
import { desk } from './state.js';

/** @import { DeskTable } from './table.js' */

/** @param {DeskTable} screen */
export function colors(screen) {
  const { color } = screen;
  const { all, current } = palettes;
  const pick = given((detail) => screen.paint(detail));
  const taking = session.items.map((item) => newest(item).picture);
  const choose = (/** @type {HTMLInputElement} */ control) => {
    const picture = taking.find(({ id }) => control.value === `take-${id}`);
    if (!picture) return palettes.choose(control.value);
    control.value = current.id;
    void attempt(() => palettes.take(picture));
  };
  const fillRest = () => desk.change({ settings: { ...desk.settings, rule: 'palette', palette: current.colors.slice(0, 64).map(({ hex }) => hex) } });
  return html`<section class="desk-color" aria-label=${t('desk_color')}>
    <nj-color-wheel .value=${color ?? '#ffffff'} @value=${pick}></nj-color-wheel>
    <div class="desk-ink">
      <svg class=${`desk-now ${color ? '' : 'none'}`} role="img" aria-label=${color ?? t('no_color')}><rect width="100%" height="100%" rx="8" fill=${color ?? 'none'}></rect></svg>
      <b class="desk-name">${color ? palettes.nameOf(color) : t('no_color')}</b>
      <input type="text" class="hex" aria-label=${t('hex_of', { name: t('desk_color') })} maxlength="7" spellcheck="false" autocomplete="off" .value=${color ?? ''} @change=${used((control) => {
        const typed = hexIn(control.value);
        if (typed) screen.paint(typed);
        control.value = screen.color ?? '';
      })}>
      <span class="row tight">
        <button class="square quiet" aria-pressed=${String(screen.tool === 'pick')} aria-label=${t('tool_pick')} title=${`${t('tool_pick')} (I)`} @click=${() => screen.take('pick')}>${icon('dropper')}</button>
        <button class="square quiet" aria-pressed=${String(color === null)} aria-label=${t('no_color')} title=${t('no_color_hint')} @click=${() => screen.paint(color === null ? palettes.recent[0] ?? '#ffffff' : null)}>${icon('none')}</button>
      </span>
    </div>
    ${palettes.recent.length ? html`<nj-swatches class="desk-recent" .label=${t('recent_colors')} .colors=${palettes.latest} .value=${color ?? ''} @pick=${pick}></nj-swatches>` : ''}
    <div class="desk-palette">
      <span class="select grow"><select aria-label=${t('palette')} @change=${used(choose)}>
        ${all.map(({ id, title }) => html`<option value=${id} .selected=${id === current.id}>${title}</option>`)}
        ${palettes.canTake && taking.length ? html`<optgroup label=${t('take_palette')}>${taking.map(({ id, name }) => html`<option value=${`take-${id}`}>${name}</option>`)}</optgroup>` : ''}
      </select>${icon('chevron')}</span>
      ${current.own ? html`<button class="square quiet" aria-label=${t('delete_palette', { name: current.title })} title=${t('delete_palette', { name: current.title })} @click=${() => palettes.forget(current.id)}>${icon('trash')}</button>` : ''}
      <button class="square quiet" aria-label=${t('fill_rest')} title=${t('fill_rest')} @click=${fillRest}>${icon('wand')}</button>
    </div>
    <nj-swatches class="desk-swatches" .label=${current.title} .colors=${current.colors} .value=${color ?? ''} @pick=${pick}></nj-swatches>
  </section>`;
}
