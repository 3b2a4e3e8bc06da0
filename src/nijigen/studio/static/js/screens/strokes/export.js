/** @file What is done with the strokes: saved as vectors, pixels or layers, or colored. */

import { api } from '../../api.js';
import { keep } from '../../elements/download.js';
import { intake } from '../../intake.js';
import { zip } from '../../zip-writing.js';
import { write } from './drawing.js';
import { strokes } from './state.js';
import { work } from './work.js';

/** @param {string} text @param {string} name */
const vectors = (text, name) => new File([text], name, { type: 'image/svg+xml' });

/** The name of a file. @param {string} ending */
const named = (ending) => `${(work.picture?.name ?? 'strokes').replace(/(-strokes)?\.\w+$/, '')}-strokes.${ending}`;

/** Paper and lines as layers; lines have the name by which coloring knows them. */
async function layered() {
  const { drawing } = work;
  if (!drawing) return null;
  const files = new Map();
  const layers = /** @type {object[]} */ ([]);
  for (const [name, parts] of /** @type {[string, string[]][]} */ ([['paper', drawing.paper ? ['paper'] : []], ['line', ['areas', 'lines']]])) {
    if (!parts.length) continue;
    const file = `${String(layers.length + 1).padStart(3, '0')}-${name}.png`;
    files.set(file, await api.convert(vectors(write(drawing, strokes.now, parts), `${name}.svg`), 'png'));
    layers.push({ name, file, left: 0, top: 0, blend: 'normal', opacity: 1, visible: true, clipped: false });
  }
  // The list comes first: by it the archive is known.
  const list = new Blob([JSON.stringify({ size: [drawing.width, drawing.height], layers })]);
  return new File([await zip(new Map([['layers.json', list], ...files]))], 'layers.zip', { type: 'application/zip' });
}

/** @param {'svg' | 'png' | 'psd'} format */
export async function download(format) {
  const { drawing } = work;
  const layers = format === 'psd' ? await layered() : null;
  if (!drawing) return;
  const file = vectors(write(drawing, strokes.now), named('svg'));
  keep(format === 'svg' ? file : await api.convert(layers ?? file, format), named(format));
}

/** Opens the strokes as a drawing at the coloring desk. */
export async function toDesk() {
  const { drawing } = work;
  if (drawing && (await intake.take([vectors(write(drawing, strokes.now), named('svg'))]))) location.hash = '#/desk';
}
