/** @file What survives a reload: small values under a name in this browser. */

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

/** @param {string} name @param {unknown} value @returns {boolean} Whether it was kept. */
export function save(name, value) {
  try {
    localStorage.setItem(PREFIX + name, JSON.stringify(value));
    return true;
  } catch {
    // Full, or forbidden by the browser: the studio goes on without memory.
    return false;
  }
}

/** Tells many listeners one thing. */
export class Signal extends EventTarget {
  tell() { this.dispatchEvent(new Event('change')); }

  /** @param {() => void} listener @returns {() => void} Stops listening. */
  subscribe(listener) {
    this.addEventListener('change', listener);
    return () => this.removeEventListener('change', listener);
  }
}
