/** @file What the library shows before there are pictures in it: how to add some. */

import { html } from '../../base.js';
import { attempt, tell } from '../../elements/toast.js';
import { icon } from '../../icons.js';
import { t } from '../../i18n.js';

const COMMAND = 'nijigen library add Pictures/';

export const emptyLibrary = () => html`<div class="page narrow library-empty"><h1>${t('library')}</h1>
  <div class="empty">${icon('library')}<p>${t('library_empty')}</p>
    <p>${t('library_empty_how')}</p>
    <p class="row"><code class="command-line">${COMMAND}</code><button class="square" aria-label=${t('copy')} title=${t('copy')} @click=${() => void attempt(async () => {
      await navigator.clipboard.writeText(COMMAND);
      tell(t('copied', { text: COMMAND }));
    })}>${icon('copy')}</button></p>
    <p class="muted">${t('library_empty_root')} <a href="#/commands/library.add">${t('library_add_here')}</a></p></div></div>`;
