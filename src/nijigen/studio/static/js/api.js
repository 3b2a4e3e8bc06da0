/** @file All HTTP requests; only this file, api-library.js and api-sources.js know URLs of the server. */

import { access } from './access.js';
import { t } from './i18n.js';

/** @import { Box, Call, Catalogue, Command, Inputs, Job, Model, Picture, ProblemBody, Settings, Space } from './types.js' */

/** Random; unlike `randomUUID` it works without a secure context. */
export const newId = () => [...crypto.getRandomValues(new Uint8Array(12))].map((n) => n.toString(16).padStart(2, '0')).join('');

const CLIENT = newId();
/** Number of previews requested. */
let turns = 0;

/** An error from the server or the network. */
export class Problem extends Error {
  /** @param {ProblemBody} body */
  constructor(body) {
    super(body.detail || body.title || t('error_unknown'));
    this.title = body.title ?? '';
    this.status = body.status ?? 0;
    this.hint = body.hint ?? '';
    this.field = body.field ?? '';
    this.logId = body.log_id ?? '';
    this.body = body;
  }
}

/** @param {Response} response */
async function problemOf(response) {
  const body = await response.json().catch(() => ({}));
  const detail = typeof body.detail === 'string' ? body.detail : `${response.status} ${response.statusText}`;
  return new Problem({ ...body, detail, status: response.status });
}

/**
 * @param {string} method @param {string} path
 * @param {{json?: unknown, form?: FormData, signal?: AbortSignal, turn?: number, headers?: Record<string, string>}} [options]
 */
export async function call(method, path, { json, form, signal, turn, headers: more } = {}) {
  /** @type {Record<string, string>} */
  const headers = { 'X-Client': CLIENT, 'Nijigen-Studio': '1', ...more };
  if (turn) headers['X-Turn'] = String(turn);
  if (json !== undefined) headers['Content-Type'] = 'application/json';
  /** @type {Response} */
  let response;
  try {
    response = await fetch(path, { method, headers, signal, body: form ?? (json === undefined ? null : JSON.stringify(json)) });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new Problem({ title: 'Offline', detail: t('error_offline'), hint: t('error_offline_hint') });
  }
  if (!response.ok) {
    const problem = await problemOf(response);
    if (response.status === 401) access.refuse(problem.title);
    // That of the library has a repair of its own.
    if (problem.title === 'DatabaseDamaged' && !path.includes('/library')) window.dispatchEvent(new CustomEvent('damaged', { detail: problem }));
    throw problem;
  }
  return response;
}

/** @param {string} method @param {string} path @param {{json?: unknown, form?: FormData}} [options] @returns {Promise<any>} */
export const answer = async (method, path, options) => (await call(method, path, options)).json();
export const enc = encodeURIComponent;

