/** @file All keys of the studio: handlers match them here, and the list of keys shows them. */

import { t } from './i18n.js';

/** @typedef {import('./i18n.js').Key} Key */
/** `keys`: any of them, as `Ctrl+Shift+Z`; letters in upper case, `Arrows` for all four. @typedef {{id: string, keys: string[], text: Key}} Entry */

/** @type {Record<string, [number, number]>} */
export const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** By the part of the studio where they work. */
export const KEYS = /** @satisfies {Record<string, Entry[]>} */ ({
  everywhere: [
    { id: 'keys', keys: ['?'], text: 'keys' },
    { id: 'focus', keys: ['Tab'], text: 'key_focus' },
    { id: 'leave', keys: ['Escape'], text: 'key_leave' },
  ],
  undo: [
    { id: 'undo', keys: ['Ctrl+Z'], text: 'undo' },
    { id: 'redo', keys: ['Ctrl+Shift+Z', 'Ctrl+Y'], text: 'redo' },
  ],
  bench: [{ id: 'run', keys: ['Ctrl+Enter'], text: 'run' }],
  strip: [
    { id: 'next', keys: ['Arrows'], text: 'key_next_picture' },
    { id: 'drop', keys: ['Delete'], text: 'key_drop_picture' },
  ],
  view: [
    { id: 'pan', keys: ['Arrows'], text: 'key_pan' },
    { id: 'in', keys: ['+', '='], text: 'zoom_in' },
    { id: 'out', keys: ['-'], text: 'zoom_out' },
    { id: 'fit', keys: ['0'], text: 'zoom_fit' },
    { id: '1', keys: ['1'], text: 'key_full_size' },
    { id: '2', keys: ['2'], text: 'key_double_size' },
  ],
  faces: [
    { id: 'edit', keys: ['Enter', 'Space'], text: 'edit_faces' },
    { id: 'size', keys: ['Shift+Arrows', 'Alt+Shift+Arrows'], text: 'key_size_face' },
    { id: 'move', keys: ['Arrows', 'Alt+Arrows'], text: 'key_move_face' },
    { id: 'delete', keys: ['Delete', 'Backspace'], text: 'delete_face' },
  ],
  library: [
    // Before arrows without Shift, which Shift would not exclude.
    { id: 'range', keys: ['Shift+Arrows'], text: 'key_choose_range' },
    { id: 'move', keys: ['Arrows'], text: 'key_next_picture' },
    { id: 'open', keys: ['Enter'], text: 'key_open_picture' },
    { id: 'choose', keys: ['Space'], text: 'key_choose_picture' },
    { id: 'all', keys: ['Ctrl+A'], text: 'choose_all' },
    { id: 'none', keys: ['Escape'], text: 'choose_none' },
  ],
  duplicates: [
    { id: 'left', keys: ['ArrowLeft'], text: 'dupes_keep_left' },
    { id: 'right', keys: ['ArrowRight'], text: 'dupes_keep_right' },
    { id: 'both', keys: ['B', 'ArrowUp'], text: 'dupes_keep_both' },
    { id: 'next', keys: ['N', 'ArrowDown'], text: 'dupes_skip' },
    { id: 'undo', keys: ['U', 'Ctrl+Z'], text: 'undo' },
  ],
  pen: [
    { id: 'move', keys: ['Arrows'], text: 'key_move_pen' },
    { id: 'pen', keys: ['Enter'], text: 'key_pen_down' },
    { id: 'pan', keys: ['Alt+Arrows'], text: 'key_pan' },
    { id: 'drag', keys: ['Space'], text: 'key_drag' },
  ],
  desk: [
    { id: 'thinner', keys: ['['], text: 'key_thinner' },
    { id: 'thicker', keys: [']'], text: 'key_thicker' },
    { id: 'merge', keys: ['Enter'], text: 'tool_merge' },
    { id: 'clear', keys: ['Escape'], text: 'choose_none' },
  ],
  strokes: [
    { id: 'delete', keys: ['Delete', 'Backspace'], text: 'delete_strokes' },
    { id: 'thinner', keys: ['['], text: 'key_stroke_thinner' },
    { id: 'thicker', keys: [']'], text: 'key_stroke_thicker' },
    { id: 'all', keys: ['Ctrl+A'], text: 'choose_all' },
    { id: 'none', keys: ['Escape'], text: 'choose_none' },
    { id: 'similar', keys: ['S'], text: 'strokes_similar' },
    { id: 'dust', keys: ['D'], text: 'strokes_dust' },
    { id: 'next', keys: ['.'], text: 'key_next_stroke' },
    { id: 'before', keys: [','], text: 'key_stroke_before' },
    { id: 'gaps', keys: ['G'], text: 'show_gaps' },
    { id: 'compare', keys: ['C'], text: 'compare' },
  ],
  tools: [
    { id: 'hand', keys: ['H'], text: 'tool_hand' },
    { id: 'fill', keys: ['G'], text: 'tool_fill' },
    { id: 'point', keys: ['P'], text: 'tool_point' },
    { id: 'brush', keys: ['B'], text: 'tool_brush' },
    { id: 'area', keys: ['L'], text: 'tool_area' },
    { id: 'keep', keys: ['K'], text: 'tool_keep' },
    { id: 'erase', keys: ['E'], text: 'tool_erase' },
    { id: 'pick', keys: ['I'], text: 'tool_pick' },
    { id: 'merge', keys: ['M'], text: 'tool_merge' },
    { id: 'divide', keys: ['S'], text: 'tool_divide' },
    { id: 'gaps', keys: ['C'], text: 'tool_gaps' },
    { id: 'sun', keys: ['D'], text: 'tool_sun' },
  ],
});
/** @typedef {keyof typeof KEYS} Part */

