/** @file Uploads files, a few at a time, and opens stored pictures; failures are reported and the rest continue. */

import { api } from './api.js';
import { attempt, complain } from './elements/toast.js';
import { newest, session } from './session.js';
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

  /** Selects a stored picture, and adds it to the session if it is not there. @param {string} id Empty for none. */
  open(id) {
    const item = session.items.find((one) => newest(one).picture.id === id);
    if (item) session.select(item.id);
    else if (id) void attempt(async () => session.add([await api.picture(id)]));
  }
}

export const intake = new Intake();
