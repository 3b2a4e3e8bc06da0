/** @file All visible texts, in the user's language. */

import { load, save } from './store.js';

/** @typedef {typeof import('../locales/en.json')} Locale */
/** @typedef {keyof Locale['texts']} Key */
/** @typedef {Record<string, Record<string, string>>} Terms */

export const LANGUAGES = /** @type {const} */ ({ en: 'English', zh: '简体中文', ja: '日本語' });
/** @typedef {keyof typeof LANGUAGES} Language */

/** @type {Record<string, string>} */
let texts = {};
/** @type {Terms} */
let terms = {};
/** @type {Language} */
export let language = 'en';

/** @returns {Language} The stored language, or the first supported one that the browser prefers. */
export function preferred() {
  const wanted = [load('language', ''), ...navigator.languages].map((tag) => tag.slice(0, 2).toLowerCase());
  return /** @type {Language} */ (wanted.find((tag) => tag in LANGUAGES) ?? 'en');
}

/** @param {Language} wanted @param {boolean} [keep] Whether to remember it. */
export async function speak(wanted, keep = false) {
  /** @type {Locale} */
  const locale = await (await fetch(new URL(`../locales/${wanted}.json`, import.meta.url))).json();
  language = wanted;
  ({ texts, terms } = locale);
  document.documentElement.lang = wanted === 'zh' ? 'zh-Hans' : wanted;
  if (keep) save('language', wanted);
}

/** @param {Key} key @param {Record<string, string | number>} [values] */
export const t = (key, values = {}) => (texts[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));

/** Makes `real_esrgan` readable. @param {string} name */
const readable = (name) => {
  const words = name.replace(/^.*\./, '').replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
};

/** The word for a setting: of one operation, of its group, or of all. @param {Record<string, string>} words @param {string} operation @param {string} name @returns {string | undefined} */
const nearest = (words, operation, name) => words[`${operation}.${name}`] ?? words[`${operation.replace(/\..*/, '')}.${name}`] ?? words[name];

/** Names declared by the server; in its own English if there is no translation. */
export const term = {
  /** @param {string} id @param {string} title */
  group: (id, title) => terms.groups[id] ?? title,
  /** In one line, what the group is for. @param {string} id @param {string} title */
  groupLine: (id, title) => terms.lines[id] ?? title,
  /** @param {string} id */
  operation: (id) => terms.operations[id] ?? readable(id),
  /** @param {{id: string, summary: string}} operation */
  summary: ({ id, summary }) => terms.summaries[id] ?? summary,
  /** @param {string} name @param {string} [title] @param {string} [operation] For names that mean something else in some operations. */
  setting: (name, title, operation = '') => nearest(terms.settings, operation, name) ?? title ?? readable(name),
  /** A heading in a form. @param {string} name */
  section: (name) => terms.sections[name] ?? readable(name),
  /** @param {string} operation @param {string} name @param {string} [description] */
  help: (operation, name, description = '') => (nearest(terms.help, operation, name) ?? description).replaceAll('`', ''),
  /** A color in words. @param {{hue: string, tone: string}} color */
  color: ({ hue, tone }) => (tone ? t('color_with_tone', { hue: terms.colors[hue] ?? hue, tone: terms.colors[tone] ?? tone }) : terms.colors[hue] ?? hue),
  /** A heading of a table. @param {string} name */
  column: (name) => terms.columns[name] ?? terms.settings[name] ?? readable(name),
  /** What a command does, in several sentences. @param {{id: string, description: string}} command */
  description: ({ id, description }) => terms.descriptions[id] ?? description.replaceAll('`', ''),
  /** What a model is for. @param {{name: string, summary: string}} model */
  model: ({ name, summary }) => terms.models[name] ?? summary,
  /** @param {string} setting @param {unknown} value */
  value: (setting, value) => terms.values[`${setting}.${value}`] ?? terms.values[String(value)] ?? (typeof value === 'string' && /^[a-z_]+$/.test(value) ? readable(value) : String(value)),
};

const HOLE = /\{(\w+)\}/g;

/** @typedef {{pattern: RegExp, names: string[], text: string}} Message A pattern, the names of its holes, and the text in this language. */
/** Compiled on first use, for each list of texts. @type {WeakMap<Record<string, string>, Message[]>} */
const compiled = new WeakMap();

/** @param {string} message With holes: `there is no model {name}`. @param {string} text The same in this language. */
function messageOf(message, text) {
  const parts = message.split(/\{\w+\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return { pattern: new RegExp(`^${parts.join('(.+?)')}$`, 's'), names: [...message.matchAll(HOLE)].map(([, name]) => name), text };
}

/** A message of the server in the chosen language, or null where it is not known. @param {string} said @param {Record<string, string>} [phrases] The first that fits counts. @returns {string | null} */
function translated(said, phrases = terms.messages) {
  // Something may fail before a language is there.
  if (!phrases) return null;
  if (!compiled.has(phrases)) compiled.set(phrases, Object.entries(phrases).map(([message, text]) => messageOf(message, text)));
  for (const { pattern, names, text } of compiled.get(phrases) ?? []) {
    const found = pattern.exec(said);
    if (found) return text.replace(HOLE, (whole, name) => found[names.indexOf(name) + 1] ?? whole);
  }
  // Most messages about a file begin with its name.
  const [, about, rest] = /^(\S.{0,120}?): (.+)$/s.exec(said) ?? [];
  const known = rest && /\.\w{1,5}$/.test(about) ? translated(rest) : null;
  return known && `${about}: ${known}`;
}

/**
 * A problem in the chosen language: known messages as a whole, others by their kind, with the original as a hint.
 * @param {import('./types.js').ProblemBody} problem
 */
export function inLanguage({ title = '', detail = '', hint = '' }) {
  // A name of a file keeps its case.
  const first = (/** @type {string} */ text) => (/^\S+\.\w{1,5}: /.test(text) ? text : text.charAt(0).toUpperCase() + text.slice(1));
  const advice = hint ? translated(hint) ?? hint : '';
  const text = translated(detail);
  const kind = terms.problems?.[title];
  if (text || language === 'en' || !kind) return { text: text ?? first(detail), hint: first(advice) };
  return { text: kind, hint: [detail, advice].filter(Boolean).join(' · ') };
}

/** A note of the server in the chosen language, if it is known. @param {string} note */
export const noted = (note) => translated(note) ?? note;

/** A line of a plan in the chosen language, if it is known. @param {string} line */
export const planned = (line) => translated(line, terms.changes) ?? line;

/** @param {number} bytes */
export function fileSize(bytes) {
  const power = bytes < 1000 ? 0 : Math.min(3, Math.floor(Math.log10(bytes) / 3));
  return `${number(bytes / 1000 ** power, power ? 1 : 0)} ${['B', 'kB', 'MB', 'GB'][power]}`;
}

/** @param {number | null} seconds */
export function remaining(seconds) {
  if (seconds === null || !Number.isFinite(seconds)) return '';
  if (seconds < 1) return t('eta_moment');
  return seconds < 90 ? t('eta_seconds', { n: Math.ceil(seconds) }) : t('eta_minutes', { n: Math.round(seconds / 60) });
}

/** @param {number} count @param {number} [digits] */
export const number = (count, digits = 0) => new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(count);
