/** @file The tab of the proposal: variants as thumbnails, the colors of parts, what the signs mean. */

import { html, keyed } from '../../base.js';
import { operations, plain, same } from '../../catalogue.js';
import { used } from '../../elements/events.js';
import { icon } from '../../icons.js';
import { t, term } from '../../i18n.js';
import { accept, choose, clear, propose } from './proposed.js';
import { reference } from './reference.js';
import { pixelOf } from './sheet/map.js';
import { desk } from './state.js';
import { PROPOSE, isProposed, tableOf, work } from './work.js';

/** @import { Key } from '../../i18n.js' */
/** @import { DeskTable } from './table.js' */
/** @import { Variant } from './work.js' */

/** Longer side in pixels, twice that of what is shown. */
const SIDE = 300;

/** A small picture of a proposal with one's own hints. @param {Variant} variant */
function thumbnail({ colors }) {
  const { map, sheet } = work;
  if (!map || !sheet) return '';
  const scale = Math.min(1, SIDE / Math.max(map.width, map.height));
  const [width, height] = [map.width, map.height].map((side) => Math.max(1, Math.round(side * scale)));
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width, height });
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  const image = context.createImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  const table = Uint32Array.from(colors, (color, region) => pixelOf((work.hinted.has(region) ? work.colors[region] : color) ?? '#ffffff'));
  for (let at = 0; at < pixels.length; at += 1) {
    pixels[at] = table[map.at(((at % width) + 0.5) / scale, (Math.floor(at / width) + 0.5) / scale)] ?? 0xffffffff;
  }
  context.putImageData(image, 0, 0);
  context.globalCompositeOperation = 'multiply';
  context.drawImage(sheet.drawing, 0, 0, width, height);
  return canvas.toDataURL('image/webp', 0.8);
}

/** @param {DeskTable} screen */
function variants(screen) {
  const table = tableOf(desk.hints);
  // Accepted regions are the same in all of them.
  const pictures = screen.held('variants', work.hinted, () => new Map());
  const on = isProposed(desk.settings);
  return html`<div class="desk-variants" role="group" aria-label=${t('variants')}>${work.variants.map((variant, index) => {
    if (!pictures.has(variant)) pictures.set(variant, thumbnail(variant));
    return html`<button aria-pressed=${String(on && same(variant.parts, table))} aria-label=${t('variant_n', { n: index + 1 })} @click=${() => choose(variant.parts)}><img src=${pictures.get(variant)} alt=""></button>`;
  })}</div>`;
}

/** @param {DeskTable} screen */
function parts(screen) {
  const table = tableOf(desk.hints);
  // A part that is nowhere certain has nothing to color.
  const there = work.parts.map((part, region) => (work.doubtful.has(region) ? '' : `${part} ${work.figures[region]}`));
  const several = new Set(table.map(({ figure }) => figure)).size > 1;
  const seen = table.filter(({ part, figure }) => there.some((one) => (figure === null ? one.startsWith(`${part} `) : one === `${part} ${figure}`)));
  if (!seen.length) return '';
  const give = (/** @type {number} */ at) => screen.color && choose(table.map((one, index) => (index === at ? { ...one, color: screen.color ?? one.color } : one)), `part-${at}`);
  return html`<h3>${t('parts')}</h3><p class="muted">${t('parts_text')}</p>
    <ul class="desk-parts">${seen.map((one) => {
      const name = t(/** @type {Key} */ (`part_${one.part.replace(' ', '_')}`)) + (several ? ` ${(one.figure ?? 0) + 1}` : '');
      return keyed(`${one.part} ${one.figure}`, html`<li><button class="small quiet" title=${t('part_give', { name })} @click=${() => give(table.indexOf(one))}>
        <svg class="desk-chip" aria-hidden="true"><rect width="100%" height="100%" rx="4" fill=${one.color}></rect></svg><span>${name}</span></button></li>`);
    })}</ul>`;
}

/** @param {DeskTable} screen */
export function body(screen) {
  const on = isProposed(desk.settings);
  if (!work.variants.length) return html`<p class="muted" role="status">${t('working')}</p>`;
  const mood = plain(operations.get(PROPOSE)?.settings.properties?.mood ?? {});
  const nobody = work.variants.every((variant) => !variant.parts.length);
  return html`${nobody ? html`<p class="muted" role="status">${t('proposal_no_face')}</p>` : [variants(screen)]}
    ${nobody ? '' : html`<p class="row wrap desk-proposing">
      <button class="small" @click=${() => void propose({ seed: crypto.getRandomValues(new Uint32Array(1))[0] % 1_000_000 })}>${icon('dice')}${t('variants_more')}</button>
      <label class="row tight"><span>${t('mood')}</span><span class="select"><select @change=${used((control) => void propose({ mood: control.value }))}>
        ${(mood.enum ?? []).map((/** @type {string} */ value) => html`<option value=${value} .selected=${value === (desk.settings.mood ?? mood.default)}>${term.value('mood', value)}</option>`)}</select>${icon('chevron')}</span></label></p>${reference(screen)}`}
    <p class="row wrap desk-proposing">
      ${on ? html`<button class="small" @click=${accept}>${icon('check')}${t('accept_all')}</button><button class="small" @click=${clear}>${icon('trash')}${t('proposal_clear')}</button>`
        : html`<button class="small primary" @click=${() => choose(tableOf(desk.hints))}>${icon('wand')}${t('proposal_again')}</button>`}
    </p>
    ${on ? html`<ul class="desk-signs" aria-label=${t('signs')}>
      <li><i class="sign-proposed" aria-hidden="true"></i>${t('sign_proposed')}</li>
      <li><i class="sign-kept" aria-hidden="true"></i>${t('sign_kept')}</li>
      <li><i class="sign-own" aria-hidden="true"></i>${t('sign_own')}</li>
      <li><i class="sign-doubtful" aria-hidden="true"></i>${t('sign_doubtful', { n: work.doubtful.size })}</li></ul>${[parts(screen)]}` : ''}`;
}
