/** @file Model of the faces on a picture: read, move, resize, add; and the one being edited. */

import { Signal } from '../../store.js';

/** @import { Box } from '../../types.js' */

/** x, y, and the probability that it is visible. @typedef {[number, number, number]} Point */
/** @typedef {{box: Box, head: Box | null, confidence: number, landmarks: Record<string, Point> | null, attributes: any}} Face */
/** @typedef {{width: number | null, height: number | null, engine: string, faces: Face[]}} Faces */
/** The dragged part of a face: an edge or a corner of a box, a landmark, or the whole face. @typedef {{box?: 'box' | 'head', x?: -1 | 0 | 1, y?: -1 | 0 | 1, point?: string}} Grip */

/** Fallback head box: its side relative to the face's, and how far its center is raised; as in `faces.crop`. */
const HEAD = { side: 1.55, lift: 0.09 };
const LEAST = 4;
const NEW_SHARE = 0.25;

/** @param {number} value */
const fine = (value) => Math.round(value * 100) / 100;
/** @param {any} box */
const isBox = (box) => Array.isArray(box) && box.length === 4 && box.every(Number.isFinite) && box[2] > box[0] && box[3] > box[1];

/** Reads the output of `faces.detect`, or a list of boxes; null if it is neither. @param {any} value JSON text or data. @returns {Faces | null} */
export function readFaces(value) {
  try {
    const data = typeof value === 'string' ? JSON.parse(value) : value;
    const { faces, width = null, height = null, engine = 'nijigen' } = Array.isArray(data)
      ? { faces: data.map((box) => ({ box })), engine: 'given' } : /** @type {any} */ (data);
    if (!Array.isArray(faces) || !faces.every((face) => isBox(face?.box))) return null;
    return { width, height, engine, faces: faces.map((face) => ({ head: null, confidence: 1, landmarks: null, attributes: null, ...face })) };
  } catch {
    return null;
  }
}

/** Face and head together. @param {Face} face @returns {Box} */
export const extent = ({ box, head }) =>
  head ? [Math.min(box[0], head[0]), Math.min(box[1], head[1]), Math.max(box[2], head[2]), Math.max(box[3], head[3])] : box;

/** @param {Face} face @returns {Box} */
export function headOf({ box: [left, top, right, bottom] }) {
  const [across, down] = [((right - left) * HEAD.side) / 2, ((bottom - top) * HEAD.side) / 2];
  const [x, y] = [(left + right) / 2, (top + bottom) / 2 - (bottom - top) * HEAD.lift];
  return /** @type {Box} */ ([x - across, y - down, x + across, y + down].map(fine));
}

/** @param {Box} box @param {number} dx @param {number} dy @param {number} x Which edges go: -1 left, 1 right, 0 both stay. @param {number} y @returns {Box} */
function stretched([left, top, right, bottom], dx, dy, x, y) {
  if (x < 0) left = Math.min(left + dx, right - LEAST);
  if (x > 0) right = Math.max(right + dx, left + LEAST);
  if (y < 0) top = Math.min(top + dy, bottom - LEAST);
  if (y > 0) bottom = Math.max(bottom + dy, top + LEAST);
  return /** @type {Box} */ ([left, top, right, bottom].map(fine));
}

/** A face after dragging its grip; without a grip the whole face moves. Its measurements are then invalid and dropped. @param {Face} face @param {Grip} grip @param {number} dx @param {number} dy @returns {Face} */
export function dragged(face, { box: which, x = 0, y = 0, point: name }, dx, dy) {
  const { landmarks } = face;
  const point = (/** @type {Point} */ [u, v, seen]) => /** @type {Point} */ ([fine(u + dx), fine(v + dy), seen]);
  const box = (/** @type {Box} */ [left, top, right, bottom]) => /** @type {Box} */ ([left + dx, top + dy, right + dx, bottom + dy].map(fine));
  const changed = { ...face, attributes: null };
  if (name) return landmarks ? { ...changed, landmarks: { ...landmarks, [name]: point(landmarks[name]) } } : face;
  if (which) return { ...changed, [which]: stretched(face[which] ?? face.box, dx, dy, x, y) };
  return {
    ...changed, box: box(face.box), head: face.head && box(face.head),
    landmarks: landmarks && Object.fromEntries(Object.entries(landmarks).map(([key, one]) => [key, point(one)])),
  };
}

/** Emits `change`, and `give` with JSON when dragging ends. */
export class FacesModel extends Signal {
  /** @type {Faces} */ value = { width: null, height: null, engine: 'given', faces: [] };
  selected = -1;
  editing = false;
  points = true;
  #held = false;

  get faces() { return this.value.faces; }
  get current() { return this.faces[this.selected] ?? null; }

  /** Sets the known faces, unless one is being dragged. @param {Faces} value */
  show(value) {
    if (value === this.value || this.#held) return;
    this.value = value;
    if (this.selected >= this.faces.length) this.selected = -1;
    this.tell();
  }

  /** @param {Partial<Pick<FacesModel, 'selected' | 'editing' | 'points'>>} change */
  set(change) {
    Object.assign(this, change);
    this.tell();
  }

  /** Starts dragging a face. @param {Grip} grip @returns {(dx: number, dy: number) => void} Draws it with the current offset. */
  take(grip) {
    const [before, index] = [this.faces[this.selected], this.selected];
    return (dx, dy) => {
      this.#held = true;
      this.#put(this.faces.map((face, at) => (at === index ? dragged(before, grip, dx, dy) : face)));
    };
  }

  /** Ends dragging. */
  drop() {
    if (this.#held) this.#give();
  }

  /** @param {Partial<Face>} change */
  alter(change) {
    this.#put(this.faces.map((face, at) => (at === this.selected ? { ...face, attributes: null, ...change } : face)));
    this.#give();
  }

  /** @param {Grip} grip @param {number} dx @param {number} dy */
  nudge(grip, dx, dy) {
    this.take(grip)(dx, dy);
    this.drop();
  }

  /** Adds a face, as large as the others. @param {number} x @param {number} y @param {number} side Of the visible area. */
  add(x, y, side) {
    const sides = this.faces.map(({ box }) => box[2] - box[0]).sort((a, b) => a - b);
    const half = Math.max(LEAST, Math.min(side / 2, sides[sides.length >> 1] ?? side * NEW_SHARE)) / 2;
    const box = /** @type {Box} */ ([x - half, y - half, x + half, y + half].map(fine));
    this.#put([...this.faces, { box, head: null, confidence: 1, landmarks: null, attributes: null }]);
    this.set({ selected: this.faces.length - 1, editing: true });
    this.#give();
  }

  remove(index = this.selected) {
    this.#put(this.faces.filter((_, at) => at !== index));
    this.set({ selected: -1 });
    this.#give();
  }

  /** @param {Face[]} faces */
  #put(faces) {
    this.value = { ...this.value, faces };
    this.tell();
  }

  #give() {
    this.#held = false;
    this.dispatchEvent(new CustomEvent('give', { detail: JSON.stringify(this.value) }));
  }
}
