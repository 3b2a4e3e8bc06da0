/** @file A grid of colors to pick from; arrow keys move between them. */

import { Base, html } from '../base.js';

/** @typedef {{hex: string, name?: string}} Swatch */

/** Emits `pick` with a color. */
export class Swatches extends Base {
  /** @type {Swatch[]} */ colors = [];
  value = '';
  label = '';
  /** @type {Swatch[] | null} */ #shown = null;

  /** @returns {HTMLElement[]} */
  get #options() { return [...this.querySelectorAll('[role=option]')].map((node) => /** @type {HTMLElement} */ (node)); }

  /** @param {Event} event */
  #pick = (event) => {
    const option = /** @type {Element} */ (event.target).closest('[role=option]');
    if (option instanceof HTMLElement) this.emit('pick', option.dataset.hex);
  };

  /** @param {KeyboardEvent} event */
  #key = (event) => {
    const options = this.#options;
    const at = options.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const across = Math.max(1, options.findIndex((option) => option.offsetTop > (options[0]?.offsetTop ?? 0)));
    /** @type {Record<string, number>} */
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, ArrowDown: at + across, ArrowUp: at - across, Home: 0, End: options.length - 1 };
    if (event.key === 'Enter' || event.key === ' ') this.#pick(event);
    else if (options[to[event.key]]) options[to[event.key]].focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  updated() {
    const list = this.one('.inks');
    if (this.#shown !== this.colors) {
      this.#shown = this.colors;
      list.replaceChildren(...this.colors.map(({ hex, name }) => {
        const option = document.createElement('span');
        Object.assign(option, { className: 'ink', title: name ? `${name} ${hex}` : hex, tabIndex: -1 });
        option.setAttribute('role', 'option');
        option.setAttribute('aria-label', option.title);
        option.dataset.hex = hex;
        option.style.background = hex;
        return option;
      }));
    }
    const options = this.#options;
    for (const option of options) option.setAttribute('aria-selected', String(option.dataset.hex === this.value));
    const current = options.find((option) => option.dataset.hex === this.value) ?? options[0];
    for (const option of options) option.tabIndex = option === current ? 0 : -1;
  }

  render() {
    return html`<div class="inks" role="listbox" aria-label=${this.label} @click=${this.#pick} @keydown=${this.#key}></div>`;
  }
}
customElements.define('nj-swatches', Swatches);
