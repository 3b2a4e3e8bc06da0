/** @file The opened pictures, below the sheet. */

import { api } from '../../api.js';
import { html } from '../../base.js';
import { addPictures } from '../../elements/drop.js';
import { given } from '../../elements/events.js';
import '../../elements/filmstrip.js';
import { t } from '../../i18n.js';
import { newest, session } from '../../session.js';

/** @returns {unknown} */
export function strip() {
  const frames = session.items.map((item) => ({ id: item.id, name: item.name, image: api.thumbnailUrl(newest(item).picture.id), share: null, done: false }));
  return html`<nav class="desk-strip" aria-label=${t('opened_pictures')}><nj-filmstrip .frames=${frames} .current=${session.current?.id ?? ''}
    @add=${addPictures} @pick=${given((detail) => session.select(detail))} @drop-frame=${given((detail) => session.remove(detail))}></nj-filmstrip></nav>`;
}