export const api = {
  /** Exchanges the code of a one-time link for a session, which is a cookie. @param {string} code @returns {Promise<void>} */
  enter: async (code) => void (await call('POST', '/api/session', { json: { code } })),

  /** @returns {Promise<Catalogue>} */
  operations: () => answer('GET', '/api/operations'),

  /** @param {File} file @returns {Promise<Picture>} */
  upload(file) {
    const form = new FormData();
    form.append('file', file, file.name || 'picture.png');
    return answer('POST', '/api/pictures', { form });
  },
  /** @param {string} id @returns {Promise<Picture>} */
  picture: (id) => answer('GET', `/api/pictures/${enc(id)}`),
  /** @param {'largest' | 'newest' | 'unused'} order @param {'upload' | 'result' | ''} origin @param {number} limit @returns {Promise<Picture[]>} */
  pictures: async (order, origin, limit) => (await answer('GET', `/api/pictures?order=${order}&limit=${limit}${origin && `&origin=${origin}`}`)).pictures,
  /** Moves a picture to the trash. @param {string} id */
  discard: (id) => call('DELETE', `/api/pictures/${enc(id)}`),
  /** @returns {Promise<{bytes: number, pictures: Picture[]}>} */
  trash: () => answer('GET', '/api/trash'),
  /** @param {string} id @returns {Promise<Picture>} */
  restore: (id) => answer('POST', `/api/trash/${enc(id)}/restore`),
  /** Deletes a picture in the trash for good. @param {string} id */
  erase: (id) => call('DELETE', `/api/trash/${enc(id)}`),
  /** @returns {Promise<{bytes: number, pictures: number}>} */
  emptyTrash: () => answer('DELETE', '/api/trash'),
  /** @returns {Promise<Space>} */
  space: () => answer('GET', '/api/space'),
  /** A version of the picture that browsers can show. @param {string} id */
  view: async (id) => (await call('GET', api.viewUrl(id))).blob(),
  /** The picture in a format that every browser shows. @param {string} id */
  viewUrl: (id) => `/api/pictures/${enc(id)}/view`,
  /** @param {string} id @param {number} [size] */
  thumbnailUrl: (id, size = 192) => `/api/pictures/${enc(id)}/thumbnail?size=${size}`,
  /** @param {string} id @param {number} looks */
  lookUrl: (id, looks) => `/api/jobs/${enc(id)}/look?${looks}`,
  /** @param {string} id @param {string} name */
  fileUrl: (id, name) => `/api/pictures/${enc(id)}/file?download=${enc(name)}`,

  /**
   * @param {{operation: string, inputs: Inputs, settings: Settings, box: Box}} wanted @param {AbortSignal} signal
   * @returns {Promise<{blob: Blob, chosen: Settings}>} chosen: what the operation chose for the whole picture.
   */
  async preview(wanted, signal) {
    const response = await call('POST', '/api/previews', { json: wanted, signal, turn: (turns += 1) });
    return { blob: await response.blob(), chosen: JSON.parse(response.headers.get('X-Chosen') ?? '{}') };
  },

  /**
   * Runs an operation on stored pictures and waits for the result.
   * @param {{operation: string, inputs: Inputs, settings: Settings, format?: string, draft?: boolean}} wanted draft: for layers that are displayed once, compressed quickly. @param {AbortSignal} [signal]
   * @returns {Promise<Response>} A file, or JSON.
   */
  operate: ({ operation, format, draft, ...json }, signal) => call('POST', `/api/operations/${enc(operation)}${format ? `?format=${format}${draft ? '&draft=true' : ''}` : ''}`, { json, signal }),

  /** The text of a stored file. @param {string} id @param {AbortSignal} [signal] */
  async text(id, signal) {
    // Asked for as a range it does not count as downloaded, after which it might be deleted to make space.
    return (await call('GET', `/api/pictures/${enc(id)}/file`, { signal, headers: { Range: 'bytes=0-' } })).text();
  },

  /** Runs an operation on a file that is not stored. @param {string} operation @param {File} file @param {Settings} settings @param {string} format @param {AbortSignal} [signal] */
  async apply(operation, file, settings, format, signal) {
    const form = new FormData();
    form.append('picture', file);
    for (const [name, value] of Object.entries(settings)) form.append(name, String(value));
    return (await call('POST', `/api/operations/${enc(operation)}?format=${format}`, { form, signal })).blob();
  },

  /** @param {File} file @param {string} format @param {AbortSignal} [signal] */
  convert: (file, format, signal) => api.apply('formats.convert', file, {}, format, signal),

  /** Runs an operation without inputs and waits for the result. @param {string} operation @param {Settings} settings @param {string} format @param {AbortSignal} [signal] */
  async make(operation, settings, format, signal) {
    const form = new FormData();
    for (const [name, value] of Object.entries(settings)) if ((value ?? null) !== null) form.append(name, String(value));
    return (await call('POST', `/api/operations/${enc(operation)}?format=${format}`, { form, signal })).blob();
  },

  /** @param {{operation: string, inputs: Inputs, settings: Settings, name?: string, batch?: string, confirmation?: string}} wanted @returns {Promise<Job>} */
  submit: (wanted) => answer('POST', '/api/jobs', { json: wanted }),
  /** @returns {Promise<{paused: boolean, jobs: Job[]}>} */
  jobs: () => answer('GET', '/api/jobs'),
  /** @param {string} id @returns {Promise<Job>} */
  job: (id) => answer('GET', `/api/jobs/${enc(id)}`),
  /** Cancels a job that is not finished, deletes one that is. @param {string} id */
  cancel: (id) => call('DELETE', `/api/jobs/${enc(id)}`),
  /** @param {string} id @param {string} [confirmation] @returns {Promise<Job>} */
  retry: (id, confirmation) => answer('POST', `/api/jobs/${enc(id)}/retry`, { json: { confirmation } }),
  /** Compares everything in the data folder, which takes a while. @returns {Promise<import('./types.js').FolderReport>} */
  folderCheck: () => answer('GET', '/api/folder/check'),
  /** Tells whether the data folder will be repaired. @returns {Promise<{at_next_start: boolean}>} */
  repairAsked: () => answer('GET', '/api/folder/repair'),
  /** Asks for a repair of the data folder at the next start, or takes that back. @param {boolean} wanted @returns {Promise<{at_next_start: boolean}>} */
  repair: (wanted) => answer('PUT', '/api/folder/repair', { json: { at_next_start: wanted } }),
  /** @param {boolean} paused @returns {Promise<{paused: boolean}>} */
  pause: (paused) => answer('POST', `/api/queue/${paused ? 'pause' : 'resume'}`),

  /**
   * Follows all jobs until the returned function is called.
   * @param {{job(job: Job): void, gone(id: string): void, queue(state: {paused: boolean}): void, open(): void, lost(): void}} handlers
   */
  watch(handlers) {
    const source = new EventSource('/api/jobs/events');
    source.addEventListener('job', (event) => handlers.job(JSON.parse(event.data)));
    source.addEventListener('gone', (event) => handlers.gone(JSON.parse(event.data).id));
    source.addEventListener('queue', (event) => handlers.queue(JSON.parse(event.data)));
    source.addEventListener('open', () => handlers.open());
    source.addEventListener('error', () => {
      handlers.lost();
      // Refused, and not only interrupted: this request finds out why.
      if (source.readyState === EventSource.CLOSED) void api.jobs().catch(() => undefined);
    });
    return () => source.close();
  },

  /** @param {{picture: string, name: string}[]} files @returns {Promise<Blob>} */
  archive: async (files) => (await call('POST', '/api/archives', { json: { files } })).blob(),

  /** Colors with names. @returns {Promise<{name: string, pinyin: string, hex: string}[]>} */
  colors: () => answer('GET', '/api/colors'),

  /** @returns {Promise<Model[]>} */
  models: () => answer('GET', '/api/models'),
  /** @param {string} name @returns {Promise<Model>} */
  model: (name) => answer('GET', `/api/models/${enc(name)}`),
  /** @param {string} name @returns {Promise<{files: {key: string, state: string}[]}>} */
  verify: (name) => answer('POST', `/api/models/${enc(name)}/verify`),

  /** @returns {Promise<{groups: {id: string, title: string}[], commands: Command[]}>} */
  commands: () => answer('GET', '/api/commands'),
  /** What a call will do, and what proves that its user agreed. @param {Call} call @returns {Promise<{confirmation: string, changes: string[]}>} */
  confirm: (call) => answer('POST', '/api/confirmations', { json: call }),
  /** @param {Call} call @param {string} [confirmation] @returns {Promise<Job>} */
  command: ({ id, ...json }, confirmation) => answer('POST', `/api/commands/${enc(id)}`, { json: { ...json, confirmation } }),
  /** What a command would do, line by line. @param {Call} call @returns {Promise<{changes: string[]}>} */
  plan: ({ id, ...json }) => answer('POST', `/api/commands/${enc(id)}`, { json: { ...json, dry_run: true } }),

  /** @param {{operation: string, settings: Settings, file: string}} what @returns {Promise<{cli: string, python: string}>} */
  describe: (what) => answer('POST', '/api/describe', { json: what }),
};
