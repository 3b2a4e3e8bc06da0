/** @file Color conversions (HEX, RGB, HSV) and perceptual distance. */

/** @typedef {[number, number, number]} Triple */

/** @param {string} hex `#rrggbb` @returns {Triple} Three of 0 to 255. */
export const rgbOf = (hex) => /** @type {Triple} */ ([1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)));

/** @param {number[]} rgb @returns {string} `#rrggbb` */
export const hexOf = (rgb) => `#${rgb.map((one) => Math.round(one).toString(16).padStart(2, '0')).join('')}`;

/** Parses a typed color, with or without `#`, of three or six digits; null if invalid. @param {string} text */
export function hexIn(text) {
  const letters = text.trim().replace(/^#/, '').toLowerCase();
  if (/^[0-9a-f]{3}$/.test(letters)) return `#${[...letters].map((letter) => letter + letter).join('')}`;
  return /^[0-9a-f]{6}$/.test(letters) ? `#${letters}` : null;
}

/** @param {string} hex @returns {Triple} Hue 0 to 360, saturation and value 0 to 1. */
export function hsvOf(hex) {
  const [r, g, b] = rgbOf(hex).map((one) => one / 255);
  const most = Math.max(r, g, b);
  const span = most - Math.min(r, g, b);
  const sector = !span ? 0 : most === r ? (g - b) / span + 6 : most === g ? (b - r) / span + 2 : (r - g) / span + 4;
  return [(sector % 6) * 60, most ? span / most : 0, most];
}

/** @param {Triple} hsv */
export function hexOfHsv([hue, saturation, value]) {
  const channel = (/** @type {number} */ shift) => {
    const at = (shift + hue / 60) % 6;
    return 255 * (value - value * saturation * Math.max(0, Math.min(at, 4 - at, 1)));
  };
  return hexOf([channel(5), channel(3), channel(1)]);
}

/** Oklab: equal distances look about equally far. Source: Björn Ottosson, 2020. @param {string} hex @returns {Triple} */
export function labOf(hex) {
  const [r, g, b] = rgbOf(hex).map((one) => (one > 10.31 ? ((one / 255 + 0.055) / 1.055) ** 2.4 : one / 255 / 12.92));
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

/** The perceptually closest color. @template {{hex: string}} T @param {string} hex @param {T[]} among @returns {T | undefined} */
export function nearest(hex, among) {
  const [l, a, b] = labOf(hex);
  let [found, least] = [among[0], Infinity];
  for (const one of among) {
    const [u, v, w] = labOf(one.hex);
    const far = (l - u) ** 2 + (a - v) ** 2 + (b - w) ** 2;
    if (far < least) [found, least] = [one, far];
  }
  return found;
}
