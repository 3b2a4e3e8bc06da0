/** @file Actions of the coloring desk: hints as files, copy as command, open another drawing. */

import { operations } from '../../catalogue.js';
import { hexOf } from '../../colors.js';
import { keep } from '../../elements/download.js';
import { addPictures } from '../../elements/drop.js';
import { complain, tell } from '../../elements/toast.js';
import { t } from '../../i18n.js';
import { session } from '../../session.js';
import { copyAs } from '../workbench/actions.js';
import { desk, noHints } from './state.js';
import { PAINT, countOf, given } from './work.js';

/** @import { Picture } from '../../types.js' */
/** @import { Hints, Place } from './state.js' */

/** Style2Paints colors that only mark figure and ground. */
const MARKS = ['1,233,0', '0,233,1'];

/** Parses a hint file, or a Style2Paints list, `[x, y, r, g, b]`. @param {unknown} said @param {Picture} picture @returns {Hints | null} null if it is neither. */
function hintsIn(said, picture) {
  const number = (/** @type {any} */ value) => Number.isFinite(value);
  const place = (/** @type {any} */ value) => Array.isArray(value) && value.length === 2 && value.every(number);
  if (Array.isArray(said)) {
    if (!said.length || !said.every((row) => Array.isArray(row) && row.length >= 5 && row.slice(0, 5).every(number))) return null;
    // Style2Paints uses fractions of the sides, with y from the bottom; its marker colors are not colors.
    const shares = said.every(([x, y]) => x >= 0 && x <= 1 && y >= 0 && y <= 1);
    const rows = said.filter((row) => !shares || !MARKS.includes(row.slice(2, 5).join()));
    const at = (/** @type {number} */ x, /** @type {number} */ y) => (shares ? { x: x * picture.width, y: (1 - y) * picture.height } : { x, y });
    return { ...noHints(), points: rows.map(([x, y, ...rgb]) => ({ ...at(x, y), color: hexOf(rgb.slice(0, 3).map((/** @type {number} */ one) => Math.min(255, Math.max(0, one)))) })) };
  }
  if (typeof said !== 'object' || said === null || Number(/** @type {any} */ (said).version ?? 1) !== 1) return null;
  const given = /** @type {Record<string, any>} */ (said);
  const names = Object.keys(noHints());
  if (!names.some((name) => name in given) || names.some((name) => name in given && !Array.isArray(given[name]))) return null;
  const [width, height] = place(given.size) ? given.size : [picture.width, picture.height];
  return scaled({ ...noHints(), ...Object.fromEntries(names.filter((name) => name in given).map((name) => [name, given[name]])) }, picture.width / width, picture.height / height);
}

/** @param {Hints} hints @param {number} across @param {number} down @returns {Hints} */
function scaled(hints, across, down) {
  if (across === 1 && down === 1) return hints;
  const place = (/** @type {Place} */ [x, y]) => /** @type {Place} */ ([x * across, y * down]);
  const line = (/** @type {Place[]} */ points) => points.map(place);
  const spot = (/** @type {any} */ one) => ('x' in one && 'y' in one ? { ...one, x: one.x * across, y: one.y * down } : one);
  return {
    points: hints.points.map(spot),
    strokes: hints.strokes.map((one) => ({ ...one, points: line(one.points), width: one.width * Math.sqrt(across * down) })),
    areas: hints.areas.map((one) => ({ ...one, points: line(one.points) })),
    anchors: hints.anchors.map(spot), parts: hints.parts,
    merge: hints.merge.map(line), split: hints.split.map((one) => ({ ...one, points: line(one.points) })), close: hints.close.map(line), open: line(hints.open),
  };
}

/** The hints as a small file for sharing. */
function saveHints() {
  const { picture, hints } = desk;
  if (!picture) return;
  const said = Object.fromEntries(Object.entries(hints).filter(([, list]) => list.length));
  const text = JSON.stringify({ version: 1, size: [picture.width, picture.height], ...said });
  keep(new Blob([text], { type: 'application/json' }), `${picture.name.replace(/\.\w+$/, '')}-hints.json`);
}

/** @param {File} file */
async function loadHints(file) {
  const said = await file.text().then((text) => JSON.parse(text)).catch(() => null);
  const hints = desk.picture && hintsIn(said, desk.picture);
  if (!hints) return complain(new Error(t('no_hint_file', { name: file.name })));
  desk.change({ hints, reference: null });
  tell(t('hints_loaded', { n: countOf(hints) }));
}

function pickHints() {
  const input = document.createElement('input');
  Object.assign(input, { type: 'file', accept: '.json,application/json', hidden: true, className: 'desk-hint-file' });
  input.onchange = () => {
    const file = input.files?.[0];
    if (file) void loadHints(file);
    input.remove();
  };
  document.body.append(input);
  input.click();
}

/** @returns {import('../../elements/menu.js').Entry[]} */
export function hintEntries() {
  const { picture, hints } = desk;
  const operation = operations.get(PAINT);
  if (!picture || !operation) return [];
  const all = () => given(PAINT, desk.now, picture, 1);
  const file = picture.name;
  return [
    { label: t('add_pictures'), icon: 'plus', run: addPictures },
    { label: t('save_hints'), icon: 'download', disabled: !countOf(hints), run: saveHints },
    { label: t('load_hints'), icon: 'folder', run: pickHints },
    { label: t('remove_hints'), icon: 'trash', danger: true, disabled: !Object.values(hints).some((list) => list.length), run: () => desk.change({ hints: noHints(), reference: null }) },
    { label: t('copy_cli'), icon: 'terminal', run: () => void copyAs('cli', operation, all(), file) },
    { label: t('copy_python'), icon: 'code', run: () => void copyAs('python', operation, all(), file) },
    { label: t('all_settings'), icon: 'bench', run: () => {
      session.set(PAINT, { ...desk.settings, hints: JSON.stringify(all().hints), rule: all().rule });
      location.hash = `#/bench/${PAINT}`;
    } },
  ];
}
