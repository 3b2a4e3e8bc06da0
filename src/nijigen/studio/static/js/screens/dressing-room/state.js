/** @file State of the dressing room: locked settings, unlimited undo and redo, the link. */

import { plain, same, settingsOf } from '../../catalogue.js';
import { session } from '../../session.js';
import { Signal, load, save } from '../../store.js';

/** @import { Operation, Settings } from '../../types.js' */

export const CHARACTER = 'generate.character';
/** Settings of the randomness itself: they belong to a link, but to no part. */
const CHANCE = ['seed', 'vary', 'vary_seed'];
/** Changes of one slider within this time are one undo step. */
const GESTURE_MS = 900;
/** Number of states that survive a reload; browser storage is small. */
const KEPT = 400;

/** @param {Operation} operation */
const linked = (operation) => settingsOf(operation).filter(([name, schema]) => schema.section || CHANCE.includes(name));

/** Parses a link to a character; unknown settings are ignored. @param {Operation} operation @param {string} query */
export function fromLink(operation, query) {
  const said = new URLSearchParams(query);
  /** @type {Settings} */
  const settings = {};
  for (const [name, schema] of linked(operation)) {
    const [text, shape] = [said.get(name), plain(schema)];
    if (text === null) continue;
    const isNumber = shape.type === 'integer' || shape.type === 'number';
    const value = isNumber && text.trim() ? Number(text) : text;
    const fits = shape.enum ? shape.enum.includes(value)
      : isNumber ? Number.isFinite(value) && Number(value) >= (shape.minimum ?? -Infinity) && Number(value) <= (shape.maximum ?? Infinity) && (shape.type === 'number' || Number.isInteger(value))
        : shape.format !== 'color' || /^#[0-9a-f]{6}$/i.test(text);
    if (fits) settings[name] = value;
  }
  return settings;
}

/** @param {Operation} operation @param {Settings} settings */
export function toLink(operation, settings) {
  const query = new URLSearchParams();
  for (const [name, schema] of linked(operation)) {
    // Always include the seed: another version may have a different default.
    const value = settings[name] ?? (name === 'seed' ? schema.default : null);
    if (value !== null && value !== undefined) query.set(name, String(value));
  }
  return query.toString();
}

/** The session stores the settings, since the workbench form shows the same ones. */
class Wardrobe extends Signal {
  /** @type {Settings[]} */ past = load('room.past', []);
  /** @type {Settings[]} */ future = load('room.future', []);
  #last = load('room.last', /** @type {Settings | null} */ (null));
  #gesture = '';
  #when = 0;

  /** The locked settings and the seed. @returns {Settings} */
  get settings() { return session.settings[CHARACTER] ?? {}; }

  /** Applies changes made elsewhere: in the form, or by a link. @param {Settings} [settings] */
  enter(settings = this.settings) {
    if (this.#last && !same(this.#last, settings)) [this.past.push(this.#last), this.future.splice(0)];
    this.#gesture = '';
    this.#wear(settings);
  }

  /** @param {Settings} settings @param {string} [gesture] Changes of one gesture are undone together. */
  change(settings, gesture = '') {
    const known = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== null && value !== undefined));
    if (same(known, this.settings)) return;
    const goesOn = gesture && gesture === this.#gesture && Date.now() - this.#when < GESTURE_MS;
    [this.#gesture, this.#when] = [gesture, Date.now()];
    if (!goesOn) [this.past.push(this.settings), this.future.splice(0)];
    this.#wear(known, !goesOn);
  }

  undo() { this.#travel(this.past, this.future); }
  redo() { this.#travel(this.future, this.past); }

  /** @param {Settings[]} from @param {Settings[]} to */
  #travel(from, to) {
    const settings = from.pop();
    if (!settings) return;
    to.push(this.settings);
    this.#gesture = '';
    this.#wear(settings);
  }

  /** @param {Settings} settings @param {boolean} [moved] Whether there is a new state to undo. */
  #wear(settings, moved = true) {
    session.set(CHARACTER, settings);
    this.#last = settings;
    save('room.last', settings);
    if (moved) [save('room.past', this.past.slice(-KEPT)), save('room.future', this.future.slice(-KEPT))];
    this.tell();
  }
}

export const wardrobe = new Wardrobe();
