/** @file A drawing made of strokes: read from SVG, and written with its edits. */

import { Grid } from './grid.js';
import { boxOf, distanceTo, flatten, isIn, lengthOf, outline, short } from './geometry.js';

/** @import { Box } from '../../types.js' */
/** @import { Points } from './geometry.js' */
/** @import { Look, Moment } from './state.js' */

/** A part of a stroke with one width; `d` is its path. @typedef {{d: string, width: number, points: Points}} Piece */
/** One line of the pen with all its pieces, a filled area, or a dot. @typedef {{kind: 'line' | 'area' | 'dot', pieces: Piece[], points: Points, width: number, length: number, box: Box, color: string, closed: boolean}} Stroke */
/** @typedef {{width: number, height: number, paper: string | null, strokes: Stroke[], namespaces: {svg: string, inkscape: string | null}}} Drawing */

const KNOWN = ['svg', 'g', 'path', 'circle', 'rect', 'metadata', 'title', 'desc', 'defs'];
const FOREIGN = ['transform', 'clip-path', 'mask', 'filter', 'opacity', 'style', 'class', 'stroke-dasharray'];
/** Pieces belong to one stroke if one begins where the other ends, in about the same direction. */
const [SAME_PLACE, SAME_WAY] = [0.03, Math.cos(Math.PI / 7)];
/** Widths narrower than this cannot be seen. */
const [THINNEST, WIDEST] = [0.3, 64];
const TIP = 0.08;

/** @param {Element} node @param {string} name @returns {string | null} */
const inherited = (node, name) => node.closest(`[${name}]`)?.getAttribute(name) ?? null;

/** Reads a drawing; null if it has more than strokes, areas and dots. @param {string} text @returns {Drawing | null} */
export function read(text) {
  const root = new DOMParser().parseFromString(text, 'image/svg+xml').documentElement;
  const nodes = [root, ...root.querySelectorAll('*')].filter((node) => !node.closest('metadata'));
  const [left, top, width, height] = (root.getAttribute('viewBox') ?? '').split(/[\s,]+/).map(Number);
  if (root.localName !== 'svg' || left !== 0 || top !== 0 || !(width > 0 && height > 0)) return null;
  if (nodes.some((node) => !KNOWN.includes(node.localName) || FOREIGN.some((name) => node.hasAttribute(name)))) return null;
  const drawing = /** @type {Drawing} */ ({ width, height, paper: null, strokes: [], namespaces: { svg: root.namespaceURI, inkscape: root.lookupNamespaceURI('inkscape') } });
  /** @type {{stroke: Stroke, parent: Element | null} | null} */
  let last = null;
  for (const node of nodes) {
    const stroke = node.localName === 'path' ? pathOf(node) : node.localName === 'circle' ? dotOf(node) : null;
    if (node.localName === 'rect') {
      // Only the paper below everything is a rectangle.
      if (drawing.strokes.length || drawing.paper) return null;
      drawing.paper = inherited(node, 'fill') ?? '#000000';
    } else if (node.localName === 'path' || node.localName === 'circle') {
      if (!stroke) return null;
      if (last && last.parent === node.parentElement && goesOn(last.stroke, stroke)) join(last.stroke, stroke);
      else drawing.strokes.push((last = { stroke, parent: node.parentElement }).stroke);
    }
  }
  return drawing;
}

/** @param {Element} node @returns {Stroke | null} */
function pathOf(node) {
  const d = node.getAttribute('d') ?? '';
  const chains = flatten(d);
  const ink = inherited(node, 'stroke') ?? 'none';
  const fill = inherited(node, 'fill') ?? '#000000';
  if (!chains?.length || (ink !== 'none' && (fill !== 'none' || chains.length > 1))) return null;
  const width = ink === 'none' ? 0 : Number(inherited(node, 'stroke-width') ?? 1);
  if (!Number.isFinite(width)) return null;
  const points = chains.flatMap((chain) => (chain.closed ? [...chain.points, chain.points[0], chain.points[1]] : chain.points));
  return made(ink === 'none' ? 'area' : 'line', [{ d, width, points }], ink === 'none' ? fill : ink, chains[0].closed);
}

