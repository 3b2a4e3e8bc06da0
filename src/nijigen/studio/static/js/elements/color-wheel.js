/** @file A color wheel: a ring for the hue, and inside it a square for saturation and brightness. */

import { Base, html } from '../base.js';
import { hexOfHsv, hsvOf } from '../colors.js';
import { t } from '../i18n.js';

/** @typedef {import('../colors.js').Triple} Triple */

const RING = 0.13;
const GAP = 0.03;
const FAR = 10;

/** Emits `value` while it is dragged. */
export class ColorWheel extends Base {
  value = '#e8505b';
  /** Stored separately from the value, since gray has no hue and black no saturation. @type {Triple} */ #hsv = [0, 0, 0];
  /** @type {'' | 'hue' | 'shade'} */ #held = '';

  connected() {
    const size = new ResizeObserver(() => this.#draw());
    size.observe(this);
    this.leaving(() => size.disconnect());
  }

  /** @param {Triple} hsv */
  #give(hsv) {
    this.#hsv = hsv;
    this.value = hexOfHsv(hsv);
    this.changed();
    this.emit('value', this.value);
  }

  /** Half the side of the square, as a fraction of the wheel. */
  get #half() { return (0.5 - RING - GAP) / Math.SQRT2; }

  /** @param {PointerEvent} event */
  #follow = (event) => {
    if (event.type === 'pointerdown' && event.button) return;
    const area = this.one('canvas').getBoundingClientRect();
    const x = (event.clientX - area.left) / area.width - 0.5;
    const y = (event.clientY - area.top) / area.height - 0.5;
    if (event.type === 'pointerdown') {
      event.preventDefault();
      this.#held = Math.hypot(x, y) > 0.5 - RING - GAP / 2 ? 'hue' : 'shade';
      /** @type {Element} */ (event.currentTarget).setPointerCapture(event.pointerId);
      this.one(this.#held === 'hue' ? '.wheel-hue' : '.wheel-shade').focus({ preventScroll: true });
    }
    const [hue, saturation, value] = this.#hsv;
    const half = this.#half;
    const inside = (/** @type {number} */ at) => Math.min(1, Math.max(0, (at + half) / (2 * half)));
    if (this.#held === 'hue') this.#give([((Math.atan2(y, x) * 180) / Math.PI + 450) % 360, saturation, value]);
    else if (this.#held) this.#give([hue, inside(x), 1 - inside(y)]);
  };

  /** @param {(far: number) => (step: [number, number]) => Triple} turned */
  #keys = (turned) => (/** @type {KeyboardEvent} */ event) => {
    /** @type {Record<string, [number, number]>} */
    const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
    if (!(event.key in arrows)) return;
    event.preventDefault();
    event.stopPropagation();
    this.#give(turned(event.shiftKey ? FAR : 1)(arrows[event.key]));
  };

  #draw() {
    const canvas = /** @type {HTMLCanvasElement | null} */ (this.querySelector('canvas'));
    const context = canvas?.getContext('2d');
    if (!canvas || !context || !canvas.clientWidth) return;
    const [hue, saturation, value] = this.#hsv;
    const side = Math.round(canvas.clientWidth * devicePixelRatio);
    if (canvas.width !== side) canvas.width = canvas.height = side;
    const [middle, half] = [side / 2, this.#half * side];
    context.clearRect(0, 0, side, side);
    const turn = context.createConicGradient(-Math.PI / 2, middle, middle);
    for (let at = 0; at <= 6; at += 1) turn.addColorStop(at / 6, hexOfHsv([(at % 6) * 60, 1, 1]));
    context.strokeStyle = turn;
    context.lineWidth = RING * side;
    context.beginPath();
    context.arc(middle, middle, middle - context.lineWidth / 2, 0, 2 * Math.PI);
    context.stroke();
    const fill = (/** @type {[number, number, number, number]} */ line, /** @type {string} */ from, /** @type {string} */ to) => {
      const run = context.createLinearGradient(...line);
      run.addColorStop(0, from);
      run.addColorStop(1, to);
      context.fillStyle = run;
      context.fillRect(middle - half, middle - half, 2 * half, 2 * half);
    };
    fill([middle - half, 0, middle + half, 0], '#ffffff', hexOfHsv([hue, 1, 1]));
    fill([0, middle - half, 0, middle + half], '#00000000', '#000000');
    const place = (/** @type {string} */ selector, /** @type {number} */ x, /** @type {number} */ y) => {
      const handle = /** @type {HTMLElement} */ (this.querySelector(selector));
      handle.style.left = `${x * 100}%`;
      handle.style.top = `${y * 100}%`;
      return handle;
    };
    const angle = ((hue - 90) * Math.PI) / 180;
    const radius = 0.5 - RING / 2;
    place('.wheel-hue', 0.5 + Math.cos(angle) * radius, 0.5 + Math.sin(angle) * radius).style.background = hexOfHsv([hue, 1, 1]);
    place('.wheel-shade', 0.5 + (saturation * 2 - 1) * this.#half, 0.5 + (1 - value * 2) * this.#half).style.background = this.value;
  }

  updated() { this.#draw(); }

  render() {
    if (hexOfHsv(this.#hsv) !== this.value) {
      const [hue, saturation, value] = hsvOf(this.value);
      this.#hsv = [saturation && value ? hue : this.#hsv[0], value ? saturation : this.#hsv[1], value];
    }
    const [hue, saturation, value] = this.#hsv;
    const share = (/** @type {number} */ of) => Math.round(of * 100);
    const within = (/** @type {number} */ of) => Math.min(1, Math.max(0, of));
    return html`<div class="wheel" @pointerdown=${this.#follow} @pointermove=${(/** @type {PointerEvent} */ event) => this.#held && this.#follow(event)}
      @lostpointercapture=${() => { this.#held = ''; }}>
      <canvas aria-hidden="true"></canvas>
      <span class="wheel-hue" role="slider" tabindex="0" aria-label=${t('hue')} aria-valuemin="0" aria-valuemax="360" aria-valuenow=${Math.round(hue)} aria-valuetext=${`${Math.round(hue)}°`}
        @keydown=${this.#keys((far) => ([x, y]) => [(hue + (x + y) * far + 360) % 360, saturation, value])}></span>
      <span class="wheel-shade" role="slider" tabindex="0" aria-label=${t('shade')} aria-valuemin="0" aria-valuemax="100" aria-valuenow=${share(saturation)}
        aria-valuetext=${t('shade_at', { s: share(saturation), v: share(value) })}
        @keydown=${this.#keys((far) => ([x, y]) => [hue, within(saturation + (x * far) / 100), within(value + (y * far) / 100)])}></span>
    </div>`;
  }
}
customElements.define('nj-color-wheel', ColorWheel);