/** The parts of each screen, by its place in the URL. @type {Record<string, Part[]>} */
export const PARTS = {
  '': ['strip'],
  bench: ['undo', 'bench', 'view', 'strip', 'faces'],
  room: ['undo'],
  library: ['library', 'duplicates'],
  sources: ['library'],
  desk: ['undo', 'tools', 'desk', 'view', 'pen'],
  strokes: ['undo', 'strokes', 'view', 'pen'],
  silk: ['undo', 'view', 'pen'],
};

const LETTERS = 'textarea, [contenteditable], input:not([type=range], [type=radio], [type=checkbox], [type=color], [type=file])';
const CHOICES = 'select, [role=menu] *';

/** Whether a key belongs to the control that has the focus. @param {KeyboardEvent} event @param {boolean} held */
function isTyped(event, held) {
  if (document.querySelector('dialog[open]')) return true;
  return event.target instanceof Element && event.target.matches(held ? LETTERS : `${LETTERS}, ${CHOICES}`);
}

/** @param {KeyboardEvent} event @param {string} key */
function matches(event, key) {
  const [name, ...modifiers] = key.split('+').filter(Boolean).reverse();
  if (key === '+') return event.key === '+' && !event.ctrlKey && !event.metaKey;
  const held = event.ctrlKey || event.metaKey;
  if (held !== modifiers.includes('Ctrl') || event.altKey !== modifiers.includes('Alt')) return false;
  // Elsewhere Shift is part of a character, or means farther.
  if (event.shiftKey !== modifiers.includes('Shift') && (held || modifiers.includes('Shift'))) return false;
  if (name === 'Arrows') return event.key in ARROWS;
  return name === 'Space' ? event.key === ' ' : name.toLowerCase() === event.key.toLowerCase();
}

/** What a key means in a part of the studio, or an empty string. @param {Part} part @param {KeyboardEvent} event */
export function keyIn(part, event) {
  const found = KEYS[part].find(({ keys }) => keys.some((key) => matches(event, key)));
  return found && !isTyped(event, event.ctrlKey || event.metaKey) ? found.id : '';
}

/** The first key of an entry. @param {Part} part @param {string} id */
export const keyOf = (part, id) => KEYS[part].find((one) => one.id === id)?.keys[0] ?? '';

/** The keys of a part as a sentence, for screen readers. @param {Part} part */
export const inWords = (part) => KEYS[part].map(({ keys, text }) => `${t(/** @type {Key} */ (text))}: ${keys[0]}`).join(', ');
