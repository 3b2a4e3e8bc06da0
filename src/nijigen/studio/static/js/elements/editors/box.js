/** @file A box: left, top, right and bottom, drawn on the picture or typed. */

import { html } from '../../base.js';
import { t } from '../../i18n.js';
import { OnPicture } from './on-picture.js';

/** @import { Box } from '../../types.js' */

/** @extends {OnPicture<Box>} */
export class BoxEditor extends OnPicture {
  /** @param {PointerEvent} event */
  #down = (event) => {
    const [x, y] = this.at(event);
    this.drag(event, (moved) => {
      const [u, v] = this.at(moved);
      if (u !== x && v !== y) this.give([Math.min(x, u), Math.min(y, v), Math.max(x, u), Math.max(y, v)]);
    });
  };

  render() {
    const { width, height } = this.canvas ?? { width: 65500, height: 65500 };
    const box = this.value ?? /** @type {Box} */ ([0, 0, width, height]);
    const edge = (/** @type {string} */ label, /** @type {number} */ index, /** @type {number} */ high) =>
      this.coordinate(label, box[index], high, (value) => this.give(/** @type {Box} */ (box.map((old, at) => (at === index ? value : old)))));
    // Shade the outside with a single path that has a hole.
    const shade = `M0 0H${width}V${height}H0zM${box[0]} ${box[1]}V${box[3]}H${box[2]}V${box[1]}z`;
    return html`<div class="editor" role="group" aria-label=${this.label}>
      ${this.picture(html`<svg><path class="shade" fill-rule="evenodd" d=${shade}></path></svg>`, this.#down)}
      <div class="coordinates">${edge(t('left'), 0, width)}${edge(t('top'), 1, height)}${edge(t('right'), 2, width)}${edge(t('bottom'), 3, height)}</div>
      <button @click=${() => this.give([0, 0, width, height])}>${t('whole_picture')}</button>
    </div>`;
  }
}
customElements.define('nj-box', BoxEditor);
