/** @file The operations of the server, and how to read the schema of a setting. */

import { api } from './api.js';
import { Signal } from './store.js';

/** @import { Catalogue, Command, Operation, Schema, Settings } from './types.js' */

/** The most common tasks first; groups not listed here follow. */
const ORDER = ['upscale', 'color', 'faces', 'generate', 'lines', 'stylize', 'effects', 'formats', 'recipes'];
const rank = (/** @type {{id: string}} */ { id }) => (ORDER.includes(id) ? ORDER.indexOf(id) : ORDER.length);

class Operations extends Signal {
  /** @type {Catalogue} */ all = { groups: [], operations: [], extensions: [] };
  loaded = false;

  async load() {
    this.all = await api.operations();
    this.loaded = true;
    this.tell();
  }

  /** @param {string} id @returns {Operation | undefined} */
  get(id) { return this.all.operations.find((operation) => operation.id === id); }

  /** Groups with their operations, most common first, without empty ones. */
  get grouped() {
    return this.all.groups
      .map((group) => ({ ...group, operations: this.all.operations.filter((operation) => operation.group === group.id) }))
      .filter((group) => group.operations.length)
      .sort((a, b) => rank(a) - rank(b));
  }
}

export const operations = new Operations();

class Commands extends Signal {
  /** @type {Command[]} */ all = [];
  /** @type {{id: string, title: string}[]} */ groups = [];
  loaded = false;

  async load() {
    ({ groups: this.groups, commands: this.all } = await api.commands());
    this.loaded = true;
    this.tell();
  }

  /** @param {string} id */
  get(id) { return this.all.find((command) => command.id === id); }
}

export const commands = new Commands();

/** @param {Pick<Operation, 'settings'>} operation @returns {[string, Schema][]} */
export const settingsOf = (operation) => Object.entries(operation.settings.properties ?? {});

/** @param {Pick<Operation, 'settings'>} operation @returns {Settings} */
export const defaultsOf = (operation) => Object.fromEntries(settingsOf(operation).map(([name, schema]) => [name, schema.default]));

/** @param {unknown} a @param {unknown} b */
export const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

/** @param {Pick<Operation, 'settings'>} operation @param {Settings} values @returns {Settings} Only what differs from the defaults. */
export function differing(operation, values) {
  const defaults = defaultsOf(operation);
  return Object.fromEntries(Object.entries(values).filter(([name, value]) => name in defaults && !same(value, defaults[name])));
}

/** Whether a setting is relevant given the others; a list, such as a stack, has to contain the value. @param {Schema} schema @param {Settings} values */
export const isShown = (schema, values) =>
  Object.entries(schema.shown_when ?? {}).every(([name, wanted]) => {
    const accepted = Array.isArray(wanted) ? wanted : [wanted];
    const held = Array.isArray(values[name]) ? values[name] : [values[name]];
    return held.some((/** @type {unknown} */ value) => accepted.includes(value));
  });

/** The setting of an operation that takes the faces of a picture, or an empty string. @param {Operation | undefined} operation */
export const facesSetting = (operation) => (operation ? settingsOf(operation).find(([, schema]) => plain(schema).format === 'faces')?.[0] ?? '' : '');

/** Settings that apply to any picture. @param {string} id Of the operation. @param {Settings} settings @returns {Settings} */
export const withoutFaces = (id, settings) => Object.fromEntries(Object.entries(settings).filter(([name]) => name !== facesSetting(operations.get(id))));

/** Whether an operation crops faces from a picture. @param {string} [id] */
export const cutsFaces = (id = '') => operations.get(id)?.returns === 'Artwork' && facesSetting(operations.get(id)) !== '';

/** The same object each time, so that a control does not rerender. @type {WeakMap<Schema, Schema & {nullable: boolean}>} */
const plainer = new WeakMap();

/**
 * The schema of `int | None` is a union; the variant that is not null has the limits.
 * @param {Schema} schema @returns {Schema & {nullable: boolean}}
 */
export function plain(schema) {
  const known = plainer.get(schema);
  if (known) return known;
  const choice = schema.anyOf?.find((entry) => entry.type !== 'null');
  const nullable = Boolean(schema.anyOf?.some((entry) => entry.type === 'null'));
  const merged = { ...choice, ...schema, nullable };
  if (merged.const !== undefined && !merged.enum) merged.enum = [merged.const];
  plainer.set(schema, merged);
  return merged;
}
