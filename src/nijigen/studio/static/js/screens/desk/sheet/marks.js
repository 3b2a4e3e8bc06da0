/** @file Marks above the sheet: hints, what is proposed, outlines of regions, the current stroke. */

/** @import { Place as View } from '../../../elements/viewer-geometry.js' */
/** @import { Hints, Place } from '../state.js' */

/** @typedef {CanvasRenderingContext2D} Context */

const [DOT, KEPT] = [6, 3.5];
/** Of a line that is drawn. */
export const DRAWN = '#19b3ff';

/** Draws a path light on dark, so that it is visible on every color. @param {Context} context @param {() => void} path @param {string} color @param {number} width */
export function twice(context, path, color, width) {
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

/** @param {Context} context @param {number} x @param {number} y @param {string | null} color @param {boolean} near @param {number} [small] Its radius instead of that of a hint of one's own. */
function dot(context, x, y, color, near, small = DOT) {
  const ring = (/** @type {number} */ radius, /** @type {string} */ fill) => {
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.fillStyle = fill;
    context.fill();
  };
  const radius = near ? small + 2 : small;
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

/** @param {Context} context @param {View} view @param {Hints} hints @param {number} near Index of the point under the pointer, or -1. @param {(x: number, y: number) => boolean} roomy Whether there is room for the sign of what was accepted. */
export function drawHints(context, view, hints, near, roomy) {
  context.lineCap = context.lineJoin = 'round';
  for (const area of hints.areas) drawArea(context, view, area);
  for (const stroke of hints.strokes) drawStroke(context, view, stroke);
  for (const [index, { x, y, color, part }] of hints.points.entries()) if (!part || roomy(x, y)) dot(context, view.x + x * view.zoom, view.y + y * view.zoom, color, index === near, part ? KEPT : DOT);
}

/** Draws what is only proposed: rings in the larger regions. @param {Context} context @param {View} view @param {{x: number, y: number}[]} points */
export function drawProposal(context, view, points) {
  for (const { x, y } of points) {
    for (const [width, ink] of /** @type {[number, string][]} */ ([[3, 'rgb(255 255 255 / 85%)'], [1.25, 'rgb(0 0 0 / 75%)']])) {
      context.lineWidth = width;
      context.strokeStyle = ink;
      context.beginPath();
      context.arc(view.x + x * view.zoom, view.y + y * view.zoom, 2.5, 0, 2 * Math.PI);
      context.stroke();
    }
  }
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
