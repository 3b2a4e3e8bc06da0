/** @file HTTP requests about the library: its pictures, named by their content, and searches in it. */

import { answer, api, call, enc } from './api.js';

/** @import { Hit, LibraryPicture, Picture } from './types.js' */
/** A part of a list: one value for each picture. @typedef {{total: number, numbers: number[], ratios: number[], next: number | null}} Part */
/** One of several files of a content. @typedef {{id: string, path: string}} NamedFile */

const path = (/** @type {string} */ id) => `/api/library/pictures/${enc(id)}`;

export const library = {
  /** @returns {Promise<{made: boolean, pictures: number, folders: string[]}>} */
  state: () => answer('GET', '/api/library'),
  /** @param {string} query @param {number | null} after The cursor of the part before. @returns {Promise<Part>} */
  list: (query, after) => answer('GET', `/api/library/pictures?query=${enc(query)}${after === null ? '' : `&after=${after}`}`),
  /** What can complete the word at the cursor of a query. @param {string} query @param {number} cursor @returns {Promise<import('./elements/query-field.js').Suggestion[]>} */
  suggestions: (query, cursor) => answer('GET', `/api/library/suggestions?query=${enc(query)}&cursor=${cursor}`),
  /** Saved queries by name. @returns {Promise<Record<string, string>>} */
  searches: async () => (await api.operate({ operation: 'library.searches', inputs: {}, settings: {} })).json(),
  /** Without those that are not known any more. @param {number[]} numbers At most 200. @returns {Promise<LibraryPicture[]>} */
  facts: (numbers) => answer('GET', `/api/library/facts?${numbers.map((number) => `number=${number}`).join('&')}`),
  /** @param {string} id @param {number} [entry] Which frame of a clip. */
  thumbnailUrl: (id, entry) => `${path(id)}/thumbnail${entry === undefined ? '' : `?entry=${entry}`}`,
  /** The file itself. @param {string} id */
  fileUrl: (id) => `${path(id)}/file`,
  /** Copies a picture to those of the studio, under the same id. @param {string} id @returns {Promise<Picture>} */
  copy: (id) => answer('POST', `${path(id)}/copy`),
  /** All pairs of files with one drawing; takes a while. @returns {Promise<import('./types.js').Pair[]>} */
  duplicates: () => answer('GET', '/api/library/duplicates'),
  /** Moves a file to the trash, where one is kept. @param {NamedFile} file @param {NamedFile} keeper */
  discard: (file, keeper) => call('POST', '/api/library/trash', { json: { file, keeper } }),
  /** Brings a file back from the trash. @param {NamedFile} file */
  restore: (file) => call('POST', '/api/library/trash/restore', { json: file }),
  /** Notes that two pictures are no duplicates, or takes that back. @param {[string, string]} ids @param {boolean} distinct */
  distinct: (ids, distinct) => call('POST', '/api/library/distinct', { json: { ids, distinct } }),
  /** The pictures that a stored one was made from, or that were made from it, best first. @param {string} picture @returns {Promise<Hit[]>} */
  search: async (picture) => (await api.operate({ operation: 'library.search', inputs: { picture }, settings: { count: 12 } })).json(),
};
