/** @file All results so far, newest first. */

import { Base, html, keyed } from '../base.js';
import { icon } from '../icons.js';
import { language, t } from '../i18n.js';

/** @typedef {{id: string, image: string, title: string, detail: string, when: number}} Made */

/** Emits `recall` and `forget` with an id (without one: all). */
export class History extends Base {
  /** @type {Made[]} */ entries = [];

  render() {
    if (!this.entries.length) return html`<div class="empty">${icon('history')}<p>${t('history_empty')}</p></div>`;
    const when = new Intl.DateTimeFormat(language, { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' });
    return html`<ol class="history" aria-label=${t('history')}>
      ${this.entries.map((entry) => keyed(entry.id, html`<li class="row">
        <button class="history-pick grow" @click=${() => this.emit('recall', entry.id)}>
          <img src=${entry.image} alt="" loading="lazy" width="56" height="56">
          <span class="grow"><b>${entry.title}</b><small class="muted">${entry.detail}</small><small class="muted">${when.format(entry.when)}</small></span>
        </button>
        <button class="square quiet" aria-label=${t('forget', { name: entry.title })} @click=${() => this.emit('forget', entry.id)}>${icon('close')}</button>
      </li>`))}
    </ol>
    <button class="quiet" @click=${() => this.emit('forget')}>${icon('trash')}${t('clear_history')}</button>`;
  }
}
customElements.define('nj-history', History);
