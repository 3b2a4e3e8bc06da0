/** @file Points: placed on the picture by clicking, moved by dragging or typing. */

import { html } from '../../base.js';
import { icon } from '../../icons.js';
import { t } from '../../i18n.js';
import { OnPicture } from './on-picture.js';

/** @typedef {[number, number]} Point */

/** @extends {OnPicture<Point[]>} */
export class PointsEditor extends OnPicture {
  get points() { return this.value ?? []; }

  /** @param {PointerEvent} event */
  #down = (event) => {
    const place = this.at(event);
    const near = this.points.findIndex(([x, y]) => Math.hypot(x - place[0], y - place[1]) < this.grain * 1.5);
    const index = near < 0 ? this.points.length : near;
    if (near < 0) {
      if (this.points.length >= (this.schema.maxItems ?? Infinity)) return;
      this.give([...this.points, place]);
    }
    this.drag(event, (moved) => this.#move(index, this.at(moved)));
  };

  /** @param {number} index @param {Point} to */
  #move(index, to) { this.give(this.points.map((point, at) => (at === index ? to : point))); }

  render() {
    const { width, height } = this.canvas ?? { width: 65500, height: 65500 };
    const marks = this.points.map(([x, y]) => html`<svg><circle class="mark" cx=${x} cy=${y} r=${this.grain}></circle></svg>`);
    return html`<div class="editor" role="group" aria-label=${this.label}>
      ${this.picture(marks, this.#down)}
      <ol class="marks-list">${this.points.map(([x, y], index) => html`<li class="row">
        <span class="muted">${index + 1}</span>
        ${this.coordinate('x', x, width, (value) => this.#move(index, [value, y]))}
        ${this.coordinate('y', y, height, (value) => this.#move(index, [x, value]))}
        <button class="square quiet" aria-label=${t('remove_point', { n: index + 1 })} @click=${() => this.give(this.points.filter((_, at) => at !== index))}>${icon('close')}</button>
      </li>`)}</ol>
      <button @click=${() => this.give([...this.points, [Math.round(width / 2), Math.round(height / 2)]])}>${icon('plus')}${t('add_point')}</button>
    </div>`;
  }
}
customElements.define('nj-points', PointsEditor);
