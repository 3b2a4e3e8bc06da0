/** @file Whether the server lets this browser in: it has a session, obtained with a one-time link. */

import { Signal } from './store.js';

class Access extends Signal {
  /** Why not, as the title of the server's error. */ refused = '';

  /** @param {string} why */
  refuse(why) {
    // The first reason says the most: that the link was used, and not that there is no session.
    if (this.refused) return;
    this.refused = why;
    this.tell();
  }
}

export const access = new Access();

/** The code of the link by which the page was opened. */
export const codeInLink = () => /^#enter=(.+)/.exec(location.hash)?.[1] ?? '';
