/** @file The pictures on the bench: each with its chain of results, undo and redo, and the history of all. */

import { newId } from './api.js';
import { Signal, load, save } from './store.js';

/** @import { Item, Job, Moment, Picture, Made, Settings, Step } from './types.js' */

const MOMENTS = 50;
const HISTORY = 200;

class Session extends Signal {
  /** @type {Item[]} */ items = load('items', []);
  currentId = load('current', '');
  /** Jobs without an input that will bring a new picture. @type {string[]} */ awaited = load('awaited', []);
  /** @type {Made[]} */ history = load('history', []);
  operation = load('operation', '');
  /** Settings that differ from the defaults. @type {Record<string, Settings>} */ settings = load('settings', {});
  /** @type {Record<string, Record<string, Settings>>} */ presets = load('presets', {});

  get current() { return this.items.find((item) => item.id === this.currentId) ?? this.items.at(0) ?? null; }

  #kept() {
    save('items', this.items);
    save('current', this.currentId);
    save('history', this.history);
    save('awaited', this.awaited);
    this.tell();
  }

  /** @param {Picture[]} pictures */
  add(pictures) {
    const fresh = pictures.map((picture) => this.#item(picture));
    this.items.push(...fresh);
    if (fresh[0]) this.currentId = fresh[0].id;
    this.#kept();
  }

  /** @param {Picture} picture @returns {Item} */
  #item(picture) {
    return { id: newId(), name: picture.name, chain: [{ picture }], result: null, past: [], future: [], job: null };
  }

  /** @param {string} id */
  select(id) {
    this.currentId = id;
    this.#kept();
  }

  /** @param {string} id */
  remove(id) {
    const index = this.items.findIndex((item) => item.id === id);
    this.items.splice(index, 1);
    if (this.currentId === id) this.currentId = (this.items[index] ?? this.items.at(-1))?.id ?? '';
    this.#kept();
  }

  clear() {
    this.items = [];
    this.#kept();
  }

  /** @param {Item} item @returns {Moment} */
  #moment({ chain, result, data }) { return { chain: [...chain], result, data }; }

  /** @param {Item} item @param {Partial<Moment>} next */
  #change(item, next) {
    item.past = [...item.past, this.#moment(item)].slice(-MOMENTS);
    item.future = [];
    Object.assign(item, { result: null, data: undefined }, next);
    this.#kept();
  }

  /** The result becomes what the next operation works on. @param {Item} item */
  useResult(item) {
    if (item.result) this.#change(item, { chain: [...item.chain, item.result] });
  }

  /** Goes back to one step of the chain. @param {Item} item @param {number} index */
  goTo(item, index) { this.#change(item, { chain: item.chain.slice(0, index + 1) }); }

  /** @param {Item} item */
  undo(item) { this.#travel(item, item.past, item.future); }
  /** @param {Item} item */
  redo(item) { this.#travel(item, item.future, item.past); }

  /** @param {Item} item @param {Moment[]} from @param {Moment[]} to */
  #travel(item, from, to) {
    const moment = from.pop();
    if (!moment) return;
    to.push(this.#moment(item));
    Object.assign(item, { data: undefined }, moment);
    this.#kept();
  }

  /** @param {Item} item @param {Job} job */
  started(item, job) {
    item.job = job.id;
    this.#kept();
  }

  /** A job without an input was sent off. @param {Job} job */
  expect(job) {
    this.awaited.push(job.id);
    this.#kept();
  }

  /** Jobs whose results are awaited. */
  get pending() { return [...this.awaited, ...this.items.flatMap((item) => item.job ?? [])]; }

  /** Waits no longer for a job that the server forgot. @param {string} id */
  lost(id) {
    for (const item of this.items) if (item.job === id) item.job = null;
    this.awaited = this.awaited.filter((one) => one !== id);
    this.#kept();
  }

  /** Takes over what a job made, into the picture that waits for it and into the history. @param {Job} job */
  finished(job) {
    const item = this.items.find((one) => one.job === job.id);
    if (job.state === 'queued' || job.state === 'running') return;
    if (!item && !this.awaited.includes(job.id)) return;
    if (item) item.job = null;
    this.awaited = this.awaited.filter((id) => id !== job.id);
    if (job.state !== 'done' || !job.result) return this.#kept();
    if (!job.result.id) return item ? this.#change(item, { data: job.result.data }) : this.#kept();
    /** @type {Step} */
    const step = { picture: job.result, operation: job.operation, settings: job.settings };
    const source = item?.chain.at(-1)?.picture ?? null;
    this.history = [{ id: newId(), when: Date.now(), name: (item ?? job.result).name, source, step }, ...this.history].slice(0, HISTORY);
    if (item) this.#change(item, { result: step });
    else this.add([job.result]);
  }

  /** Puts an entry of the history back on the bench. @param {Made} entry */
  recall(entry) {
    const item = this.#item(entry.source ?? entry.step.picture);
    const known = this.items.find((one) => one.chain.at(-1)?.picture.id === entry.source?.id);
    if (known) this.#change(known, { result: entry.step });
    else this.items.push(entry.source ? { ...item, name: entry.name, result: entry.step } : item);
    this.currentId = (known ?? this.items.at(-1))?.id ?? '';
    if (entry.step.operation) this.set(entry.step.operation, entry.step.settings ?? {});
    this.#kept();
  }

  /** @param {string} [id] One entry, or all. */
  forget(id) {
    this.history = id ? this.history.filter((entry) => entry.id !== id) : [];
    this.#kept();
  }

  /** @param {string} operation @param {Settings} settings Those that differ from the defaults. */
  set(operation, settings) {
    this.settings[operation] = settings;
    save('settings', this.settings);
    this.tell();
  }

  /** @param {string} operation */
  open(operation) {
    this.operation = operation;
    save('operation', operation);
  }

  /** @param {string} operation @param {string} name @param {Settings | null} settings null deletes it. */
  preset(operation, name, settings) {
    const own = { ...this.presets[operation] };
    if (settings) own[name] = settings;
    else delete own[name];
    this.presets[operation] = own;
    save('presets', this.presets);
    this.tell();
  }
}

export const session = new Session();
