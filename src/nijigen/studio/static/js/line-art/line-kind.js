/** @file Whether a picture is line art or has colors or tones, asked of the server once. */

import { api } from '../api.js';
import { operations } from '../catalogue.js';
import { attempt } from '../elements/toast.js';
import { Signal } from '../store.js';

/** @import { Picture } from '../types.js' */

const CLASSIFY = 'lines.classify';

class LineKinds extends Signal {
  /** By the id of a picture, whether it has colors or tones; null while that is being found out. @type {Map<string, boolean | null>} */ #colored = new Map();

  /** Whether a picture has colors or tones; null while that is being found out. @param {Picture} picture @returns {boolean | null} */
  isColored({ id, frames }) {
    if (frames > 1 || !operations.get(CLASSIFY)) return false;
    const known = this.#colored.get(id);
    if (known === undefined) void this.#look(id);
    return known ?? null;
  }

  /** @param {string} id */
  async #look(id) {
    this.#colored.set(id, null);
    const found = await attempt(async () => (await api.operate({ operation: CLASSIFY, inputs: { picture: id }, settings: {} })).json());
    // A picture that cannot be classified is used as it is.
    this.settle(id, found?.kind === 'colored');
  }

  /** @param {string} id @param {boolean} colored */
  settle(id, colored) {
    this.#colored.set(id, colored);
    this.tell();
  }
}

export const lineKinds = new LineKinds();
