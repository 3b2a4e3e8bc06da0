/** @file The pictures of the library in order, and what is known of those that were in view lately. */

import { Problem } from '../../api.js';
import { library } from '../../api-library.js';
import { attempt } from '../../elements/toast.js';
import { Signal } from '../../store.js';

/** @import { LibraryPicture } from '../../types.js' */

/** Pictures that are asked for at once. */
const BLOCK = 100;
/** Blocks that are remembered. */
const BLOCKS = 60;

class Collection extends Signal {
  /** @type {number[]} */ numbers = [];
  /** Width by height; a new list each time. @type {number[]} */ ratios = [];
  total = 0;
  /** Null until it is known. @type {{made: boolean, pictures: number, folders: string[]} | null} */ state = null;
  loading = false;
  /** What is listed: all, if it is empty. */ query = '';
  /** Why the query cannot be read. @type {import('../../types.js').ProblemBody | null} */ problem = null;
  /** Numbers of the chosen ones. @type {Set<number>} */ chosen = new Set();
  /** The last used are the last; undefined while they are asked for. @type {Map<number, (LibraryPicture | undefined)[]>} */ #blocks = new Map();
  #loads = 0;
  /** Number of the list; facts of an older one do not count. */ turn = 0;

  /** Lists anew. @param {string} [query] */
  async load(query = this.query) {
    const load = ++this.#loads;
    Object.assign(this, { query, loading: true, problem: null });
    this.tell();
    await attempt(async () => {
      const state = await library.state();
      if (load !== this.#loads) return;
      this.state = state;
      this.turn += 1;
      Object.assign(this, { numbers: [], ratios: [], total: 0 });
      this.#blocks.clear();
      let after = /** @type {number | null} */ (null);
      while (state.made) {
        const part = await this.#part(after);
        if (load !== this.#loads || !part) return;
        this.numbers = this.numbers.concat(part.numbers);
        this.ratios = this.ratios.concat(part.ratios);
        this.total = part.total;
        this.tell();
        after = part.next;
        if (after === null) break;
      }
      const known = new Set(this.numbers);
      this.chosen = new Set([...this.chosen].filter((number) => known.has(number)));
    });
    if (load !== this.#loads) return;
    this.loading = false;
    this.tell();
  }

  /** A part of the list, or null where the query cannot be read. @param {number | null} after */
  async #part(after) {
    try {
      return await library.list(this.query, after);
    } catch (error) {
      if (!(error instanceof Problem) || error.title !== 'QueryError') throw error;
      this.problem = error.body;
      return null;
    }
  }

  /** Lists what a query asks for; again only if there are more or fewer pictures than before. @param {string} query */
  async show(query) {
    const state = query === this.query && this.state ? await library.state().catch(() => null) : null;
    if (!state || state.pictures !== this.state?.pictures) await this.load(query);
  }

  /** What is known of a picture. @param {number} at @returns {LibraryPicture | undefined} */
  get(at) { return this.#blocks.get(Math.floor(at / BLOCK))?.[at % BLOCK]; }

  /** Asks for what is not known of a range. @param {number} from @param {number} to */
  want(from, to) {
    for (let block = Math.floor(from / BLOCK); block * BLOCK < to; block += 1) {
      const known = this.#blocks.get(block);
      this.#blocks.delete(block);
      this.#blocks.set(block, known ?? []);
      if (!known) void this.#ask(block, this.turn);
    }
    for (const block of this.#blocks.keys()) {
      if (this.#blocks.size <= BLOCKS) break;
      this.#blocks.delete(block);
    }
  }

  /** @param {number} block @param {number} turn */
  async #ask(block, turn) {
    const numbers = this.numbers.slice(block * BLOCK, (block + 1) * BLOCK);
    const found = await library.facts(numbers).catch(() => null);
    if (turn !== this.turn || !this.#blocks.has(block)) return;
    if (!found) this.#blocks.delete(block);
    else {
      const byNumber = new Map(found.map((one) => [one.number, one]));
      this.#blocks.set(block, numbers.map((number) => byNumber.get(number)));
    }
    this.dispatchEvent(new Event('facts'));
  }

  /** Adds a range to the chosen ones, or removes a single one that is among them. @param {{from: number, to: number, only: boolean}} range */
  choose({ from, to, only }) {
    if (only && this.chosen.delete(this.numbers[from])) return this.tell();
    for (const number of this.numbers.slice(Math.min(from, to), Math.max(from, to) + 1)) this.chosen.add(number);
    this.tell();
  }

  clear() {
    this.chosen.clear();
    this.tell();
  }
}

export const collection = new Collection();
