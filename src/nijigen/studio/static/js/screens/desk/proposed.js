/** @file What is done with a proposal as a whole: accepted, taken away, asked for anew. */

import { api } from '../../api.js';
import { attempt } from '../../elements/toast.js';
import { desk } from './state.js';
import { tableOf, work } from './work.js';

/** @import { PartColor, Reference } from './state.js' */

/** Settings without some. @param {...string} names */
const without = (...names) => Object.fromEntries(Object.entries(desk.settings).filter(([name]) => !names.includes(name)));

/** Makes the proposed color of every region a hint, so that nothing changes it any more. */
export function accept() {
  const { map, scale, colors, hinted } = work;
  if (!map) return;
  const points = (work.variants[0]?.points ?? []).flatMap(({ x, y, part, confidence }) => {
    const region = map.at(x, y);
    if (hinted.has(region) || !colors[region]) return [];
    return [{ x: x / scale, y: y / scale, color: colors[region], part: part ?? 'background', confidence }];
  });
  desk.hint({ points: [...desk.hints.points, ...points], parts: tableOf(desk.hints) });
}

/** Takes the proposal away, what was accepted of it too; hints of one's own stay. */
export function clear() {
  desk.change({ hints: { ...desk.hints, points: desk.hints.points.filter(({ part }) => !part), parts: [] }, settings: { ...desk.settings, rule: 'nearest' } });
}

/** @param {PartColor[]} parts @param {string} [gesture] */
export function choose(parts, gesture) {
  desk.change({ hints: { ...desk.hints, parts }, settings: without('rule') }, gesture);
}

/** Asks for other proposals, and chooses the first. @param {{mood?: string, seed?: number}} style @param {Reference | null} [reference] */
export async function propose(style, reference = desk.now.reference) {
  const { picture } = desk;
  const settings = { ...without('rule'), ...style };
  const variants = await attempt(() => work.propose({ ...desk.now, settings, reference }));
  if (!variants || picture !== desk.picture) return;
  desk.change({ settings, reference, hints: { ...desk.hints, parts: variants[0].parts } });
}

/** Proposes the colors of a picture. @param {File | undefined} file */
export async function refer(file) {
  const { picture } = desk;
  const stored = file && await attempt(() => api.upload(file));
  if (stored && picture === desk.picture) await propose({}, { id: stored.id, name: stored.name });
}
