/** @file JSON as a tree that is folded: what is inside is rendered when it is opened. */

import { Base, html, keyed } from '../../base.js';
import { t } from '../../i18n.js';

/** @import { Template } from '../../base.js' */

/** More entries are shown by asking for more. */
const MOST = 100;

/** @param {unknown} value */
const isFolded = (value) => typeof value === 'object' && value !== null && Object.keys(value).length > 0;

export class Tree extends Base {
  /** @type {unknown} */ value = null;
  name = '';
  open = false;
  #most = MOST;

  /** @param {string} name @param {unknown} value @returns {Template} */
  #entry(name, value) {
    if (isFolded(value)) return html`<li><nj-tree .name=${name} .value=${value}></nj-tree></li>`;
    return html`<li class="leaf"><span class="tree-name">${name}</span>${JSON.stringify(value)}</li>`;
  }

  render() {
    const entries = Object.entries(/** @type {Record<string, unknown>} */ (this.value ?? {}));
    const count = Array.isArray(this.value) ? `[${entries.length}]` : `{${entries.length}}`;
    return html`<details ?open=${this.open} @toggle=${(/** @type {Event} */ event) => {
      // A toggle event of a tree inside does not bubble.
      this.open = /** @type {HTMLDetailsElement} */ (event.target).open;
      this.changed();
    }}><summary><span class="tree-name">${this.name}</span><span class="muted">${count}</span></summary>
      ${this.open ? html`<ul class="tree">${entries.slice(0, this.#most).map(([name, value]) => keyed(name, this.#entry(name, value)))}</ul>
        ${entries.length > this.#most ? html`<button class="quiet small" @click=${() => { this.#most += 10 * MOST; this.changed(); }}>${t('more_rows', { n: entries.length - this.#most })}</button>` : ''}` : ''}
    </details>`;
  }
}
customElements.define('nj-tree', Tree);
