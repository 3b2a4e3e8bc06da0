/** @file Base of editors that place marks on a picture: the picture, and mapping of the pointer to pixels. */

import { Base, html } from '../../base.js';
import { t } from '../../i18n.js';
import { used } from '../events.js';

/** @import { Template } from '../../base.js' */
/** @import { Canvas, Schema } from '../../types.js' */

/** Editors emit `value`. @template V */
export class OnPicture extends Base {
  /** @type {V | null} */ value = null;
  /** @type {Canvas | null} */ canvas = null;
  /** @type {Schema} */ schema = {};
  name = '';
  label = '';

  /** @param {V | null} value */
  give(value) {
    this.value = value;
    this.changed();
    this.emit('value', value);
  }

  /** Pixel under the pointer, inside the picture. @param {PointerEvent} event @returns {[number, number]} */
  at(event) {
    const { width, height } = this.canvas ?? { width: 1, height: 1 };
    const area = this.one('.marks').getBoundingClientRect();
    const x = ((event.clientX - area.left) / area.width) * width;
    const y = ((event.clientY - area.top) / area.height) * height;
    return [Math.round(Math.min(width, Math.max(0, x))), Math.round(Math.min(height, Math.max(0, y)))];
  }

  /**
   * The picture with marks over it, in its pixels.
   * @param {Template | Template[] | ''} marks @param {(event: PointerEvent) => void} down
   */
  picture(marks, down) {
    if (!this.canvas) return html`<p class="muted">${t('editor_needs_picture')}</p>`;
    const { url, width, height } = this.canvas;
    return html`<div class="marks" @pointerdown=${down}>
      <img src=${url} alt="" draggable="false">
      <svg viewBox=${`0 0 ${width} ${height}`} aria-hidden="true">${marks}</svg>
    </div>`;
  }

  /** Follows the pointer until it is released. @param {PointerEvent} event @param {(event: PointerEvent) => void} move */
  drag(event, move) {
    if (event.button) return;
    event.preventDefault();
    const target = /** @type {Element} */ (event.currentTarget);
    target.setPointerCapture(event.pointerId);
    const moved = /** @type {EventListener} */ (/** @type {unknown} */ (move));
    target.addEventListener('pointermove', moved);
    target.addEventListener('lostpointercapture', () => target.removeEventListener('pointermove', moved), { once: true });
  }

  /** Size of a mark in pixels of the picture. */
  get grain() { return Math.max(this.canvas?.width ?? 1, this.canvas?.height ?? 1) / 60; }

  /** An input field for one coordinate. @param {string} label @param {number} value @param {number} high @param {(value: number) => void} give */
  coordinate(label, value, high, give) {
    return html`<label class="coordinate"><span>${label}</span><input type="number" min="0" max=${high} .value=${String(value)}
      @change=${used((control) => {
        const typed = control.valueAsNumber;
        const held = Number.isFinite(typed) ? Math.round(Math.min(high, Math.max(0, typed))) : value;
        give(held);
        control.value = String(held);
      })}></label>`;
  }
}
