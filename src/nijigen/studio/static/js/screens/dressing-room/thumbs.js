/** @file Thumbnails of every option of a part, on the current character. */

import { api } from '../../api.js';
import { CHARACTER } from './state.js';

/** @import { Operation, Settings } from '../../types.js' */

const SIDE = 128;
const KEPT = 600;
/** The head straight on, so that all options are seen from the same angle. */
const STRAIGHT = { yaw: 0, pitch: 0, roll: 0, gaze_x: 0, gaze_y: 0, sway: 0 };
/** Parts shown in close-up. @type {Record<string, string>} */
const VIEWS = {
  eyes: 'eyes', pupil: 'eyes', brows: 'eyes', nose: 'mouth', mouth: 'mouth', beard: 'mouth',
  face: 'face', expression: 'face', marking: 'face', glasses: 'face', age: 'face',
  hair_front: 'head', hair_side: 'head', hair_coloring: 'head', ears: 'head', ornament: 'head', inking: 'head', style: 'head', style_second: 'head', presentation: 'head', shading: 'head', highlights: 'head',
  outfit: 'clothes', jewelry: 'neck',
};
/** @type {Record<string, string>} */
const FRAMINGS = { eyes: 'face', mouth: 'face', face: 'face', head: 'face', clothes: 'upper' };

/** @param {string} name Of the setting. */
export const viewOf = (name) => VIEWS[name] ?? '';

/** The settings for the thumbnail of an option. @param {Operation} operation @param {Settings} settings @param {string} name @param {unknown} value @returns {Settings} */
export function thumbSettings(operation, settings, name, value) {
  const section = operation.settings.properties?.[name]?.section;
  // A wink or closed eyes would hide the option.
  const calm = section === 'eyes' ? { expression: 'neutral', mouth: undefined, open_left: undefined, open_right: undefined, brow_raise: undefined, brow_frown: undefined } : {};
  const framing = name === 'framing' ? undefined : FRAMINGS[viewOf(name)] ?? 'bust';
  const plain = section === 'scene' ? {} : { ...STRAIGHT, background: 'none', background_color: undefined, light: undefined };
  return { ...settings, ...plain, ...calm, show: undefined, framing, [name]: value, width: SIDE, height: SIDE };
}

/** URLs of finished thumbnails, oldest first. @type {Map<string, string>} */
const finished = new Map();
/** @type {Promise<unknown>} */
let line = Promise.resolve();

/** One at a time, so that the large drawing can use the server's other thread. @param {Settings} settings @param {AbortSignal} signal @returns {Promise<string>} */
export async function thumb(settings, signal) {
  const key = JSON.stringify(settings);
  const turn = line.then(async () => {
    signal.throwIfAborted();
    const known = finished.get(key);
    if (known) return known;
    const url = URL.createObjectURL(await api.make(CHARACTER, settings, 'png', signal));
    finished.set(key, url);
    return url;
  });
  line = turn.catch(() => undefined);
  const url = await turn;
  // The visible ones are among the newest.
  for (const old of [...finished.keys()].slice(0, Math.max(0, finished.size - KEPT))) {
    URL.revokeObjectURL(finished.get(old) ?? '');
    finished.delete(old);
  }
  return url;
}
