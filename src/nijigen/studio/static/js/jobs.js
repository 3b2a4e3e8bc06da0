/** @file All jobs of the server, kept up to date while the page is visible. */

import { api } from './api.js';
import { Signal } from './store.js';

/** @import { Job } from './types.js' */

class Jobs extends Signal {
  /** @type {Map<string, Job>} */ byId = new Map();
  paused = false;
  loaded = false;
  /** Whether the event stream is connected. */
  connected = true;
  /** @type {Set<(job: Job) => void>} */ #followers = new Set();
  /** Events received while an older list is loading; null is a deleted job. @type {Map<string, Job | null> | null} */ #since = null;
  /** Number of pause and resume requests. */ #turns = 0;
  /** @type {(() => void) | null} */ #stop = null;

  /** Newest first. */
  get all() { return [...this.byId.values()].sort((a, b) => (a.created < b.created ? 1 : -1)); }
  get busy() { return this.all.filter((job) => job.state === 'running' || job.state === 'queued').length; }

  start() {
    // Browsers allow six connections to a server; background tabs must not occupy them.
    document.addEventListener('visibilitychange', () => (document.hidden ? this.#close() : this.#open()));
    if (!document.hidden) this.#open();
  }

  #open() {
    this.#stop ??= api.watch({
      job: (job) => this.put(job),
      gone: (id) => this.#drop(id),
      queue: ({ paused }) => this.#turn(paused),
      open: () => void this.refresh(),
      lost: () => {
        this.#set(() => { this.connected = false; });
        // The stream does not say why; an answer does, if there is one.
        void api.jobs().catch(() => undefined);
      },
    });
  }

  #close() {
    this.#stop?.();
    this.#stop = null;
  }

  /** @param {() => void} change */
  #set(change) {
    change();
    this.tell();
  }

  /** @param {string} id */
  #drop(id) {
    this.#since?.set(id, null);
    this.#set(() => this.byId.delete(id));
  }

  /** @param {boolean} paused */
  #turn(paused) {
    this.#turns += 1;
    this.#set(() => { this.paused = paused; });
  }

  async refresh() {
    const turns = this.#turns;
    const since = (this.#since = new Map());
    const { paused, jobs } = await api.jobs().catch(() => ({ paused: this.paused, jobs: null }));
    this.#set(() => {
      this.connected = jobs !== null;
      if (turns === this.#turns) this.paused = paused;
      if (!jobs) return;
      this.loaded = true;
      this.byId = new Map(jobs.map((job) => [job.id, job]));
      for (const [id, job] of since) job ? this.byId.set(id, job) : this.byId.delete(id);
    });
    if (since === this.#since) this.#since = null;
    for (const job of jobs ?? []) if (!since.has(job.id)) this.#followers.forEach((follower) => follower(job));
  }

  /** @param {Job} job */
  put(job) {
    this.#since?.set(job.id, job);
    this.#set(() => this.byId.set(job.id, job));
    this.#followers.forEach((follower) => follower(job));
  }

  /** @param {(job: Job) => void} follower Called with every job that changed. */
  follow(follower) { this.#followers.add(follower); }

  /** Stores the server's response about a job, unless a newer event arrives in the meantime. @param {string} id @param {Promise<Job>} asked */
  async #answer(id, asked) {
    const before = this.byId.get(id);
    const job = await asked;
    if (this.byId.get(id) === before) this.put(job);
  }

  /** @param {string} id */
  async cancel(id) {
    const job = this.byId.get(id);
    await api.cancel(id);
    if (job && isOver(job)) this.#drop(id);
  }

  /** Loads one job. @param {string} id @returns {Promise<boolean>} Whether the server may still know it. */
  async look(id) {
    try {
      await this.#answer(id, api.job(id));
      return true;
    } catch (error) {
      return /** @type {{status?: number}} */ (error).status !== 404;
    }
  }

  /** @param {string} id @param {string} [confirmation] */
  async retry(id, confirmation) { await this.#answer(id, api.retry(id, confirmation)); }

  /** @param {boolean} paused */
  async pause(paused) {
    this.#turn((await api.pause(paused)).paused);
  }
}

export const jobs = new Jobs();

/** @param {Job} job */
export const isOver = (job) => job.state !== 'running' && job.state !== 'queued';
