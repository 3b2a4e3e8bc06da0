/** @file Color hints: points on the picture, each with the color that belongs there. */

import { html, keyed } from '../../base.js';
import { icon } from '../../icons.js';
import { t } from '../../i18n.js';
import { OnPicture } from './on-picture.js';
import { given } from '../events.js';
import './color.js';

/** @typedef {{x: number, y: number, color: string}} Hint */

/** @extends {OnPicture<Hint[]>} */
export class HintsEditor extends OnPicture {
  /** The color of the next hint. */
  #ink = '#e8505b';

  get hints() { return this.value ?? []; }

  /** @param {PointerEvent} event */
  #down = (event) => {
    const [x, y] = this.at(event);
    const near = this.hints.findIndex((hint) => Math.hypot(hint.x - x, hint.y - y) < this.grain * 1.5);
    const index = near < 0 ? this.hints.length : near;
    if (near < 0) this.give([...this.hints, { x, y, color: this.#ink }]);
    this.drag(event, (moved) => {
      const [u, v] = this.at(moved);
      this.#alter(index, { x: u, y: v });
    });
  };

  /** @param {number} index @param {Partial<Hint>} change */
  #alter(index, change) { this.give(this.hints.map((hint, at) => (at === index ? { ...hint, ...change } : hint))); }

  /** A dot in its own color; SVG presentation attributes are not inline styles. @param {Hint} hint */
  #dot = ({ x, y, color }) => html`<svg><circle class="dot" cx=${x} cy=${y} r=${this.grain} fill=${color}></circle></svg>`;

  render() {
    const { width, height } = this.canvas ?? { width: 65500, height: 65500 };
    return html`<div class="editor" role="group" aria-label=${this.label}>
      <nj-color .value=${this.#ink} .label=${t('next_color')} @value=${given((detail) => {
        this.#ink = detail;
      })}></nj-color>
      ${this.picture(this.hints.map(this.#dot), this.#down)}
      <ol class="marks-list">${this.hints.map(({ x, y, color }, index) => keyed(index, html`<li class="row">
        <nj-color .value=${color} .label=${t('color_of_hint', { n: index + 1 })} @value=${given((detail) => {
          this.#alter(index, { color: detail });
        })}></nj-color>
        ${this.coordinate('x', x, width, (value) => this.#alter(index, { x: value }))}
        ${this.coordinate('y', y, height, (value) => this.#alter(index, { y: value }))}
        <button class="square quiet" aria-label=${t('remove_point', { n: index + 1 })} @click=${() => this.give(this.hints.filter((_, at) => at !== index))}>${icon('close')}</button>
      </li>`))}</ol>
      <button @click=${() => this.give([...this.hints, { x: Math.round(width / 2), y: Math.round(height / 2), color: this.#ink }])}>${icon('plus')}${t('add_point')}</button>
    </div>`;
  }
}
customElements.define('nj-hints', HintsEditor);
