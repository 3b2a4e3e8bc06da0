/** @file Undo history of every drawing that a screen edits, in the browser's database: unlimited, and surviving a reload. */

/** @typedef {{at: number, used: number}} Place Index of the current state, and when it was last used. */

/** Number of drawings that are remembered; the least recently used are removed. */
const DRAWINGS = 60;

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
const answered = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

/** @param {string} name @returns {Promise<IDBDatabase | null>} null if the browser has no storage. */
async function opened(name) {
  try {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore('moments');
      request.result.createObjectStore('places');
    };
    return await answered(request);
  } catch {
    return null;
  }
}

/** @param {string} drawing @param {number} [from] */
const range = (drawing, from = 0) => IDBKeyRange.bound([drawing, from], [drawing, Infinity]);

/** @template T */
export class Memory {
  /** @type {Promise<IDBDatabase | null>} */ #database;
  /** Writes are serialized. */ #line = Promise.resolve();

  /** @param {string} name Of the database. */
  constructor(name) { this.#database = opened(name); }

  /** @param {string} drawing @returns {Promise<{moments: T[], at: number}>} */
  async load(drawing) {
    await this.#line;
    const database = await this.#database;
    if (!database) return { moments: [], at: 0 };
    const work = database.transaction(['moments', 'places']);
    const [place, moments] = await Promise.all([
      answered(/** @type {IDBRequest<Place | undefined>} */ (work.objectStore('places').get(drawing))),
      answered(/** @type {IDBRequest<T[]>} */ (work.objectStore('moments').getAll(range(drawing)))),
    ]);
    return { moments, at: Math.max(0, Math.min(place?.at ?? 0, moments.length - 1)) };
  }

  /** Stores the current index, and the state there if it is new, which removes later ones. @param {string} drawing @param {number} at @param {T} [moment] */
  keep(drawing, at, moment) {
    this.#line = this.#line.then(async () => {
      const database = await this.#database;
      if (!database) return;
      const work = database.transaction(['moments', 'places'], 'readwrite');
      const [moments, places] = [work.objectStore('moments'), work.objectStore('places')];
      if (moment) [moments.delete(range(drawing, at)), moments.put(moment, [drawing, at])];
      places.put({ at, used: Date.now() }, drawing);
      work.commit();
    }).catch(() => undefined);
  }

  /** Removes the least recently used drawings. */
  async prune() {
    const database = await this.#database;
    if (!database) return;
    const work = database.transaction(['moments', 'places'], 'readwrite');
    const places = work.objectStore('places');
    const [keys, all] = await Promise.all([answered(places.getAllKeys()), answered(/** @type {IDBRequest<Place[]>} */ (places.getAll()))]);
    const oldest = keys.map((key, index) => ({ key: String(key), used: all[index].used })).sort((a, b) => b.used - a.used).slice(DRAWINGS);
    for (const { key } of oldest) [places.delete(key), work.objectStore('moments').delete(range(key))];
  }
}
