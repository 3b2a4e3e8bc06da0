/** @file User goals, and the operation and settings for each. */

import { operations } from './catalogue.js';

/** @import { Operation, Picture, Settings } from './types.js' */

/** @typedef {{key: string, icon: string, settings?: Settings}} Goal */

/**
 * Goals with their own names. Operations not listed here are goals under their own name.
 * @type {Record<string, Goal[]>}
 */
const KNOWN = {
  'upscale.auto': [{ key: 'enlarge', icon: 'enlarge' }],
  'upscale.waifu2x': [
    { key: 'enlarge_fine', icon: 'enlarge' },
    { key: 'clean', icon: 'clean', settings: { factor: 1, denoise: '2' } },
  ],
  'upscale.real_cugan': [{ key: 'enlarge_frames', icon: 'enlarge' }],
  'upscale.real_esrgan': [{ key: 'restore', icon: 'wand' }],
  'upscale.anime4k': [{ key: 'enlarge_fast', icon: 'fast' }],
  'faces.detect': [{ key: 'find_faces', icon: 'face' }],
  'faces.crop': [{ key: 'crop_faces', icon: 'crop' }],
  'effects.halftone': [
    { key: 'halftone', icon: 'halftone' },
    { key: 'halftone_color', icon: 'color', settings: { mode: 'cmyk' } },
  ],
  'effects.glitch': [
    { key: 'glitch', icon: 'unseen' },
    { key: 'glitch_loop', icon: 'play', settings: { loop: 2 } },
  ],
  'effects.datamosh': [{ key: 'datamosh', icon: 'unseen' }],
  'effects.pixel_art': [{ key: 'pixel_art', icon: 'grid' }],
  'effects.pixel_scale': [{ key: 'pixel_native', icon: 'grid', settings: { factor: 'native' } }],
  'effects.voxel': [{ key: 'voxel', icon: 'grid' }],
  'effects.silk': [{ key: 'silk', icon: 'brush' }],
  'formats.convert': [{ key: 'convert', icon: 'convert' }],
  'generate.character': [{ key: 'character', icon: 'face' }],
  'color.paint': [{ key: 'color', icon: 'fill' }],
  'lines.extract': [{ key: 'lines', icon: 'line' }],
  'lines.simplify': [{ key: 'simplify', icon: 'clean' }],
  'recipes.print_screen': [{ key: 'print', icon: 'halftone' }],
};

/** Operations with their own screen, in addition to the form that all have. @type {Record<string, string>} */
const OWN = { 'generate.character': '#/room', 'color.paint': '#/desk', 'effects.silk': '#/silk' };

/** Operations that follow up on another goal of their group: listed in one line, without a card. */
const ASIDE = new Set([
  'faces.landmarks', 'faces.attributes', 'faces.align', 'faces.overlay',
  'lines.classify', 'lines.vectorize', 'lines.rough', 'lines.thicken', 'lines.thin', 'lines.taper', 'lines.close',
]);

/** @param {Operation} operation */
export const isAside = ({ id }) => ASIDE.has(id);

/** The interactive screen for an operation, if there is one. @param {string} id @returns {{href: string, icon: string, text: 'to_room' | 'to_desk' | 'to_silk' | 'edit_strokes'} | null} */
export function roomOf(id) {
  if (id === 'lines.vectorize') return { href: '#/strokes', icon: 'line', text: 'edit_strokes' };
  if (id === 'generate.character') return { href: '#/room', icon: 'face', text: 'to_room' };
  if (id === 'effects.silk') return { href: '#/silk', icon: 'brush', text: 'to_silk' };
  const desk = ['paint', 'flat', 'regions', 'gradient', 'shade', 'lines'].some((name) => id === `color.${name}`);
  return desk ? { href: '#/desk', icon: 'fill', text: 'to_desk' } : null;
}

/** Whether the strokes of a picture can be edited. @param {Picture} picture */
export const hasStrokes = ({ format, frames }) => format === 'svg' || (frames === 1 && operations.get('lines.vectorize') !== undefined);

/** The URL of the screen for an operation. @param {string} id */
export const placeOf = (id) => OWN[id] ?? `#/bench/${id}`;

/** The most common goals come first. @param {Operation[]} operations */
export const byRank = (operations) => {
  const order = Object.keys(KNOWN);
  const rank = (/** @type {Operation} */ { id }) => (order.includes(id) ? order.indexOf(id) : order.length);
  return [...operations].sort((a, b) => rank(a) - rank(b));
};

/** @param {Operation} operation @returns {Goal[]} */
export function goalsOf(operation) {
  const properties = operation.settings.properties ?? {};
  // A goal with settings unknown to the server would only fail.
  const known = (KNOWN[operation.id] ?? []).filter((goal) => Object.keys(goal.settings ?? {}).every((name) => name in properties));
  return known.length ? known : [{ key: '', icon: '' }];
}
