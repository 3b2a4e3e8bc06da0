/** @file The tools of the coloring desk: how pen down, move and up change the hints. */

import { t } from '../../i18n.js';
import { hexOf } from '../../colors.js';
import { distance, encloses, simpler } from './sheet/lines.js';
import { palettes } from './palettes.js';
import { desk } from './state.js';
import { isProposed, tableOf, work } from './work.js';

/** @import { Key } from '../../i18n.js' */
/** @import { Pen, Spot } from '../../elements/easel.js' */
/** @import { Hints, Place } from './state.js' */

/** What the tools need from the screen. @typedef {{color: string | null, width: number, tool: string, zoom: number, redraw(): void, paint(color: string | null): void, say(text: string): void, light(place: Place): void, lightAt(): Place}} Table */
/** taps: works by single taps; draws: leaves a line. @typedef {{name: string, icon: string, taps?: boolean, colors?: boolean}} Tool */

/** @type {Tool[]} */
export const TOOLS = [
  { name: 'hand', icon: 'hand' },
  { name: 'fill', icon: 'fill', taps: true, colors: true },
  { name: 'point', icon: 'point', taps: true, colors: true },
  { name: 'brush', icon: 'brush', colors: true },
  { name: 'area', icon: 'lasso', colors: true },
  { name: 'keep', icon: 'check', taps: true },
  { name: 'erase', icon: 'eraser', taps: true },
  { name: 'pick', icon: 'dropper', taps: true },
  { name: 'merge', icon: 'merge', taps: true },
  { name: 'divide', icon: 'knife' },
  { name: 'gaps', icon: 'gap' },
  { name: 'sun', icon: 'light' },
];
/** Hit radius in CSS pixels. */
const [NEAR, NEAR_TOUCH, TAP] = [11, 20, 5];
let strokes = 0;

/** @implements {Pen} */
export class Tools {
  /** The current stroke. @type {{kind: string, points: Place[], width: number, color: string | null} | null} */ draft = null;
  /** Position of the pointer. @type {Spot | null} */ spot = null;
  /** Regions selected for merging, with a point in each. @type {Map<number, Place>} */ chosen = new Map();
  /** Time of the event that changed a hint, until the change is visible. */ began = 0;
  /** Index of the point being dragged. */ #held = -1;
  #gesture = '';
  #turn = '';
  /** @type {Set<number>} */ #touched = new Set();

  /** @param {Table} table */
  constructor(table) { this.table = table; }

