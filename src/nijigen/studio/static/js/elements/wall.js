/** @file A wall of pictures that scrolls over any number of them: only those in view are in the page, in elements that are used again. */

import { ARROWS, keyIn } from '../keys.js';
import { Base, html } from '../base.js';
import { Justified } from './justified.js';

/** What is shown of one; its image is empty while it is on its way. @typedef {{image: string, name: string, clip: boolean, away: boolean}} Shown */
/** `shown`: undefined while it is not known; `want` is called with the range that will be in view. @typedef {{turn: number, ratios: number[], shown: (at: number) => Shown | undefined, want: (from: number, to: number) => void}} Source */
/** @typedef {{root: HTMLElement, image: HTMLImageElement, at: number}} Cell */

/** Pixels beyond the view that are shown already. */
const AHEAD = 400;
/** Who scrolls by more than this share of the view in a frame sees no picture: none is loaded. */
const FLING = 0.4;
const SETTLED_MS = 90;

/** Emits `open`, and `choose` with `{from, to, only}`, the latter for a toggle of one. */
export class Wall extends Base {
  /** @type {Source} */ source = { turn: 0, ratios: [], shown: () => undefined, want: () => undefined };
  /** @type {(at: number) => boolean} */ chosen = () => false;
  label = '';
  /** Wanted height of a row. */ size = 180;
  /** The picture that is in view at first. */ start = 0;
  #rows = new Justified();
  /** @type {Cell[]} */ #cells = [];
  #laid = { turn: -1, count: 0, width: 0, size: 0 };
  /** The picture that keys act on. */ #active = 0;
  /** Where a range begins. */ #anchor = 0;
  #frame = 0;
  #last = 0;
  #timer = 0;
  #flung = false;

  /** @type {HTMLElement} */ get #view() { return this.one('.wall'); }
  /** @type {HTMLElement} */ get #field() { return this.one('.wall-field'); }

