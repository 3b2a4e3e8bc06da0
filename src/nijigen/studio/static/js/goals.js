/** @file What people want, and which operation with which settings does it. */

/** @import { Operation, Settings } from './types.js' */

/** @typedef {{key: string, icon: string, settings: Settings}} Goal */

/**
 * Wishes with a name of their own. Operations that are not here are wishes by their own name.
 * @type {Record<string, Goal[]>}
 */
const KNOWN = {
  'upscale.auto': [{ key: 'enlarge', icon: 'enlarge', settings: {} }],
  'upscale.waifu2x': [
    { key: 'enlarge_fine', icon: 'enlarge', settings: {} },
    { key: 'clean', icon: 'clean', settings: { factor: 1, denoise: '2' } },
  ],
  'upscale.real_cugan': [{ key: 'enlarge_frames', icon: 'enlarge', settings: {} }],
  'upscale.real_esrgan': [{ key: 'restore', icon: 'wand', settings: {} }],
  'upscale.anime4k': [{ key: 'enlarge_fast', icon: 'fast', settings: {} }],
  'faces.detect': [{ key: 'find_faces', icon: 'face', settings: {} }],
  'faces.crop': [{ key: 'crop_faces', icon: 'crop', settings: {} }],
  'effects.halftone': [
    { key: 'halftone', icon: 'halftone', settings: {} },
    { key: 'halftone_color', icon: 'color', settings: { mode: 'cmyk' } },
  ],
  'formats.convert': [{ key: 'convert', icon: 'convert', settings: {} }],
  'generate.character': [{ key: 'character', icon: 'face', settings: {} }],
  'color.paint': [{ key: 'color', icon: 'fill', settings: {} }],
  'recipes.print_screen': [{ key: 'print', icon: 'halftone', settings: {} }],
};

/** Operations that have a screen of their own, beside the form that all have. @type {Record<string, string>} */
const OWN = { 'generate.character': '#/room', 'color.paint': '#/desk' };

/** What goes on from another wish of its group: told in one line, without a card. */
const ASIDE = new Set(['faces.landmarks', 'faces.attributes', 'faces.align', 'faces.overlay']);

/** @param {Operation} operation */
export const isAside = ({ id }) => ASIDE.has(id);

/** The screen where a person does by hand what an operation does, if there is one. @param {string} id @returns {{href: string, icon: string, text: 'to_room' | 'to_desk'} | null} */
export function roomOf(id) {
  if (id === 'generate.character') return { href: '#/room', icon: 'face', text: 'to_room' };
  const desk = ['paint', 'flat', 'regions', 'gradient', 'shade', 'lines'].some((name) => id === `color.${name}`);
  return desk ? { href: '#/desk', icon: 'fill', text: 'to_desk' } : null;
}

/** Where an operation is used. @param {string} id */
export const placeOf = (id) => OWN[id] ?? `#/bench/${id}`;

/** Wishes of most people come first. @param {Operation[]} operations */
export const byRank = (operations) => {
  const order = Object.keys(KNOWN);
  const rank = (/** @type {Operation} */ { id }) => (order.includes(id) ? order.indexOf(id) : order.length);
  return [...operations].sort((a, b) => rank(a) - rank(b));
};

/** @param {Operation} operation @returns {Goal[]} */
export function goalsOf(operation) {
  const properties = operation.settings.properties ?? {};
  // A wish whose settings the server does not know would only fail.
  const known = (KNOWN[operation.id] ?? []).filter((goal) => Object.keys(goal.settings).every((name) => name in properties));
  return known.length ? known : [{ key: '', icon: '', settings: {} }];
}