  /** The region at a position, or -1. @param {{x: number, y: number}} spot */
  region({ x, y }) { return work.map?.at(x * work.scale, y * work.scale) ?? -1; }
  /** Index of the point hint at a position, or -1. @param {Spot | null} spot */
  near(spot) {
    if (!spot) return -1;
    const reach = (spot.touch ? NEAR_TOUCH : NEAR) / this.table.zoom;
    const far = desk.hints.points.map((point) => Math.hypot(point.x - spot.x, point.y - spot.y));
    const least = Math.min(...far, Infinity);
    return least <= reach ? far.indexOf(least) : -1;
  }
  /** Index of the point that the tool would grab. */
  get grasped() { return this.#held >= 0 ? this.#held : ['point', 'erase'].includes(this.table.tool) ? this.near(this.spot) : -1; }

  /** @param {Spot} spot */
  down(spot) {
    const { table } = this;
    this.spot = spot;
    this.#gesture = `pen-${++strokes}`;
    this.#touched.clear();
    const tool = spot.alt && table.tool !== 'pick' ? 'pick' : table.tool;
    if (tool === 'pick') this.#pick(spot);
    else if (tool === 'fill') this.#fill(spot);
    else if (tool === 'point') this.#grasp(spot);
    else if (tool === 'keep') this.#keep(spot);
    else if (tool === 'erase') this.#erase(spot);
    else if (tool === 'merge') this.#choose(spot);
    else if (tool === 'sun') table.light([spot.x, spot.y]);
    else if (tool !== 'hand') this.draft = { kind: tool, points: [[spot.x, spot.y]], width: table.width, color: table.color };
    table.redraw();
  }

  /** @param {Spot} spot */
  to(spot) {
    const { table } = this;
    this.spot = spot;
    if (this.draft) {
      const [x, y] = this.draft.points[this.draft.points.length - 1];
      if (Math.hypot(spot.x - x, spot.y - y) >= 1 / table.zoom) this.draft.points.push([spot.x, spot.y]);
    } else if (this.#held >= 0) this.#alter(spot);
    else if (table.tool === 'fill') this.#fill(spot);
    else if (table.tool === 'keep') this.#keep(spot);
    else if (table.tool === 'erase') this.#erase(spot);
    else if (table.tool === 'merge') this.#choose(spot);
    else if (table.tool === 'pick') this.#pick(spot);
    else if (table.tool === 'sun') table.light([spot.x, spot.y]);
    table.redraw();
  }

  /** @param {boolean} whole */
  up(whole) {
    const { draft } = this;
    this.draft = null;
    this.#held = -1;
    if (whole && draft) this.#finish(draft.kind, draft.points, draft.width, draft.color);
    else if (!whole && desk.within(this.#gesture)) desk.undo();
    this.table.redraw();
  }

  /** @param {Partial<Hints>} change @param {string} [gesture] */
  #hint(change, gesture) {
    this.began = this.spot?.when ?? performance.now();
    // What is proposed elsewhere stays as it is.
    const parts = isProposed(desk.settings) ? tableOf(desk.hints) : desk.hints.parts ?? [];
    desk.hint({ parts, ...change }, gesture);
    if (change.points || change.strokes || change.areas) palettes.used(['erase', 'keep'].includes(this.table.tool) ? null : this.table.color);
  }

  /** @param {Spot | null} spot */
  over(spot) {
    this.spot = spot;
    this.table.redraw();
  }

  /** @param {Spot} spot */
  #pick(spot) {
    if (this.region(spot) < 0) return;
    const [x, y] = [spot.x * work.scale, spot.y * work.scale];
    this.table.paint(work.colorAt(x, y) ?? hexOf(work.sheet?.at(x, y).slice(0, 3) ?? [255, 255, 255]));
  }

  /** Gives a region one color, replacing its earlier hints. @param {Spot} spot */
  #fill(spot) {
    const region = this.region(spot);
    const { color } = this.table;
    if (region < 0 || this.#touched.has(region)) return;
    this.#touched.add(region);
    const { points, strokes: lines, areas } = desk.hints;
    const inside = (/** @type {Place} */ [x, y]) => this.region({ x, y }) === region;
    const mostly = (/** @type {{points: Place[]}} */ line) => line.points.filter(inside).length * 2 > line.points.length;
    const place = { x: Math.floor(spot.x) + 0.5, y: Math.floor(spot.y) + 0.5, color };
    this.#hint({
      points: [...points.filter(({ x, y }) => !inside([x, y])), place],
      strokes: lines.filter((line) => !mostly(line)), areas: areas.filter((area) => !mostly(area)),
    }, this.#gesture);
    work.foresee([region], color);
  }

  /** Accepts what is proposed for a region; if it was accepted, leaves the region empty; if that, takes it back. @param {Spot} spot */
  #keep(spot) {
    const region = this.region(spot);
    if (region < 0 || this.#touched.has(region)) return;
    const { points } = desk.hints;
    const own = points.find((point) => this.region(point) === region);
    const turn = own?.part ? (own.color ? 'drop' : 'open') : own || work.hinted.has(region) ? '' : 'keep';
    // Dragging does the same to every region as to the first.
    if (!this.#touched.size) this.#turn = turn;
    this.#touched.add(region);
    if (!turn || turn !== this.#turn) return;
    const others = points.filter((point) => point !== own);
    const place = { x: Math.floor(spot.x) + 0.5, y: Math.floor(spot.y) + 0.5, part: work.parts[region] ?? 'background' };
    const color = work.colors[region] ?? null;
    this.#hint({ points: turn === 'open' ? others : [...others, { ...place, color: turn === 'drop' ? null : color }] }, this.#gesture);
    if (turn === 'drop') work.foresee([region], null);
  }

  /** Grabs the point at a position, or adds one. @param {Spot} spot */
  #grasp(spot) {
    const { points } = desk.hints;
    this.#held = this.near(spot);
    if (this.#held >= 0) return;
    this.#held = points.length;
    this.#set([...points, { x: spot.x, y: spot.y, color: this.table.color }], spot);
  }

  /** @param {Spot} spot */
  #alter(spot) { this.#set(desk.hints.points.map((point, at) => (at === this.#held ? { ...point, x: spot.x, y: spot.y } : point)), spot); }

  /** @param {Hints['points']} points @param {Spot} spot */
  #set(points, spot) {
    const { width, height } = desk.picture ?? { width: 1, height: 1 };
    const held = points[this.#held];
    const tenth = (/** @type {number} */ at, /** @type {number} */ most) => Math.min(most - 0.5, Math.max(0.5, Math.round(at * 10) / 10));
    points[this.#held] = { ...held, x: tenth(held.x, width), y: tenth(held.y, height) };
    this.#hint({ points }, this.#gesture);
    // Regions with hints of several colors are divided by the server.
    const region = this.region(spot);
    if (region >= 0 && !points.some((point, at) => at !== this.#held && this.region(point) === region)) work.foresee([region], held.color);
  }

  /** @param {Spot} spot */
  #erase(spot) {
    const reach = (spot.touch ? NEAR_TOUCH : NEAR) / this.table.zoom;
    const place = /** @type {Place} */ ([spot.x, spot.y]);
    const { points, strokes: lines, areas } = desk.hints;
    const kept = {
      points: points.filter(({ x, y }) => Math.hypot(x - spot.x, y - spot.y) > reach),
      strokes: lines.filter((line) => distance(place, line.points) > Math.max(reach, line.width / 2)),
      areas: areas.filter((area) => distance(place, [...area.points, area.points[0]]) > reach && !encloses(place, area.points)),
    };
    // Areas are below points and lines: remove those first.
    if (kept.points.length < points.length || kept.strokes.length < lines.length) kept.areas = areas;
    this.#hint(kept, this.#gesture);
  }

  /** @param {Spot} spot */
  #choose(spot) {
    const region = this.region(spot);
    if (region < 0 || this.#touched.has(region)) return;
    const first = this.#touched.size === 0;
    this.#touched.add(region);
    if (first && this.chosen.has(region)) this.chosen.delete(region);
    else this.chosen.set(region, [Math.round(spot.x * 10) / 10, Math.round(spot.y * 10) / 10]);
  }

  /** Merges the selected regions. */
  merge() {
    if (this.chosen.size < 2) return;
    this.#hint({ merge: [...desk.hints.merge, [...this.chosen.values()]] });
    this.table.say(t('merged', { n: this.chosen.size }));
    this.clear();
  }

  clear() {
    this.chosen.clear();
    this.table.redraw();
  }

  /** @param {string} kind @param {Place[]} drawn @param {number} width @param {string | null} color */
  #finish(kind, drawn, width, color) {
    const { hints } = desk;
    const points = simpler(drawn, 0.6 / this.table.zoom);
    const moved = Math.max(...drawn.map(([x, y]) => Math.hypot(x - drawn[0][0], y - drawn[0][1])));
    const tapped = moved * this.table.zoom < TAP;
    if (kind === 'gaps' && tapped) return this.#toggleGap(drawn[0]);
    if (kind === 'brush' && tapped) this.#hint({ points: [...hints.points, { x: points[0][0], y: points[0][1], color }] });
    else if (kind === 'brush') this.#hint({ strokes: [...hints.strokes, { points, width: Math.round(width * 10) / 10, color }] });
    else if (tapped || (kind === 'area' && points.length < 3)) return this.table.say(t(kind === 'area' ? 'area_short' : 'line_short'));
    else if (kind === 'area') this.#hint({ areas: [...hints.areas, { points, color }] });
    else if (kind === 'divide') this.#hint({ split: [...hints.split, { points }] });
    else if (kind === 'gaps') this.#hint({ close: [...hints.close, points] });
    if (kind !== 'brush' && kind !== 'area') return;
    // Show it at once where there are no other hints; the server's result follows.
    const regions = new Set(kind === 'brush' ? drawn.map(([x, y]) => this.region({ x, y })) : []);
    for (const { x, y } of hints.points) regions.delete(this.region({ x, y }));
    for (const [x, y] of hints.strokes.flatMap((one) => one.points)) regions.delete(this.region({ x, y }));
    work.foresee([...regions].filter((region) => region >= 0), color);
  }

  /** Opens the closed gap at a position, or undoes an opened or drawn one. @param {Place} place */
  #toggleGap(place) {
    const { hints } = desk;
    const reach = NEAR / this.table.zoom;
    const drawn = hints.close.findIndex((line) => distance(place, line) <= reach);
    const opened = hints.open.findIndex(([x, y]) => Math.hypot(x - place[0], y - place[1]) <= reach);
    const found = work.gaps.map((gap) => distance(place, gap.points));
    const nearest = found.indexOf(Math.min(...found, Infinity));
    if (drawn >= 0) this.#hint({ close: hints.close.filter((_, at) => at !== drawn) });
    else if (opened >= 0) this.#hint({ open: hints.open.filter((_, at) => at !== opened) });
    else if (found[nearest] <= reach && work.gaps[nearest].closed) {
      const { points } = work.gaps[nearest];
      const middle = points[Math.floor(points.length / 2)];
      const [x, y] = points.length === 2 ? [(points[0][0] + points[1][0]) / 2, (points[0][1] + points[1][1]) / 2] : middle;
      this.#hint({ open: [...hints.open, [Math.round(x * 10) / 10, Math.round(y * 10) / 10]] });
    } else if (found[nearest] <= reach) this.#hint({ close: [...hints.close, work.gaps[nearest].points] });
    else this.table.say(t('no_gap'));
  }
}

/** @param {string} name */
export const toolName = (name) => t(/** @type {Key} */ (`tool_${name}`));
/** A line of help for a tool. @param {string} name */
export const toolHelp = (name) => t(/** @type {Key} */ (`tool_${name}_help`));
