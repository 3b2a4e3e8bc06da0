/** @file Position of the light, on the drawing and as settings. */

/** @import { Operation, Picture, Settings } from '../../../types.js' */
/** @import { Place } from '../state.js' */

/** The settings with its position, as fractions of the drawing. */
export const LIGHT = ['x', 'y'];

/** @param {Settings} settings @param {Picture | null} picture @param {Operation | undefined} operation @returns {Place} */
export function lightAt(settings, picture, operation) {
  const { width, height } = picture ?? { width: 1, height: 1 };
  const value = (/** @type {string} */ name) => settings[name] ?? operation?.settings.properties?.[name]?.default ?? 0.2;
  return [value(LIGHT[0]) * width, value(LIGHT[1]) * height];
}

/** @param {Place} place @param {Picture} picture @returns {Settings} */
export function lightTo([x, y], { width, height }) {
  const share = (/** @type {number} */ at) => Math.round(Math.min(1.5, Math.max(-0.5, at)) * 1000) / 1000;
  return { [LIGHT[0]]: share(x / width), [LIGHT[1]]: share(y / height) };
}
