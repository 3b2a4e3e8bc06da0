/** @file Small named values that survive a reload, in the browser's storage. */

const PREFIX = 'nijigen.';

/** @template T @param {string} name @param {T} fallback @returns {T} */
export function load(name, fallback) {
  try {
    const text = localStorage.getItem(PREFIX + name);
    return text === null ? fallback : JSON.parse(text);
  } catch {
    return fallback;
  }
}

/** @param {string} name @param {unknown} value @returns {boolean} Whether it was stored. */
export function save(name, value) {
  try {
    localStorage.setItem(PREFIX + name, JSON.stringify(value));
    return true;
  } catch {
    // Storage is full or blocked: the studio works without it.
    return false;
  }
}

/** Notifies many listeners. */
export class Signal extends EventTarget {
  tell() { this.dispatchEvent(new Event('change')); }

  /** @param {() => void} listener @returns {() => void} Stops listening. */
  subscribe(listener) {
    this.addEventListener('change', listener);
    return () => this.removeEventListener('change', listener);
  }
}
