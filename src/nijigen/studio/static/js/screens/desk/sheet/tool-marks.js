/** @file Marks above the sheet that some tools need: gaps, dividing lines, the light. */

import { DRAWN, trace, twice } from './marks.js';

/** @import { Place as View } from '../../../elements/viewer-geometry.js' */
/** @import { Hints } from '../state.js' */
/** @import { Gap } from '../work.js' */
/** @import { Context } from './marks.js' */

const [CLOSED, OPENED] = ['#ff2fa8', '#ffb000'];

/** Draws gaps over a faded sheet, since they are small. @param {Context} context @param {View} view @param {{width: number, height: number}} size @param {Gap[]} gaps @param {Hints} hints */
export function drawGaps(context, view, { width, height }, gaps, hints) {
  context.fillStyle = 'rgb(255 255 255 / 62%)';
  context.fillRect(view.x, view.y, width * view.zoom, height * view.zoom);
  context.lineCap = 'round';
  for (const gap of gaps) {
    context.setLineDash(gap.closed ? [] : [2, 6]);
    twice(context, () => trace(context, view, gap.points), gap.closed ? CLOSED : OPENED, 3.5);
  }
  context.setLineDash([]);
  for (const line of hints.close) twice(context, () => trace(context, view, line), DRAWN, 3);
  for (const [x, y] of hints.open) {
    const [u, v] = [view.x + x * view.zoom, view.y + y * view.zoom];
    twice(context, () => [context.moveTo(u - 6, v - 6), context.lineTo(u + 6, v + 6), context.moveTo(u + 6, v - 6), context.lineTo(u - 6, v + 6)], OPENED, 2.5);
  }
}

/** Lines that divide regions. @param {Context} context @param {View} view @param {Hints} hints */
export function drawSplits(context, view, hints) {
  context.setLineDash([8, 5]);
  for (const { points } of hints.split) twice(context, () => trace(context, view, points), DRAWN, 2);
  context.setLineDash([]);
}

/** A sun at the position of the light, and its direction. @param {Context} context @param {number} x @param {number} y @param {number} toX @param {number} toY @param {string} color */
export function drawLight(context, x, y, toX, toY, color) {
  context.lineCap = 'round';
  const angle = Math.atan2(toY - y, toX - x);
  context.setLineDash([5, 6]);
  twice(context, () => [context.moveTo(x + Math.cos(angle) * 26, y + Math.sin(angle) * 26), context.lineTo(toX, toY)], '#fff', 1.5);
  context.setLineDash([]);
  twice(context, () => {
    for (let ray = 0; ray < 8; ray += 1) {
      const at = angle + (ray * Math.PI) / 4;
      context.moveTo(x + Math.cos(at) * 15, y + Math.sin(at) * 15);
      context.lineTo(x + Math.cos(at) * 21, y + Math.sin(at) * 21);
    }
  }, '#ffd24a', 2.5);
  context.beginPath();
  context.arc(x, y, 11, 0, 2 * Math.PI);
  context.fillStyle = color;
  context.fill();
  twice(context, () => context.arc(x, y, 11, 0, 2 * Math.PI), '#fff', 2);
}
