/** @file The name of a color in plain words of the chosen language: a hue, and a tone where it has one. */

import { labOf } from '../../colors.js';
import { term } from '../../i18n.js';

/** Hues of Oklab in degrees up to which a name reaches. @type {[number, string][]} */
const HUES = [[8, 'pink'], [48, 'red'], [75, 'orange'], [118, 'yellow'], [132, 'yellow_green'], [170, 'green'], [208, 'turquoise'], [240, 'light_blue'], [285, 'blue'], [318, 'purple'], [345, 'magenta'], [361, 'pink']];

/** A plain name of a color, as a hue and a tone; both are words of `term`. @param {string} hex @returns {{hue: string, tone: string}} */
function plainName(hex) {
  const [light, a, b] = labOf(hex);
  const chroma = Math.hypot(a, b);
  const degrees = ((Math.atan2(b, a) * 180) / Math.PI + 360) % 360;
  if (chroma < 0.022 + 0.01 * (1 - light)) return light > 0.965 ? { hue: 'white', tone: '' } : light < 0.24 ? { hue: 'black', tone: '' } : { hue: 'gray', tone: light > 0.75 ? 'light' : light < 0.45 ? 'dark' : '' };
  const hue = HUES.find(([until]) => degrees < until)?.[1] ?? 'pink';
  const warm = degrees > 25 && degrees < 118;
  if (warm && light > 0.86 && chroma < 0.09) return { hue: light > 0.94 ? 'cream' : 'beige', tone: '' };
  if (warm && degrees < 105 && light < 0.62 && chroma < 0.15) return { hue: 'brown', tone: light < 0.4 ? 'dark' : '' };
  if (hue === 'red' && light > 0.72) return { hue: 'pink', tone: light > 0.86 ? 'pale' : '' };
  if (hue === 'light_blue' && light < 0.62) return { hue: 'blue', tone: light < 0.38 ? 'dark' : '' };
  if (light < 0.38) return { hue, tone: 'dark' };
  if (hue === 'pink' && light < 0.66) return { hue, tone: 'deep' };
  if (light > 0.86 && chroma < 0.08) return { hue, tone: 'pale' };
  if (chroma < 0.06) return { hue, tone: 'grayish' };
  return { hue, tone: light > 0.78 && chroma < 0.13 ? 'light' : light < 0.5 ? 'deep' : chroma > 0.2 ? 'vivid' : '' };
}

/** @param {string} hex */
export const colorName = (hex) => {
  const name = term.color(plainName(hex));
  return name.charAt(0).toUpperCase() + name.slice(1).toLowerCase();
};
