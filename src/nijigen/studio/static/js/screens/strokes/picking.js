/** @file Picking strokes: by a click, by a box around them, by their width or length. */

import { Grid } from './grid.js';
import { distanceTo, isIn } from './geometry.js';

/** @import { Box } from '../../types.js' */
/** @import { Stroke } from './drawing.js' */

/** Widths that differ by less are similar, relative to the larger one. */
const SIMILAR = 0.2;
const scratch = new OffscreenCanvas(1, 1).getContext('2d');
/** @type {WeakMap<Stroke, Path2D>} */
const areas = new WeakMap();
/** @type {WeakMap<Map<number, Stroke>, Grid>} */
const grids = new WeakMap();
/** Half the width up to which strokes are found at their rim. */
const WIDE = 32;

/** How far a place is from the ink of a stroke; 0 is on it. @param {Stroke} stroke @param {number} scale Of its width. @param {number} x @param {number} y */
function farFrom(stroke, scale, x, y) {
  if (stroke.kind === 'area') {
    const path = areas.get(stroke) ?? new Path2D(stroke.pieces[0].d);
    areas.set(stroke, path);
    if (scratch?.isPointInPath(path, x, y, 'evenodd')) return 0;
  }
  return Math.max(0, distanceTo(stroke.points, x, y) - (stroke.width * scale) / 2);
}

/** The number of the stroke at a place, or -1; of several, a line before an area, and the thinnest. @param {Map<number, Stroke>} there @param {(id: number) => number} scaleOf @param {number} x @param {number} y @param {number} reach */
export function strokeAt(there, scaleOf, x, y, reach) {
  let [best, least] = [-1, Infinity];
  const grid = grids.get(there) ?? new Grid(there);
  grids.set(there, grid);
  for (const id of grid.near(x, y, reach + WIDE)) {
    const stroke = /** @type {Stroke} */ (there.get(id));
    if (!isIn(stroke.box, x, y, reach + stroke.width)) continue;
    const far = farFrom(stroke, scaleOf(id), x, y);
    if (far > reach) continue;
    const cost = far + (stroke.kind === 'area' ? reach : 0) + stroke.width * 0.01;
    if (cost < least) [best, least] = [id, cost];
  }
  return best;
}

/** The strokes that are in a box, or come into it. @param {Map<number, Stroke>} there @param {Box} box */
export function strokesIn(there, box) {
  const inside = (/** @type {Stroke} */ { points, box: own }) => {
    if (own[2] < box[0] || own[3] < box[1] || own[0] > box[2] || own[1] > box[3]) return false;
    for (let at = 0; at < points.length; at += 2) if (isIn(box, points[at], points[at + 1])) return true;
    return false;
  };
  return [...there].filter(([, stroke]) => inside(stroke)).map(([id]) => id);
}

/** Lines about as wide as one of the chosen. @param {Map<number, Stroke>} there @param {(id: number) => number} scaleOf @param {Set<number>} chosen */
export function similarTo(there, scaleOf, chosen) {
  const wide = (/** @type {number} */ id) => (there.get(id)?.width ?? 0) * scaleOf(id);
  const widths = [...chosen].filter((id) => there.get(id)?.kind === 'line').map(wide);
  return [...there].filter(([id, { kind }]) => kind === 'line' && widths.some((one) => Math.abs(one - wide(id)) <= SIMILAR * Math.max(one, wide(id)))).map(([id]) => id);
}

/** Dust: lines and dots shorter than a length, and areas smaller across. @param {Map<number, Stroke>} there @param {number} length */
export function shorterThan(there, length) {
  const long = (/** @type {Stroke} */ { kind, box, length: own, width }) => (kind === 'area' ? Math.max(box[2] - box[0], box[3] - box[1]) : own + width);
  return [...there].filter(([, stroke]) => long(stroke) < length).map(([id]) => id);
}