/** @param {Element} node @returns {Stroke | null} */
function dotOf(node) {
  const [x, y, r] = ['cx', 'cy', 'r'].map((name) => Number(node.getAttribute(name) ?? 0));
  if (![x, y, r].every(Number.isFinite)) return null;
  return made('dot', [{ d: '', width: 2 * r, points: [x, y] }], inherited(node, 'fill') ?? '#000000', false);
}

/** @param {Stroke['kind']} kind @param {Piece[]} pieces @param {string} color @param {boolean} closed @returns {Stroke} */
export function made(kind, pieces, color, closed) {
  const points = pieces.flatMap((piece, at) => (at ? piece.points.slice(2) : piece.points));
  const lengths = pieces.map((piece) => lengthOf(piece.points));
  const length = lengths.reduce((sum, one) => sum + one, 0);
  const width = length ? pieces.reduce((sum, piece, at) => sum + piece.width * lengths[at], 0) / length : pieces[0].width;
  return { kind, pieces, points, width, length, box: boxOf(points, Math.max(...pieces.map((piece) => piece.width)) / 2), color, closed };
}

/** @param {Points} points @param {boolean} end @returns {[number, number]} The direction at the start or the end. */
function way(points, end) {
  const [a, b] = end ? [points.length - Math.min(6, points.length), points.length - 2] : [0, Math.min(4, points.length - 2)];
  const [dx, dy] = [points[b] - points[a], points[b + 1] - points[a + 1]];
  const size = Math.hypot(dx, dy) || 1;
  return [dx / size, dy / size];
}

/** Whether a path goes on where a stroke ends: where its width changes, a line of the pen is several paths. @param {Stroke} before @param {Stroke} after */
function goesOn(before, after) {
  if (before.kind !== 'line' || after.kind !== 'line' || before.color !== after.color || before.closed || after.closed) return false;
  const [x, y] = before.points.slice(-2);
  if (Math.hypot(after.points[0] - x, after.points[1] - y) > SAME_PLACE) return false;
  const [[a, b], [c, d]] = [way(before.points, true), way(after.points, false)];
  return a * c + b * d > SAME_WAY;
}

/** @param {Stroke} before @param {Stroke} after */
function join(before, after) {
  Object.assign(before, made('line', [...before.pieces, ...after.pieces], before.color, false));
}

/** Widest stroke that the end of another is searched in. */
const REACH = 24;
/** Whether each end meets no other stroke. @type {WeakMap<Stroke, [boolean, boolean]>} */
const ends = new WeakMap();
/** @type {WeakMap<Stroke[], Grid>} */
const grids = new WeakMap();

/** @param {Stroke} stroke @param {Stroke[]} all @returns {[boolean, boolean]} */
function freeEnds(stroke, all) {
  const known = ends.get(stroke);
  if (known) return known;
  const grid = grids.get(all) ?? new Grid(all.entries());
  grids.set(all, grid);
  const { points, width } = stroke;
  const isFree = (/** @type {number[]} */ [x, y]) => ![...grid.near(x, y, REACH)].map((id) => all[id]).some((other) => other !== stroke
    && isIn(other.box, x, y, width / 2) && distanceTo(other.points, x, y) <= ((other.kind === 'line' ? other.width : 0) + width) / 2);
  const found = /** @type {[boolean, boolean]} */ ([isFree(points.slice(0, 2)), isFree(points.slice(-2))]);
  ends.set(stroke, found);
  return found;
}

/** How a stroke is drawn with its edits: paths to stroke with a width, or to fill. @typedef {{d: string, width: number}[]} Paths */

