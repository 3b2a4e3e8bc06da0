/** @file What was found at a site or in a dump: the posts, those that are chosen, and their previews. */

import { Problem } from '../../api.js';
import { sources } from '../../api-sources.js';
import { ask } from '../../elements/dialog.js';
import { t } from '../../i18n.js';
import { Signal, load, save } from '../../store.js';

/** @import { SitePost } from '../../types.js' */
/** @import { Rating } from '../../api-sources.js' */

/** Previews that are fetched at once; browsers allow six connections, which others need too. */
const LINES = 3;

/** Whether a source is on this disk. @param {string} source */
export const isLocal = (source) => source.includes(':');

class Finding extends Signal {
  source = load('source', '');
  query = '';
  /** The strongest rating that is let through; each visit begins with the mildest. @type {Rating} */ rating = 'general';
  /** @type {SitePost[]} */ posts = [];
  /** Null before the first search. @type {{more: boolean, notes: string[]} | null} */ found = null;
  /** Width by height; a new list each time. @type {number[]} */ ratios = [];
  loading = false;
  /** @type {import('../../types.js').ProblemBody | null} */ problem = null;
  /** Keys of the chosen ones. @type {Set<string>} */ chosen = new Set();
  /** Number of the list. */ turn = 0;
  /** Sites that the user has agreed to ask. @type {Set<string>} */ #agreed = new Set();
  /** Addresses of previews by key; empty where there is none or it is on its way. @type {Map<string, string>} */ #previews = new Map();
  /** @type {string[]} */ #queue = [];
  #lines = 0;
  #stop = new AbortController();

  /** Searches anew. @param {{source?: string, query?: string, rating?: Rating}} asked */
  async search(asked) {
    Object.assign(this, asked);
    if (!this.source || !(await this.#agrees())) return this.tell();
    save('source', this.source);
    this.#clear();
    await this.#ask(0);
  }

  /** Goes on after the last post. */
  more = () => this.#ask(this.posts.at(-1)?.post.id ?? 0);

  /** Ends what is going on. */
  stop() {
    this.#stop.abort();
    this.loading = false;
    this.tell();
  }

  async #agrees() {
    if (isLocal(this.source) || this.#agreed.has(this.source)) return true;
    const answer = await ask({ title: t('sources_ask', { site: this.source }), text: t('sources_ask_text', { site: this.source }), yes: t('sources_ask_yes') });
    if (answer) this.#agreed.add(this.source);
    return answer !== null;
  }

  #clear() {
    this.#stop.abort();
    this.#stop = new AbortController();
    for (const url of this.#previews.values()) if (url) URL.revokeObjectURL(url);
    this.#previews.clear();
    this.#queue = [];
    this.chosen.clear();
    Object.assign(this, { posts: [], ratios: [], found: null, turn: this.turn + 1 });
  }

  /** @param {number} before */
  async #ask(before) {
    const { signal } = this.#stop;
    const { source, query, rating } = this;
    Object.assign(this, { loading: true, problem: null });
    this.tell();
    try {
      const { posts, more, notes } = await sources.search({ source, query, rating, before }, signal);
      if (signal.aborted) return;
      this.posts = this.posts.concat(posts);
      this.ratios = this.posts.map(({ post }) => (post.width && post.height ? post.width / post.height : 1));
      this.found = { more, notes };
    } catch (error) {
      if (signal.aborted) return;
      this.problem = error instanceof Problem ? error.body : { detail: String(error) };
    }
    this.loading = false;
    this.tell();
  }

  /** The address of a preview; empty while it is not here. @param {SitePost} post */
  previewOf = ({ key }) => this.#previews.get(key) ?? '';

  /** Has the previews of a range fetched, which is in view now. @param {number} from @param {number} to */
  want(from, to) {
    this.#queue = this.posts.slice(from, to).filter(({ key, preview }) => preview && !this.#previews.has(key)).map(({ key }) => key);
    while (this.#lines < LINES && this.#queue.length) void this.#line(this.#stop.signal);
  }

  /** @param {AbortSignal} signal */
  async #line(signal) {
    this.#lines += 1;
    for (let key = this.#queue.shift(); key && !signal.aborted; key = this.#queue.shift()) {
      this.#previews.set(key, '');
      // A post without a preview keeps its place, with its name.
      const blob = await sources.preview(key, signal).catch(() => null);
      if (!blob || signal.aborted) continue;
      this.#previews.set(key, URL.createObjectURL(blob));
      this.dispatchEvent(new Event('preview'));
    }
    this.#lines -= 1;
  }

  /** Adds a range to the chosen ones, or removes a single one that is among them. @param {{from: number, to: number, only: boolean}} range */
  choose({ from, to, only }) {
    if (only && this.chosen.delete(this.posts[from].key)) return this.tell();
    for (const { key } of this.posts.slice(Math.min(from, to), Math.max(from, to) + 1)) this.chosen.add(key);
    this.tell();
  }

  clear() {
    this.chosen.clear();
    this.tell();
  }

  get chosenPosts() { return this.posts.filter(({ key }) => this.chosen.has(key)); }
}

export const finding = new Finding();
