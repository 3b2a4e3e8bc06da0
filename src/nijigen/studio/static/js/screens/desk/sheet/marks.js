/** @file Marks above the sheet: hints, gaps, outlines of regions, the current stroke, the light. */

/** @import { Place as View } from '../../../elements/viewer-geometry.js' */
/** @import { Hints, Place } from '../state.js' */
/** @import { Gap } from '../work.js' */

/** @typedef {CanvasRenderingContext2D} Context */

const DOT = 6;
const [CLOSED, OPENED, DRAWN] = ['#ff2fa8', '#ffb000', '#19b3ff'];

/** Draws a path light on dark, so that it is visible on every color. @param {Context} context @param {() => void} path @param {string} color @param {number} width */
function twice(context, path, color, width) {
  for (const [wide, ink] of /** @type {[number, string][]} */ ([[width + 2, 'rgb(0 0 0 / 70%)'], [width, color]])) {
    context.lineWidth = wide;
    context.strokeStyle = ink;
    context.beginPath();
    path();
    context.stroke();
  }
}

/** @param {Context} context @param {View} view @param {Place[]} points */
export function trace(context, { zoom, x, y }, points) {
  for (const [index, [u, v]] of points.entries()) context[index ? 'lineTo' : 'moveTo'](x + u * zoom, y + v * zoom);
  // A line of one point is a dot.
  if (points.length === 1) context.lineTo(x + points[0][0] * zoom + 0.01, y + points[0][1] * zoom);
}

/** @param {Context} context @param {View} view @param {Path2D} outline In pixels of the sheet. @param {number} scale Of the sheet. @param {string} color */
export function drawOutline(context, { zoom, x, y }, outline, scale, color) {
  context.save();
  context.translate(x, y);
  context.scale(zoom / scale, zoom / scale);
  for (const [width, ink] of /** @type {[number, string][]} */ ([[3.5, 'rgb(0 0 0 / 55%)'], [1.75, color]])) {
    context.lineWidth = (width * scale) / zoom;
    context.strokeStyle = ink;
    context.stroke(outline);
  }
  context.restore();
}

/** @param {Context} context @param {number} x @param {number} y @param {string | null} color @param {boolean} near */
function dot(context, x, y, color, near) {
  const ring = (/** @type {number} */ radius, /** @type {string} */ fill) => {
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.fillStyle = fill;
    context.fill();
  };
  const radius = near ? DOT + 2 : DOT;
  ring(radius + 2, 'rgb(0 0 0 / 65%)');
  ring(radius + 1, '#fff');
  ring(radius - 0.5, color ?? '#fff');
  if (color) return;
  context.lineWidth = 2;
  context.strokeStyle = '#d02c2c';
  context.beginPath();
  context.moveTo(x - radius * 0.6, y + radius * 0.6);
  context.lineTo(x + radius * 0.6, y - radius * 0.6);
  context.stroke();
}

/** @param {Context} context @param {View} view @param {{points: Place[], width?: number, color: string | null}} stroke */
function drawStroke(context, view, { points, width = 0, color }) {
  const wide = Math.max(3, width * view.zoom);
  for (const [more, ink] of /** @type {[number, string][]} */ ([[3, 'rgb(0 0 0 / 60%)'], [1.5, '#fff'], [0, color ?? '#e6e6e6']])) {
    context.lineWidth = wide + more;
    context.strokeStyle = ink;
    context.beginPath();
    trace(context, view, points);
    context.stroke();
  }
}

/** @param {Context} context @param {View} view @param {{points: Place[], color: string | null}} area */
function drawArea(context, view, { points, color }) {
  context.beginPath();
  trace(context, view, points);
  context.closePath();
  context.globalAlpha = 0.35;
  context.fillStyle = color ?? '#fff';
  context.fill();
  context.globalAlpha = 1;
  context.setLineDash([6, 4]);
  twice(context, () => [trace(context, view, points), context.closePath()], color ?? '#fff', 2);
  context.setLineDash([]);
}

/** @param {Context} context @param {View} view @param {Hints} hints @param {number} near Index of the point under the pointer, or -1. */
export function drawHints(context, view, hints, near) {
  context.lineCap = context.lineJoin = 'round';
  for (const area of hints.areas) drawArea(context, view, area);
  for (const stroke of hints.strokes) drawStroke(context, view, stroke);
  for (const [index, { x, y, color }] of hints.points.entries()) dot(context, view.x + x * view.zoom, view.y + y * view.zoom, color, index === near);
}

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

/** The current stroke. @param {Context} context @param {View} view @param {{kind: string, points: Place[], width: number, color: string | null}} stroke */
export function drawDraft(context, view, stroke) {
  context.lineCap = context.lineJoin = 'round';
  if (stroke.kind === 'brush') drawStroke(context, view, stroke);
  else if (stroke.kind === 'area') drawArea(context, view, stroke);
  else twice(context, () => trace(context, view, stroke.points), DRAWN, 2.5);
}

/** The size of the brush at the pointer. @param {Context} context @param {number} x @param {number} y @param {number} radius @param {string | null} color */
export function drawBrush(context, x, y, radius, color) {
  twice(context, () => context.arc(x, y, Math.max(2, radius), 0, 2 * Math.PI), color ?? '#fff', 1.5);
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
