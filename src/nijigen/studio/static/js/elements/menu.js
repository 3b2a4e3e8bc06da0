/** @file A button with a menu of actions. */

import { Base, html } from '../base.js';
import { icon } from '../icons.js';

/** @typedef {{label: string, icon?: string, run(): void, disabled?: boolean, danger?: boolean}} Entry */

export class Menu extends Base {
  /** @type {Entry[]} */ entries = [];
  /** Provides the entries whenever it opens. @type {(() => Promise<Entry[] | undefined>) | null} */ source = null;
  label = '';
  icon = 'more';
  /** Shows the label on the button. */ wide = false;
  #open = false;

  connected() {
    const outside = (/** @type {Event} */ event) => {
      if (this.#open && !this.contains(/** @type {Node} */ (event.target))) void this.#show(false);
    };
    const stop = new AbortController();
    document.addEventListener('pointerdown', outside, stop);
    document.addEventListener('focusin', outside, stop);
    this.leaving(() => stop.abort());
  }

  /** @param {boolean} open */
  async #show(open) {
    if (open && this.source) this.entries = (await this.source()) ?? [];
    this.#open = open;
    this.update();
    if (open) this.#items[0]?.focus();
  }

  /** @returns {HTMLElement[]} */
  get #items() { return [...this.querySelectorAll('[role=menuitem]:not([disabled])')].map((node) => /** @type {HTMLElement} */ (node)); }

  /** @param {KeyboardEvent} event */
  #key = (event) => {
    const items = this.#items;
    const at = items.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    /** @type {Record<string, number>} */
    const to = { ArrowDown: (at + 1) % items.length, ArrowUp: (at + items.length - 1) % items.length, Home: 0, End: items.length - 1 };
    if (event.key === 'Escape' && this.#open) {
      event.stopPropagation();
      void this.#show(false);
      this.one('button').focus();
    } else if (event.key === 'ArrowDown' && !this.#open) void this.#show(true);
    else if (this.#open && event.key in to) items[to[event.key]]?.focus();
    else return;
    event.preventDefault();
  };

  render() {
    const { label, wide } = this;
    return html`<div class="menu" @keydown=${this.#key}>
      <button class=${wide ? '' : 'square quiet'} aria-haspopup="menu" aria-expanded=${String(this.#open)} aria-label=${label} title=${wide ? null : label}
        @click=${() => void this.#show(!this.#open)}>${icon(this.icon)}${wide ? html`<span>${label}</span>` : ''}</button>
      ${this.#open ? html`<div class="menu-list" role="menu" aria-label=${label}>${this.entries.map((entry) => html`
        <button role="menuitem" tabindex="-1" class=${entry.danger ? 'danger' : ''} ?disabled=${entry.disabled} @click=${() => {
          void this.#show(false);
          this.one('button').focus();
          entry.run();
        }}>${icon(entry.icon ?? 'check')}${entry.label}</button>`)}</div>` : ''}
    </div>`;
  }
}
customElements.define('nj-menu', Menu);
