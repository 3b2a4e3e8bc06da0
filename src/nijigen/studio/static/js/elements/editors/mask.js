/** @file A mask painted over the picture, white where selected; its value is a PNG as a data URL. */

import { html } from '../../base.js';
import { t } from '../../i18n.js';
import { ARROWS } from '../../keys.js';
import { OnPicture } from './on-picture.js';
import { used } from '../events.js';

const SIDE = 1024;

/** @extends {OnPicture<string>} */
export class MaskEditor extends OnPicture {
  #brush = 24;
  #erases = false;
  /** Position of the brush for keyboard use. @type {[number, number]} */ #cursor = [0, 0];
  #sheet = document.createElement('canvas');
  #painted = '';

  /** The mask is no larger than needed; operations resize it. */
  get #scale() { return Math.min(1, SIDE / Math.max(this.canvas?.width ?? 1, this.canvas?.height ?? 1)); }

  /** @returns {CanvasRenderingContext2D} */
  get #pen() { return /** @type {CanvasRenderingContext2D} */ (this.#sheet.getContext('2d')); }

  #fit() {
    const width = Math.round((this.canvas?.width ?? 1) * this.#scale);
    const height = Math.round((this.canvas?.height ?? 1) * this.#scale);
    if (this.#sheet.width === width && this.#sheet.height === height && (this.value ?? '') === this.#painted) return;
    Object.assign(this.#sheet, { width, height });
    this.#cursor = [width / this.#scale / 2, height / this.#scale / 2];
    this.#painted = this.value ?? '';
    if (!this.value) return;
    const image = new Image();
    image.onload = () => {
      this.#pen.drawImage(image, 0, 0, width, height);
      this.#onlyWhite();
    };
    image.src = this.value;
  }

  /** A stored mask is opaque; on screen, black is transparent so that the picture shows. */
  #onlyWhite() {
    const data = this.#pen.getImageData(0, 0, this.#sheet.width, this.#sheet.height);
    for (let at = 0; at < data.data.length; at += 4) data.data[at + 3] = Math.min(data.data[at], data.data[at + 3]);
    this.#pen.putImageData(data, 0, 0);
  }

  /** @param {[number, number]} from @param {[number, number]} to */
  #stroke([x, y], [u, v]) {
    const pen = this.#pen;
    pen.globalCompositeOperation = this.#erases ? 'destination-out' : 'source-over';
    Object.assign(pen, { lineCap: 'round', lineWidth: Math.max(1, this.#brush * this.#scale), strokeStyle: '#fff' });
    pen.beginPath();
    pen.moveTo(x * this.#scale, y * this.#scale);
    pen.lineTo(u * this.#scale, v * this.#scale);
    pen.stroke();
  }

  #keep = () => {
    const flat = document.createElement('canvas');
    Object.assign(flat, { width: this.#sheet.width, height: this.#sheet.height });
    const pen = /** @type {CanvasRenderingContext2D} */ (flat.getContext('2d'));
    pen.fillRect(0, 0, flat.width, flat.height);
    pen.drawImage(this.#sheet, 0, 0);
    this.#painted = flat.toDataURL('image/png');
    this.give(this.#painted);
  };

  /** @param {PointerEvent} event */
  #down = (event) => {
    let last = this.at(event);
    this.#stroke(last, last);
    this.drag(event, (moved) => {
      const next = this.at(moved);
      this.#stroke(last, next);
      last = next;
    });
    /** @type {Element} */ (event.currentTarget).addEventListener('lostpointercapture', this.#keep, { once: true });
  };

  /** @param {KeyboardEvent} event */
  #key = (event) => {
    const [x, y] = ARROWS[event.key] ?? [0, 0];
    if (!(event.key in ARROWS) && event.key !== ' ') return;
    event.preventDefault();
    const from = this.#cursor;
    this.#cursor = [from[0] + (x * this.#brush) / 2, from[1] + (y * this.#brush) / 2];
    if (event.key === ' ' || event.shiftKey) [this.#stroke(from, this.#cursor), this.#keep()];
    this.changed();
  };

  /** Fills, clears or inverts the mask. @param {GlobalCompositeOperation} how */
  #fill(how) {
    this.#pen.globalCompositeOperation = how;
    this.#pen.fillStyle = '#fff';
    this.#pen.fillRect(0, 0, this.#sheet.width, this.#sheet.height);
    this.#keep();
  }

  render() {
    this.#fit();
    const [x, y] = this.#cursor;
    return html`<div class="editor" role="group" aria-label=${this.label}>
      <label class="row"><span>${t('brush')}</span><input type="range" class="grow" min="2" max="200" .value=${String(this.#brush)}
        @input=${used((control) => { this.#brush = control.valueAsNumber; this.changed(); })}></label>
      <label class="row"><input type="checkbox" role="switch" class="switch" .checked=${this.#erases}
        @change=${() => { this.#erases = !this.#erases; this.changed(); }}><span>${t('erase')}</span></label>
      <div class="paint" tabindex="0" role="application" aria-label=${t('paint_here')} @keydown=${this.#key}>
        ${this.picture(html`<svg><circle class="mark" cx=${x} cy=${y} r=${this.#brush / 2}></circle></svg>`, this.#down)}
        ${this.canvas ? this.#sheet : ''}
      </div>
      <div class="row wrap"><button @click=${() => this.#fill('source-over')}>${t('choose_all')}</button>
        <button @click=${() => this.#fill('destination-out')}>${t('choose_none')}</button><button @click=${() => this.#fill('source-out')}>${t('invert')}</button></div>
    </div>`;
  }
}
customElements.define('nj-mask', MaskEditor);
