/** @file Uploads files, a few at a time; failures are reported and the rest continue. */

import { api } from './api.js';
import { complain } from './elements/toast.js';
import { session } from './session.js';
import { Signal } from './store.js';

/** @import { Picture } from './types.js' */

const LINES = 3;

class Intake extends Signal {
  total = 0;
  done = 0;
  get busy() { return this.done < this.total; }

  /** @param {File[]} files @returns {Promise<number>} Number of uploaded files. */
  async take(files) {
    if (!this.busy) this.total = this.done = 0;
    this.total += files.length;
    this.tell();
    /** @type {(Picture | undefined)[]} */
    const pictures = [];
    const queue = [...files.entries()];
    const line = async () => {
      for (let next = queue.shift(); next; next = queue.shift()) {
        const [index, file] = next;
        try {
          pictures[index] = await api.upload(file);
        } catch (error) {
          complain(error, file.name);
        }
        this.done += 1;
        this.tell();
      }
    };
    await Promise.all(Array.from({ length: LINES }, line));
    const arrived = pictures.filter((picture) => picture !== undefined);
    if (arrived.length) session.add(arrived);
    return arrived.length;
  }
}

export const intake = new Intake();
