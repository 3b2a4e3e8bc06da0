/** @file Geometry of strokes: paths as points, distances, outlines with a width that changes. */

/** @import { Box } from '../../types.js' */

/** x and y of each point in turn. @typedef {number[]} Points */
/** @typedef {{points: Points, closed: boolean}} Chain */

/** Distance of the points of a curve or line, in pixels, and how many it has at most. */
const [STEP, MOST] = [4, 64];

/** The commands of a path, with their numbers. @param {string} d @returns {{command: string, numbers: number[]}[]} */
function commandsOf(d) {
  const found = d.match(/[a-zA-Z][^a-zA-Z]*/g) ?? [];
  return found.map((part) => ({ command: part[0], numbers: (part.slice(1).match(/[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?/gi) ?? []).map(Number) }));
}

/** A path as polylines; null if it has other commands than lines and cubic curves. @param {string} d @returns {Chain[] | null} */
export function flatten(d) {
  /** @type {Chain[]} */
  const chains = [];
  let [x, y] = [0, 0];
  let chain = /** @type {Chain} */ ({ points: [], closed: false });
  const to = (/** @type {number} */ u, /** @type {number} */ v) => chain.points.push(([x, y] = [u, v])[0], v);
  const line = (/** @type {number} */ u, /** @type {number} */ v) => {
    const [a, b] = [x, y];
    const steps = Math.max(1, Math.min(MOST, Math.ceil(Math.hypot(u - a, v - b) / STEP)));
    for (let step = 1; step <= steps; step += 1) to(a + ((u - a) * step) / steps, b + ((v - b) * step) / steps);
  };
  for (const { command, numbers } of commandsOf(d)) {
    const kind = command.toUpperCase();
    const size = { M: 2, L: 2, H: 1, V: 1, C: 6, Z: 0 }[kind];
    if (size === undefined || (size && (!numbers.length || numbers.length % size))) return null;
    const relative = command !== kind;
    if (kind === 'Z') {
      chain.closed = true;
      [x, y] = chain.points;
      continue;
    }
    for (let at = 0; at < numbers.length; at += /** @type {number} */ (size)) {
      const [u, v] = relative ? [x, y] : [0, 0];
      const [a, b, c, e, f, g] = numbers.slice(at, at + /** @type {number} */ (size));
      if (kind === 'M' && !at) {
        chain = { points: [], closed: false };
        chains.push(chain);
      } else if (!chains.length) return null;
      // What follows the closing of a chain begins another one at its start.
      if (chain.closed) chains.push((chain = { points: [x, y], closed: false }));
      if (kind === 'H') line(u + a, y);
      else if (kind === 'V') line(x, v + a);
      else if (kind === 'C') curve([x, y, u + a, v + b, u + c, v + e, u + f, v + g], to);
      else if (chain.points.length) line(u + a, v + b);
      else to(u + a, v + b);
    }
  }
  return chains;
}

/** @param {number[]} control x and y of four points. @param {(x: number, y: number) => void} to */
function curve([x0, y0, x1, y1, x2, y2, x3, y3], to) {
  const length = Math.hypot(x1 - x0, y1 - y0) + Math.hypot(x2 - x1, y2 - y1) + Math.hypot(x3 - x2, y3 - y2);
  const steps = Math.max(1, Math.min(MOST, Math.ceil(length / STEP)));
  for (let step = 1; step <= steps; step += 1) {
    const t = step / steps;
    const s = 1 - t;
    const [a, b, c, d] = [s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t];
    to(a * x0 + b * x1 + c * x2 + d * x3, a * y0 + b * y1 + c * y2 + d * y3);
  }
}

/** @param {Points} points @param {number} more Added on all sides. @returns {Box} */
export function boxOf(points, more) {
  const box = /** @type {Box} */ ([Infinity, Infinity, -Infinity, -Infinity]);
  for (let at = 0; at < points.length; at += 2) {
    box[0] = Math.min(box[0], points[at] - more);
    box[1] = Math.min(box[1], points[at + 1] - more);
    box[2] = Math.max(box[2], points[at] + more);
    box[3] = Math.max(box[3], points[at + 1] + more);
  }
  return box;
}

/** @param {Points} points */
export function lengthOf(points) {
  let length = 0;
  for (let at = 2; at < points.length; at += 2) length += Math.hypot(points[at] - points[at - 2], points[at + 1] - points[at - 1]);
  return length;
}

/** The distance of a place from a polyline. @param {Points} points @param {number} x @param {number} y */
export function distanceTo(points, x, y) {
  let least = points.length === 2 ? Math.hypot(points[0] - x, points[1] - y) : Infinity;
  for (let at = 2; at < points.length; at += 2) {
    const [u, v] = [points[at - 2], points[at - 1]];
    const [dx, dy] = [points[at] - u, points[at + 1] - v];
    const share = Math.min(1, Math.max(0, ((x - u) * dx + (y - v) * dy) / (dx * dx + dy * dy || 1)));
    least = Math.min(least, Math.hypot(u + share * dx - x, v + share * dy - y));
  }
  return least;
}

/** @param {Box} box @param {number} x @param {number} y @param {number} more */
export const isIn = ([left, top, right, bottom], x, y, more = 0) => x >= left - more && x <= right + more && y >= top - more && y <= bottom + more;

/** Without zeros that say nothing. @param {number} value */
export const short = (value) => String(Number(value.toFixed(2)));

/** The outline of a stroke whose width changes, as a path. @param {Points} points @param {number[]} widths Of each point. */
export function outline(points, widths) {
  /** @type {[string[], string[]]} */
  const sides = [[], []];
  for (let at = 0; at < widths.length; at += 1) {
    const [before, after] = [Math.max(0, at - 1) * 2, Math.min(widths.length - 1, at + 1) * 2];
    const [dx, dy] = [points[after] - points[before], points[after + 1] - points[before + 1]];
    const half = widths[at] / 2 / (Math.hypot(dx, dy) || 1);
    const [x, y] = [points[at * 2], points[at * 2 + 1]];
    sides[0].push(`${short(x - dy * half)} ${short(y + dx * half)}`);
    sides[1].push(`${short(x + dy * half)} ${short(y - dx * half)}`);
  }
  return `M${[...sides[0], ...sides[1].reverse()].join('L')}Z`;
}
