/** @file Position of a picture in a viewport: zoom in CSS pixels per source pixel, and offset. */

/** @import { Box } from '../types.js' */

/** @typedef {{zoom: number, x: number, y: number}} Place x, y: position of the picture's top left corner. */
/** @typedef {{width: number, height: number}} Size */

const LEAST = 0.02;
const MOST = 32;
const MARGIN = 24;
/** Minimum part of the picture that stays visible. */
const KEPT = 48;

/** @param {Size} picture @param {Size} view */
export const fitZoom = (picture, view) =>
  Math.max(LEAST, Math.min((view.width - MARGIN) / picture.width, (view.height - MARGIN) / picture.height, MOST));

/** @param {Size} picture @param {Size} view @param {number} zoom @returns {Place} */
export const centered = (picture, view, zoom) =>
  ({ zoom, x: (view.width - picture.width * zoom) / 2, y: (view.height - picture.height * zoom) / 2 });

/** @param {Place} place @param {number} zoom @param {number} x @param {number} y The point that stays where it is. @returns {Place} */
export function zoomed(place, zoom, x, y) {
  const next = Math.min(MOST, Math.max(LEAST, zoom));
  const ratio = next / place.zoom;
  return { zoom: next, x: x - (x - place.x) * ratio, y: y - (y - place.y) * ratio };
}

/** Keeps a part of the picture visible. @param {Place} place @param {Size} picture @param {Size} view @returns {Place} */
export function bounded(place, picture, view) {
  const hold = (/** @type {number} */ at, /** @type {number} */ length, /** @type {number} */ room) =>
    Math.min(room - Math.min(KEPT, length), Math.max(Math.min(KEPT, length) - length, at));
  return {
    zoom: place.zoom,
    x: hold(place.x, picture.width * place.zoom, view.width),
    y: hold(place.y, picture.height * place.zoom, view.height),
  };
}

/** A box of the picture, on the screen and inside the window. @param {Box} box @param {Place} place @param {Size} view */
export function visible([left, top, right, bottom], { zoom, x, y }, view) {
  return {
    left: Math.max(0, Math.min(view.width, x + left * zoom)),
    top: Math.max(0, Math.min(view.height, y + top * zoom)),
    right: Math.max(0, Math.min(view.width, x + right * zoom)),
    bottom: Math.max(0, Math.min(view.height, y + bottom * zoom)),
  };
}

/** Moves a box without leaving the picture. @param {Box} box @param {number} dx @param {number} dy @param {Size} picture @returns {Box} */
export function moved([left, top, right, bottom], dx, dy, picture) {
  const x = Math.round(Math.min(picture.width - right, Math.max(-left, dx)));
  const y = Math.round(Math.min(picture.height - bottom, Math.max(-top, dy)));
  return [left + x, top + y, right + x, bottom + y];
}

/** @param {Box} box @param {number} dx @param {number} dy @param {Size} picture @param {number} most @returns {Box} */
export function resized([left, top, right, bottom], dx, dy, picture, most) {
  const side = (/** @type {number} */ from, /** @type {number} */ to, /** @type {number} */ limit) =>
    Math.round(Math.min(limit, from + most, Math.max(Math.min(limit, from + 16), to)));
  return [left, top, side(left, right + dx, picture.width), side(top, bottom + dy, picture.height)];
}