  connected() {
    const watch = new ResizeObserver(() => this.#lay());
    this.update();
    watch.observe(this.#view);
    this.leaving(() => { watch.disconnect(); clearTimeout(this.#timer); cancelAnimationFrame(this.#frame); });
  }

  updated() { this.#lay(); }

  /** Shows what has become known. */
  refresh() { this.#draw(); }

  /** The first picture in view, also when the wall has left the page. */
  get top() { return this.#rows.count ? this.#rows.first(this.#rows.rowAt(this.#last)) : 0; }

  /** Goes to a picture. @param {number} at */
  goTo(at) {
    this.#active = Math.max(0, Math.min(at, this.#rows.count - 1));
    this.#reveal();
    this.#view.focus();
  }

  #lay() {
    const view = this.#view;
    const { turn, ratios } = this.source;
    const width = view.clientWidth - 2 * parseFloat(getComputedStyle(view).paddingLeft);
    if (width <= 0) return;
    const before = this.#laid;
    this.#laid = { turn, count: ratios.length, width, size: this.size };
    if (turn !== before.turn || width !== before.width || this.size !== before.size) {
      // What was at the top of the view stays there.
      const first = this.#rows.first(this.#rows.rowAt(view.scrollTop));
      const kept = turn === before.turn && view.scrollTop > 0 && first < ratios.length;
      this.#rows.lay(ratios, width, this.size);
      this.#field.style.height = `${this.#rows.height}px`;
      const top = kept ? first : before.turn < 0 ? this.start : 0;
      view.scrollTop = top > 0 && top < ratios.length ? this.#rows.places(this.#rows.rowOf(top))[0].y : 0;
      if (turn !== before.turn) this.#active = this.#anchor = 0;
      for (const cell of this.#cells) cell.at = -1;
    } else if (ratios.length > before.count) this.#rows.extend(ratios);
    this.#field.style.height = `${this.#rows.height}px`;
    this.#draw();
  }

  #scrolled = () => {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      const view = this.#view;
      this.#flung = Math.abs(view.scrollTop - this.#last) > FLING * view.clientHeight;
      this.#last = view.scrollTop;
      this.#draw();
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => { this.#flung = false; this.#draw(); }, SETTLED_MS);
    });
  };

  /** Makes enough elements for a range. @param {number} count */
  #provide(count) {
    if (count <= this.#cells.length) return;
    for (const cell of this.#cells) cell.at = -1;
    while (this.#cells.length < count * 1.25) {
      const root = document.createElement('div');
      root.className = 'cell';
      root.id = `cell-${this.#cells.length}`;
      root.setAttribute('role', 'option');
      const image = Object.assign(document.createElement('img'), { alt: '', decoding: 'async', draggable: false });
      const check = Object.assign(document.createElement('span'), { className: 'cell-check' });
      root.append(image, check);
      this.#field.append(root);
      this.#cells.push({ root, image, at: -1 });
    }
  }

  #draw() {
    const [view, rows] = [this.#view, this.#rows];
    if (!rows.count) {
      for (const cell of this.#cells) [cell.root.hidden, cell.at] = [true, -1];
      return;
    }
    const [top, bottom] = [view.scrollTop - AHEAD, view.scrollTop + view.clientHeight + AHEAD];
    const [first, last] = [rows.rowAt(top), rows.rowAt(bottom)];
    const [from, to] = [rows.first(first), rows.first(last + 1)];
    this.#provide(to - from);
    if (!this.#flung) this.source.want(from, to);
    for (const cell of this.#cells) if (cell.at < from || cell.at >= to) [cell.root.hidden, cell.at] = [true, -1];
    for (let row = first; row <= last; row += 1) {
      for (const place of rows.places(row)) {
        const cell = this.#cells[place.at % this.#cells.length];
        if (cell.at !== place.at) this.#put(cell, place);
        this.#fill(cell);
      }
    }
    const active = this.#cells[this.#active % this.#cells.length];
    if (active.at === this.#active) view.setAttribute('aria-activedescendant', active.root.id);
    else view.removeAttribute('aria-activedescendant');
  }

  /** @param {Cell} cell @param {{at: number, x: number, y: number, width: number, height: number}} place */
  #put(cell, { at, x, y, width, height }) {
    cell.at = at;
    cell.image.removeAttribute('src');
    cell.root.hidden = false;
    Object.assign(cell.root.style, { transform: `translate(${x}px, ${y}px)`, width: `${width}px`, height: `${height}px` });
    cell.root.className = 'cell';
  }

  /** @param {Cell} cell */
  #fill({ root, image, at }) {
    // Nobody reads what flies by.
    if (this.#flung) return;
    const shown = this.source.shown(at);
    root.setAttribute('aria-posinset', String(at + 1));
    root.setAttribute('aria-setsize', String(this.#rows.count));
    root.setAttribute('aria-selected', String(this.chosen(at)));
    root.classList.toggle('active', at === this.#active);
    root.setAttribute('aria-label', shown?.name ?? String(at + 1));
    if (!shown) return;
    root.title = shown.name;
    root.classList.toggle('clip', shown.clip);
    root.classList.toggle('away', shown.away);
    if (shown.image && image.getAttribute('src') !== shown.image) image.src = shown.image;
  }

  /** Scrolls the active picture into view. */
  #reveal() {
    const [view, rows] = [this.#view, this.#rows];
    const { y, height } = rows.places(rows.rowOf(this.#active))[0];
    const [top, bottom] = [view.scrollTop, view.scrollTop + view.clientHeight];
    if (y < top) view.scrollTop = y;
    else if (y + height > bottom) view.scrollTop = y + height - view.clientHeight + 16;
    this.#draw();
  }

  /** @param {KeyboardEvent} event */
  #key = (event) => {
    const rows = this.#rows;
    if (!rows.count) return;
    const page = Math.max(1, Math.floor(this.#view.clientHeight / (this.size + 1)));
    const [across, down] = ARROWS[event.key] ?? [0, 0];
    /** @type {Record<string, number>} */
    const to = { PageUp: rows.beside(this.#active, -page), PageDown: rows.beside(this.#active, page), Home: 0, End: rows.count - 1 };
    const goal = across ? this.#active + across : down ? rows.beside(this.#active, down) : to[event.key];
    const meant = keyIn('library', event);
    if (goal !== undefined && !event.ctrlKey && !event.altKey) {
      this.#active = Math.max(0, Math.min(rows.count - 1, goal));
      if (event.shiftKey) this.emit('choose', { from: this.#anchor, to: this.#active, only: false });
      else this.#anchor = this.#active;
      this.#reveal();
    } else if (meant === 'open') this.emit('open', this.#active);
    else if (meant === 'choose') this.#choose(this.#active);
    else return;
    event.preventDefault();
  };

  /** @param {number} at */
  #choose(at) {
    this.#anchor = at;
    this.emit('choose', { from: at, to: at, only: true });
  }

  /** @param {MouseEvent} event */
  #click = (event) => {
    const target = /** @type {Element} */ (event.target);
    const cell = this.#cells.find(({ root }) => root === target.closest('.cell'));
    if (!cell) return;
    this.#active = cell.at;
    if (event.shiftKey) this.emit('choose', { from: this.#anchor, to: cell.at, only: false });
    else if (target.matches('.cell-check') || event.ctrlKey || event.metaKey) this.#choose(cell.at);
    else {
      this.#anchor = cell.at;
      this.emit('open', cell.at);
    }
    this.#draw();
  };

  render() {
    return html`<div class="wall" role="listbox" tabindex="0" aria-multiselectable="true" aria-label=${this.label} @scroll=${this.#scrolled} @keydown=${this.#key} @click=${this.#click}>
      <div class="wall-field"></div></div>`;
  }
}
customElements.define('nj-wall', Wall);
