/** @file All jobs of the server, kept up to date while the page is seen. */

import { api } from './api.js';
import { Signal } from './store.js';

/** @import { Job } from './types.js' */

class Jobs extends Signal {
  /** @type {Map<string, Job>} */ byId = new Map();
  paused = false;
  loaded = false;
  /** Whether the line to the server is open. */
  connected = true;
  /** @type {Set<(job: Job) => void>} */ #followers = new Set();
  /** @type {(() => void) | null} */ #stop = null;

  /** Newest first. */
  get all() { return [...this.byId.values()].sort((a, b) => (a.created < b.created ? 1 : -1)); }
  get busy() { return this.all.filter((job) => job.state === 'running' || job.state === 'queued').length; }

  start() {
    // A browser opens six lines to one server; tabs in the background must not hold them.
    document.addEventListener('visibilitychange', () => (document.hidden ? this.#close() : this.#open()));
    if (!document.hidden) this.#open();
  }

  #open() {
    this.#stop ??= api.watch({
      job: (job) => this.put(job),
      gone: (id) => this.#set(() => this.byId.delete(id)),
      queue: ({ paused }) => this.#set(() => { this.paused = paused; }),
      open: () => void this.refresh(),
      lost: () => this.#set(() => { this.connected = false; }),
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

  async refresh() {
    const { paused, jobs } = await api.jobs().catch(() => ({ paused: this.paused, jobs: null }));
    this.#set(() => {
      this.connected = jobs !== null;
      this.paused = paused;
      if (!jobs) return;
      this.loaded = true;
      this.byId = new Map(jobs.map((job) => [job.id, job]));
    });
    for (const job of jobs ?? []) this.#followers.forEach((follower) => follower(job));
  }

  /** @param {Job} job */
  put(job) {
    this.#set(() => this.byId.set(job.id, job));
    this.#followers.forEach((follower) => follower(job));
  }

  /** @param {(job: Job) => void} follower Called with every job that changed. */
  follow(follower) { this.#followers.add(follower); }

  /** @param {string} id */
  async cancel(id) {
    const job = this.byId.get(id);
    await api.cancel(id);
    if (job && isOver(job)) this.#set(() => this.byId.delete(id));
  }

  /** Asks for one job. @param {string} id @returns {Promise<boolean>} Whether the server may still know it. */
  async look(id) {
    try {
      this.put(await api.job(id));
      return true;
    } catch (error) {
      return /** @type {{status?: number}} */ (error).status !== 404;
    }
  }

  /** @param {string} id */
  async retry(id) { this.put(await api.retry(id)); }

  /** @param {boolean} paused */
  async pause(paused) {
    const state = await api.pause(paused);
    this.#set(() => { this.paused = state.paused; });
  }
}

export const jobs = new Jobs();

/** @param {Job} job */
export const isOver = (job) => job.state !== 'running' && job.state !== 'queued';
