/** @file The right side of the dressing room: the parts, each locked or random, and their options. */

import { html, keyed } from '../../base.js';
import { plain, settingsOf } from '../../catalogue.js';
import '../../elements/editors/color.js';
import '../../elements/editors/seed.js';
import { given } from '../../elements/events.js';
import '../../elements/number.js';
import '../../elements/thumbs.js';
import { icon } from '../../icons.js';
import { t, term } from '../../i18n.js';
import { thumb, thumbSettings, viewOf } from './thumbs.js';

/** @import { Operation, Schema } from '../../types.js' */
/** @import { Room } from './room.js' */

/** @type {Record<string, string>} */
const ICONS = { style: 'brush', face: 'face', eyes: 'eye', hair: 'hair', clothes: 'shirt', accessories: 'glasses', pose: 'pose', expression: 'smile', scene: 'picture' };

/** The sections, in the order of their first setting in the schema. @param {Operation} operation @returns {Map<string, [string, Schema][]>} */
export function sectionsOf(operation) {
  const order = Object.keys(ICONS);
  /** @type {Map<string, [string, Schema][]>} */
  const found = new Map();
  for (const entry of settingsOf(operation)) {
    const { section } = entry[1];
    if (section) found.set(section, [...(found.get(section) ?? []), entry]);
  }
  const rank = (/** @type {string} */ name) => (order.indexOf(name) + order.length + 1) % (order.length + 1);
  return new Map([...found].sort(([a], [b]) => rank(a) - rank(b)));
}

/** A setting that is never empty, since the seed determines it by default. @type {WeakMap<Schema, Schema & {nullable: boolean}>} */
const answered = new WeakMap();
/** @param {Schema} schema */
function always(schema) {
  if (!answered.has(schema)) answered.set(schema, { ...plain(schema), nullable: false });
  return answered.get(schema);
}

/** @param {Room} room @param {string[]} names */
const fixedOf = (room, names) => names.filter((name) => name in room.settings && plain(room.schema(name)).nullable);

/** @param {string} name @param {string} picture @param {string} label @param {() => void} act @param {{pressed?: boolean, disabled?: boolean}} [state] */
const tiny = (name, picture, label, act, { pressed, disabled = false } = {}) =>
  html`<button class=${`tiny quiet ${name}`} aria-label=${label} title=${label} aria-pressed=${pressed === undefined ? null : String(pressed)} ?disabled=${disabled} @click=${act}>${icon(picture)}</button>`;

/** @param {Room} room @param {string} name @param {Schema} schema */
function part(room, name, schema) {
  const shape = plain(schema);
  const label = term.setting(name, schema.title);
  const value = room.values[name];
  const fixed = name in room.settings;
  const chance = shape.nullable ? html`<span class="row tight chance">
    ${tiny('lock', fixed ? 'lock' : 'unlock', t('fix', { name: label }), () => room.fix(name), { pressed: fixed })}
    ${tiny('die', 'dice', t('roll', { name: label }), () => void room.roll([name]))}</span>` : '';
  const give = given((detail) => room.set(name, detail, true));
  const kind = `part ${fixed && shape.nullable ? 'fixed' : ''} ${room.pointed === name ? 'pointed' : ''}`;
  if (!shape.enum) {
    const color = shape.format === 'color';
    return keyed(name, html`<div class=${`${kind} ${color ? 'one-line' : ''}`} data-part=${name}><div class="part-head"><label class="part-label grow" for=${`part-${name}`}>${label}</label>${color ? '' : chance}</div>
      ${color ? html`<nj-color .name=${`part-${name}`} .value=${value ?? '#808080'} .label=${label} @value=${give}></nj-color>${chance}`
        : html`<nj-number .name=${`part-${name}`} .label=${label} .schema=${always(schema)} .value=${value ?? shape.minimum ?? 0} @value=${give}></nj-number><span id=${`part-${name}-help`} hidden>${term.help(room.character.id, name, schema.description)}</span>`}
    </div>`);
  }
  const open = room.open === name;
  const options = !open ? [] : shape.enum.map((one) => ({
    value: one, label: term.value(name, one), key: JSON.stringify(thumbSettings(room.character, room.settings, name, one)),
  }));
  return keyed(name, html`<div class=${`${kind} ${open ? 'open' : ''}`} data-part=${name}>
    <div class="part-head"><button class="part-name quiet grow" aria-expanded=${String(open)} @click=${() => room.show(open ? '' : name)}>
      ${icon('chevron', open ? 'up' : '')}<span class="part-label">${label}</span><span class="muted cut grow">${value === undefined ? '' : term.value(name, value)}</span></button>${chance}</div>
    ${open ? html`<nj-thumbs .label=${label} .view=${viewOf(name)} .value=${value} .options=${room.held(`options-${name}`, JSON.stringify(options), options)} .load=${room.loader(name)}
      @value=${given((detail) => room.set(name, detail))}></nj-thumbs>` : ''}
  </div>`);
}

