/** @file What a browser without a session sees: why, and how to get a link. */

import { access } from '../../access.js';
import { api } from '../../api.js';
import { Base, html } from '../../base.js';
import { tell } from '../../elements/toast.js';
import { icon } from '../../icons.js';
import { t } from '../../i18n.js';

const COMMAND = 'nijigen studio link';
/** By the title of the server's error. @type {Record<string, import('../../i18n.js').Key>} */
const REASONS = { LinkUsed: 'enter_used', LinkExpired: 'enter_expired', LinkInvalid: 'enter_invalid' };

export class Entrance extends Base {
  connected() {
    // A new link may have been opened in another tab meanwhile.
    const look = () => void (document.hidden || api.jobs().then(() => location.reload(), () => undefined));
    document.addEventListener('visibilitychange', look);
    this.leaving(() => document.removeEventListener('visibilitychange', look));
  }

  #copy = () => void navigator.clipboard.writeText(COMMAND).then(() => tell(t('copied', { text: COMMAND })), () => undefined);

  render() {
    return html`<div class="page narrow entrance">
      <span class="drop-art">${icon('lock')}</span>
      <h1>${t('enter_title')}</h1>
      <p class="lead">${t(REASONS[access.refused] ?? 'enter_none')}</p>
      <h2>${t('enter_how')}</h2>
      <ul>
        <li>${t('enter_press')}</li>
        <li>${t('enter_run')}
          <div class="row"><pre class="result grow" tabindex="0">${COMMAND}</pre>${navigator.clipboard ? html`<button class="square" aria-label=${t('copy')} title=${t('copy')} @click=${this.#copy}>${icon('copy')}</button>` : ''}</div>
          <small class="muted">${t('enter_data')}</small></li>
      </ul>
      <p class="muted">${t('enter_kept')}</p>
    </div>`;
  }
}
customElements.define('nj-entrance', Entrance);
