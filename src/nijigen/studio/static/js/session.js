/** @file The pictures on the workbench, each with its chain of results, undo and redo, and the global history. */

import { newId } from './api.js';
import { facesSetting, operations, withoutFaces } from './catalogue.js';
import { Signal, load, save } from './store.js';

/** @import { Item, Job, Made, Moment, Picture, SetFile, Settings, Step } from './types.js' */

const MOMENTS = 50;
const HISTORY = 200;
/** Characters of edited faces that undo keeps per picture; browsers store about five million in total. */
const LETTERS = 150_000;
/** Changes in quick succession, as from a held key, are one undo step. */
const ROW_MS = 700;

/** The states that undo can return to. @param {Moment[]} moments */
function recent(moments) {
  let at = moments.length;
  for (let room = LETTERS; at > 0 && moments.length - at < MOMENTS && room >= 0; at -= 1) room -= moments[at - 1].given?.length ?? 0;
  return moments.slice(at);
}

/** The newest picture of an item. @param {Item} item @returns {Step} */
export const newest = (item) => item.result ?? item.chain[item.chain.length - 1];

class Session extends Signal {
  /** @type {Item[]} */ items = load('items', []);
  currentId = load('current', '');
  /** Jobs without an input that will bring a new picture. @type {string[]} */ awaited = load('awaited', []);
  /** The last job of each operation that was run without a picture. @type {Record<string, string>} */ alone = load('alone', {});
  /** @type {Made[]} */ history = load('history', []);
  operation = load('operation', '');
  /** Settings that differ from the defaults. @type {Record<string, Settings>} */ settings = load('settings', {});
  /** @type {Record<string, Record<string, Settings>>} */ presets = load('presets', {});

  #gave = { item: '', when: 0 };

  get current() { return this.items.find((item) => item.id === this.currentId) ?? this.items.at(0) ?? null; }

  #kept() {
    save('items', this.items);
    save('current', this.currentId);
    save('history', this.history);
    save('awaited', this.awaited);
    save('alone', this.alone);
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

  /** Drops whatever shows one of some pictures. @param {string[]} ids @returns {() => void} Puts it back. */
  without(ids) {
    const gone = (/** @type {Picture | null | undefined} */ picture) => Boolean(picture && ids.includes(picture.id));
    const { items, history } = this;
    this.items = items.filter((item) => !gone(item.result?.picture) && !item.chain.some((step) => gone(step.picture)));
    this.history = history.filter((entry) => !gone(entry.source) && !gone(entry.step.picture));
    this.#kept();
    return () => {
      this.items = [...items, ...this.items.filter((item) => !items.includes(item))];
      this.history = [...this.history.filter((entry) => !history.includes(entry)), ...history];
      this.#kept();
    };
  }

  /** @param {Item} item @returns {Moment} */
  #moment({ chain, result, data, asked, given }) { return { chain: [...chain], result, data, asked, given }; }

  /** @param {Item} item @param {Partial<Moment>} next */
  #change(item, next) {
    item.past = recent([...item.past, this.#moment(item)]);
    item.future = [];
    Object.assign(item, { result: null, data: undefined, asked: undefined, failed: undefined }, next.chain && { given: undefined }, next);
    this.#kept();
  }

  /** Sets the picture's faces, found or edited by the user; without any they are searched for. @param {Item} item @param {string | undefined} given */
  give(item, given) {
    const follows = this.#gave.item === item.id && Date.now() - this.#gave.when < ROW_MS;
    this.#gave = { item: item.id, when: Date.now() };
    if (!follows) return this.#change(item, { result: item.result, given });
    Object.assign(item, { given, future: [] });
    this.#kept();
  }

  /** Makes the result the input of the next operation. @param {Item} item */
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
    this.#gave.item = '';
    Object.assign(item, { data: undefined, asked: undefined, given: undefined }, moment);
    this.#kept();
  }

  /** @param {Item} item @param {Job} job */
  started(item, job) {
    Object.assign(item, { job: job.id, failed: undefined });
    this.#kept();
  }

  /** Registers a job without an input. @param {Job} job */
  expect(job) {
    this.awaited.push(job.id);
    this.alone[job.operation] = job.id;
    this.#kept();
  }

  /** Jobs whose results are awaited. */
  get pending() { return [...this.awaited, ...this.items.flatMap((item) => item.job ?? [])]; }

  /** Stops waiting for a job that no longer exists. @param {string} id */
  lost(id) {
    for (const item of this.items) if (item.job === id) item.job = null;
    this.awaited = this.awaited.filter((one) => one !== id);
    this.#kept();
  }

  /** Adds a job's result to the picture waiting for it and to the history. @param {Job} job */
  finished(job) {
    const item = this.items.find((one) => one.job === job.id);
    if (job.state === 'queued' || job.state === 'running') return;
    if (!item && !this.awaited.includes(job.id)) return;
    if (item) item.job = null;
    this.awaited = this.awaited.filter((id) => id !== job.id);
    if (item && job.state === 'failed' && job.error) item.failed = { job: job.id, operation: job.operation, error: job.error };
    if (job.state !== 'done' || !job.result) return this.#kept();
    if (job.result.files && !item) return this.add(job.result.files.flatMap((/** @type {SetFile} */ file) => file.picture ?? []));
    if (!job.result.id) return item ? this.#change(item, this.#told(job)) : this.#kept();
    /** @type {Step} */
    const step = { picture: job.result, operation: job.operation, settings: job.settings, notes: job.notes };
    const source = item?.chain.at(-1)?.picture ?? null;
    this.history = [{ id: newId(), when: Date.now(), name: (item ?? job.result).name, source, step }, ...this.history].slice(0, HISTORY);
    if (item) this.#change(item, { result: step });
    else this.add([job.result]);
  }

  /** Puts the result of a job back on the workbench. @param {Job} job @param {Picture | null} source */
  reopen(job, source) {
    const { operation, settings, notes, result } = job;
    if (result.id) return this.recall({ id: '', when: 0, name: job.name ?? result.name, source, step: { picture: result, operation, settings, notes } });
    if (result.files && !source) return this.add(result.files.flatMap((/** @type {SetFile} */ file) => file.picture ?? []));
    if (!source) {
      this.alone[operation] = job.id;
      this.set(operation, settings);
      return this.#kept();
    }
    const known = this.items.find((one) => one.chain.at(-1)?.picture.id === source.id);
    const item = known ?? this.#item(source);
    if (!known) this.items.push(item);
    this.currentId = item.id;
    this.set(operation, withoutFaces(operation, settings));
    this.#change(item, this.#told(job));
  }

  /** A result that is no picture. @param {Job} job @returns {Partial<Moment>} */
  #told({ result, operation, settings, name }) { return { data: result.files ? { files: result.files } : result.data, asked: { operation, settings, name } }; }

  /** Puts an entry of the history back on the workbench. @param {Made} entry */
  recall(entry) {
    const item = this.#item(entry.source ?? entry.step.picture);
    const known = this.items.find((one) => one.chain.at(-1)?.picture.id === entry.source?.id);
    const { operation = '', settings = {} } = entry.step;
    if (known) this.#change(known, { result: entry.step });
    else this.items.push(entry.source ? { ...item, name: entry.name, result: entry.step, given: settings[facesSetting(operations.get(operation))] } : item);
    this.currentId = (known ?? this.items.at(-1))?.id ?? '';
    if (operation) this.set(operation, withoutFaces(operation, settings));
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