/** @param {Room} room @param {string} section @param {[string, Schema][]} entries */
function body(room, section, entries) {
  const names = entries.map(([name]) => name);
  const rolled = names.filter((name) => plain(room.schema(name)).nullable);
  const fixed = fixedOf(room, names);
  const title = term.section(section);
  const basic = entries.filter(([, schema]) => !schema.advanced);
  const rest = entries.filter(([, schema]) => schema.advanced);
  return html`<div class="panel-body room-body" role="tabpanel" id="room-parts" aria-labelledby=${`tab-${section}`} tabindex="0">
    <div class="row section-head"><h2 class="grow">${title}</h2>
      <button class="small" @click=${() => void room.roll(rolled)} title=${t('roll', { name: title })} aria-label=${t('roll', { name: title })}>${icon('dice')}${t('roll_short')}</button>
      <button class="small" ?disabled=${!fixed.length} @click=${() => room.release(fixed)} title=${t('release_hint')} aria-label=${t('release_of', { name: title })}>${icon('unlock')}${t('release')}</button></div>
    ${basic.map(([name, schema]) => part(room, name, schema))}
    ${rest.length ? html`<button class="fold quiet" aria-expanded=${String(room.advanced)} @click=${() => { room.advanced = !room.advanced; room.changed(); }}>${icon('chevron', room.advanced ? 'up' : '')}<span class="grow">${t('advanced')}</span></button>` : ''}
    ${room.advanced ? rest.map(([name, schema]) => part(room, name, schema)) : ''}
  </div>`;
}

/** @param {Room} room */
export function panel(room) {
  const sections = sectionsOf(room.character);
  const names = [...sections.keys()];
  const current = sections.has(room.section) ? room.section : names[0] ?? '';
  const all = fixedOf(room, [...sections.values()].flat().map(([name]) => name));
  const keys = (/** @type {KeyboardEvent} */ event) => {
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    room.turn(names[(names.indexOf(current) + step + names.length) % names.length]);
    room.update();
    room.one(`#tab-${room.section}`).focus();
  };
  return html`<section class="panel room-panel" aria-label=${t('parts')}>
    <div class="row room-seed"><label for="part-seed">${term.setting('seed')}</label>
      <nj-seed class="grow" .name=${'part-seed'} .label=${term.setting('seed')} .schema=${room.schema('seed')} .value=${room.settings.seed ?? room.schema('seed').default} @value=${given((detail) => room.set('seed', detail))}></nj-seed></div>
    <div class="rail" role="tablist" aria-orientation="vertical" aria-label=${t('parts')} @keydown=${keys}>
      ${names.map((name) => html`<button role="tab" id=${`tab-${name}`} aria-selected=${String(name === current)} aria-controls="room-parts" tabindex=${name === current ? '0' : '-1'} @click=${() => room.turn(name)}>
        ${icon(ICONS[name] ?? 'more')}<span>${term.section(name)}</span>${fixedOf(room, (sections.get(name) ?? []).map(([one]) => one)).length ? html`<i class="fixed-dot"></i>` : ''}</button>`)}
    </div>
    ${[keyed(current, body(room, current, sections.get(current) ?? []))]}
    <div class="row room-foot"><span class="muted grow" role="status">${all.length ? t('fixed_count', { n: all.length }) : t('all_rolled')}</span>
      <button class="quiet small" ?disabled=${!all.length} @click=${() => room.release(all)}>${icon('unlock')}${t('release_all')}</button></div>
  </section>`;
}

/** Thumbnails for the options of a part. @param {Room} room @param {string} name @returns {(value: any, signal: AbortSignal) => Promise<string>} */
export const loaderOf = (room, name) => (value, signal) => thumb(thumbSettings(room.character, room.settings, name, value), signal);
