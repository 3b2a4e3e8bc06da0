/** @file HTTP requests about sites and dumps; the server asks them, and fetches their pictures. */

import { answer, api, call, enc } from './api.js';

/** @import { Picture, SitePost } from './types.js' */
/** @typedef {'general' | 'sensitive' | 'questionable' | 'explicit'} Rating */
/** `before`: only posts with a lower number; 0 for all. @typedef {{source: string, query: string, rating: Rating, before: number}} Asked */

/** Posts that one search asks for. */
const COUNT = 60;

export const sources = {
  /** Searches a site or a dump, to which the user has agreed. @param {Asked} asked @param {AbortSignal} signal @returns {Promise<{posts: SitePost[], more: boolean, notes: string[]}>} */
  async search({ source, query, rating, before }, signal) {
    const settings = { count: COUNT, before, rating };
    const { confirmation } = await api.confirm({ id: 'sources.posts', inputs: { source, query }, settings });
    return (await call('POST', '/api/sources/search', { json: { source, query, ...settings, confirmation }, signal })).json();
  },
  /** A small picture of a post. @param {string} key @param {AbortSignal} signal */
  preview: async (key, signal) => (await call('GET', `/api/sources/previews/${enc(key)}`, { signal })).blob(),
  /** Copies the picture of a post to those of the studio. @param {string} key @returns {Promise<Picture>} */
  copy: (key) => answer('POST', `/api/sources/posts/${enc(key)}/copy`),
  /** Asks sites of reverse search for a picture, to which the user has agreed. @param {string} picture @param {string[]} engines @param {AbortSignal} signal @returns {Promise<import('./types.js').Answers>} */
  async identify(picture, engines, signal) {
    const asked = { inputs: { picture }, settings: { engines: engines.join(','), send: true } };
    const { confirmation } = await api.confirm({ id: 'sources.identify', ...asked });
    return (await call('POST', '/api/operations/sources.identify', { json: { ...asked, confirmation }, signal })).json();
  },
};
