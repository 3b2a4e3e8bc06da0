/** @file Gets the strokes of a picture, and the gaps between them, from the server. */

import { api } from '../../api.js';
import { operations } from '../../catalogue.js';
import { t } from '../../i18n.js';
import { Signal } from '../../store.js';
import { Newest } from '../desk/asks.js';
import { read, write } from './drawing.js';
import { textIn } from './png-text.js';
import { strokes } from './state.js';

/** @import { Picture } from '../../types.js' */
/** @import { Drawing } from './drawing.js' */
/** @import { Moment } from './state.js' */

/** @typedef {[number, number][]} Gap */

const VECTORIZE = 'lines.vectorize';
const CLOSE = 'lines.close';
/** The widest gap without a choice, as a share of the longer side: wider, hair and folds that end freely would be closed too. */
const WIDEST = 1 / 100;

/** A number that differs where a text does. @param {string} text */
function digest(text) {
  let sum = 5381;
  for (let at = 0; at < text.length; at += 1) sum = (Math.imul(sum, 33) ^ text.charCodeAt(at)) >>> 0;
  return sum.toString(36);
}

class Work extends Signal {
  /** @type {Picture | null} */ picture = null;
  /** @type {Drawing | null} */ drawing = null;
  /** @type {Gap[]} */ gaps = [];
  /** Whether the gaps of the newest strokes are known. */ searched = false;
  #strokes = new Newest(() => this.tell());
  #gaps = new Newest(() => this.tell(), true);

  get busy() { return this.#strokes.busy || this.#gaps.busy; }

  /** @param {Picture} picture */
  enter(picture) {
    if (this.picture?.id === picture.id) return;
    this.leave();
    this.picture = picture;
    this.#strokes.ask(picture.id, async (signal) => {
      const own = picture.format === 'svg' ? await api.text(picture.id, signal) : '';
      let drawing = own ? read(own) : null;
      let key = picture.id;
      if (!drawing) {
        const text = await this.#vectors(picture, signal);
        drawing = read(text);
        key = `${picture.id} ${digest(text)}`;
      }
      if (!drawing) throw new Error(t('strokes_unreadable'));
      if (signal.aborted || this.picture !== picture) return;
      await strokes.load(key);
      this.drawing = drawing;
      this.tell();
    });
  }

  /** @param {Picture} picture @param {AbortSignal} signal */
  async #vectors({ id }, signal) {
    const known = operations.get(VECTORIZE)?.settings.properties ?? {};
    // Center lines with a width: outlines could not be made thicker.
    const settings = Object.fromEntries(Object.entries(known).flatMap(([name, { enum: choices }]) => (choices?.includes('center') ? [[name, 'center']] : [])));
    return (await api.operate({ operation: VECTORIZE, inputs: { picture: id }, settings, format: 'svg' }, signal)).text();
  }

  leave() {
    for (const one of [this.#strokes, this.#gaps]) one.stop();
    strokes.leave();
    [this.picture, this.drawing, this.gaps, this.searched] = [null, null, [], false];
  }

  /** Looks for gaps between the strokes as they are now. @param {Moment} moment @param {number} widest In pixels; 0 is automatic. */
  search(moment, widest) {
    const { drawing } = this;
    if (!drawing) return;
    const text = write(drawing, moment);
    const key = `${digest(text)} ${widest}`;
    if (!this.#gaps.wants(key)) this.searched = false;
    this.#gaps.ask(key, async (signal) => {
      const gap = widest || Math.max(drawing.width, drawing.height) * WIDEST;
      const made = await api.apply(CLOSE, new File([text], 'strokes.svg', { type: 'image/svg+xml' }), { gap }, 'png', signal);
      const found = JSON.parse(await textIn(made, 'gaps'));
      if (signal.aborted) return;
      this.gaps = found.map((/** @type {{points: Gap}} */ { points }) => points);
      this.searched = true;
    }, 250);
  }
}

export const work = new Work();
