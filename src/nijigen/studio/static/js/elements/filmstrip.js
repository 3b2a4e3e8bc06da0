/** @file The pictures on the workbench, side by side. */

import { Base, html, keyed } from '../base.js';
import { icon } from '../icons.js';
import { t } from '../i18n.js';

/** @typedef {{id: string, name: string, image: string, share: number | null, done: boolean}} Frame share: progress of its job, or null. */

/** Emits `pick` and `drop-frame` with an id, and `add`. */
export class Filmstrip extends Base {
  /** @type {Frame[]} */ frames = [];
  current = '';

  /** @param {KeyboardEvent} event */
  #key = (event) => {
    const buttons = [.../** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll('.frame-pick'))];
    const at = buttons.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1 }[event.key];
    if (at >= 0 && event.key === 'Delete') this.emit('drop-frame', this.frames[at].id);
    else if (to !== undefined && buttons[to]) buttons[to].focus();
    else return;
    event.preventDefault();
  };

  render() {
    return html`<ul class="filmstrip" aria-label=${t('pictures')} @keydown=${this.#key}>
      ${this.frames.map((frame) => keyed(frame.id, html`<li class=${`frame ${frame.id === this.current ? 'current' : ''}`}>
        <button class="frame-pick" aria-label=${frame.name} title=${frame.name} aria-current=${String(frame.id === this.current)} @click=${() => this.emit('pick', frame.id)}>
          <img src=${frame.image} alt="" loading="lazy" draggable="false"></button>
        ${frame.share === null ? '' : html`<progress max="1" value=${frame.share} aria-label=${frame.name}></progress>`}
        ${frame.done ? html`<span class="frame-done" title=${t('state_done')}>${icon('check')}</span>` : ''}
        <button class="frame-close" aria-label=${t('remove_picture', { name: frame.name })} @click=${() => this.emit('drop-frame', frame.id)}>${icon('close')}</button>
      </li>`))}
      <li><button class="frame-add" aria-label=${t('add_pictures')} title=${t('add_pictures')} @click=${() => this.emit('add')}>${icon('plus')}</button></li>
    </ul>`;
  }
}
customElements.define('nj-filmstrip', Filmstrip);