/** @param {Stroke} stroke @param {Look | undefined} look @param {Stroke[]} all @returns {Paths} */
export function pathsOf(stroke, { scale = 1, taper = 0 } = {}, all) {
  const wide = (/** @type {number} */ width) => Math.min(WIDEST, Math.max(THINNEST, width * scale));
  if (stroke.kind === 'dot') {
    const [[x, y], r] = [stroke.points, short(wide(stroke.width) / 2)];
    return [{ d: `M${short(x - Number(r))} ${short(y)}a${r} ${r} 0 1 0 ${2 * Number(r)} 0a${r} ${r} 0 1 0 ${-2 * Number(r)} 0z`, width: 0 }];
  }
  if (stroke.kind === 'area') return [{ d: stroke.pieces[0].d, width: 0 }];
  const [first, last] = taper && !stroke.closed ? freeEnds(stroke, all) : [false, false];
  if (!first && !last) return stroke.pieces.map(({ d, width }) => ({ d, width: wide(width) }));
  const reach = Math.max(0.01, (taper * stroke.length) / (first && last ? 2 : 1));
  /** @type {number[]} */
  const widths = [];
  let run = 0;
  stroke.pieces.forEach(({ points, width }, number) => {
    for (let at = number ? 2 : 0; at < points.length; at += 2) {
      if (at) run += Math.hypot(points[at] - points[at - 2], points[at + 1] - points[at - 1]);
      const share = Math.min(first ? run / reach : 1, last ? (stroke.length - run) / reach : 1, 1);
      // As a pen is lifted: round towards the tip.
      widths.push(wide(width) * Math.max(TIP, Math.sin((Math.max(0, share) * Math.PI) / 2)));
    }
  });
  // Ends that are not tapered stay round.
  const caps = [first ? [] : [0], last ? [] : [widths.length - 1]].flat().map((at) => ({ d: `M${short(stroke.points[2 * at])} ${short(stroke.points[2 * at + 1])}h0`, width: widths[at] }));
  return [{ d: outline(stroke.points, widths), width: 0 }, ...caps];
}

/** The last answer, so that unchanged strokes are the same objects. @type {{added: Moment['added'], drawing: Drawing | null, all: Stroke[]}} */
let lately = { added: [], drawing: null, all: [] };

/** All strokes with those that were added. @param {Drawing} drawing @param {Moment} moment @returns {Stroke[]} */
export function strokesOf(drawing, moment) {
  if (!moment.added.length) return drawing.strokes;
  if (lately.added === moment.added && lately.drawing === drawing) return lately.all;
  const color = drawing.strokes[0]?.color ?? '#000000';
  const added = moment.added.map(({ points, width }) => made('line', [{ d: `M${points.map(([x, y]) => `${short(x)} ${short(y)}`).join('L')}`, width, points: points.flat() }], color, false));
  lately = { added: moment.added, drawing, all: [...drawing.strokes, ...added] };
  return lately.all;
}

/** The SVG of a drawing, with groups, which Inkscape shows as layers if the file was made for it. @param {Drawing} drawing @param {Moment} moment @param {string[]} [layers] Those that are wanted. */
export function write(drawing, moment, layers = ['paper', 'areas', 'lines']) {
  const { width, height, paper, namespaces: { svg, inkscape } } = drawing;
  const all = strokesOf(drawing, moment);
  const gone = new Set(moment.gone);
  const there = [...all.entries()].filter(([id]) => !gone.has(id));
  const layer = (/** @type {string} */ name, /** @type {string[]} */ body) =>
    (layers.includes(name) && body.length ? [`<g id="${name}"${inkscape ? ` inkscape:label="${name}" inkscape:groupmode="layer"` : ''}>`, ...body, '</g>'] : []);
  const drawn = (/** @type {[number, Stroke]} */ [id, stroke]) => pathsOf(stroke, moment.looks[id], all).map(({ d, width: wide }) => (wide
    ? `<path fill="none" stroke="${stroke.color}" stroke-width="${short(wide)}" stroke-linecap="round" stroke-linejoin="round" d="${d}"/>`
    : `<path fill="${stroke.color}"${stroke.kind === 'area' ? ' fill-rule="evenodd"' : ''} d="${d}"/>`));
  return [
    `<svg xmlns="${svg}"${inkscape ? ` xmlns:inkscape="${inkscape}"` : ''} width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    ...layer('paper', paper ? [`<rect width="${width}" height="${height}" fill="${paper}"/>`] : []),
    ...layer('areas', there.filter(([, { kind }]) => kind === 'area').flatMap(drawn)),
    ...layer('lines', there.filter(([, { kind }]) => kind !== 'area').flatMap(drawn)),
    '</svg>', '',
  ].join('\n');
}
