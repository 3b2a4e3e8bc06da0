/** @file All editors on one page, for development; not linked from anywhere. */

import { api } from '../../api.js';
import { Base, html, keyed } from '../../base.js';
import { EDITORS, ready } from '../../elements/editors/index.js';
import { t } from '../../i18n.js';
import { session } from '../../session.js';

export class Editors extends Base {
  /** @type {Record<string, any>} */ values = { color: '#3355cc', seed: 7, palette: ['#22304e', '#e8505b', '#f4e9d8'], box: null, points: [], hints: [], mask: null, faces: null };

  connected() { this.leaving(session.subscribe(() => this.changed())); }

  render() {
    const picture = session.current?.chain[0].picture;
    const canvas = picture ? { url: api.viewUrl(picture.id), width: picture.width, height: picture.height } : null;
    return html`<div class="page"><h1>${t('editors')}</h1><div class="models">
      ${Object.entries(EDITORS).map(([format, editor]) => keyed(format, html`<article class="model" aria-label=${format}><h2>${format}</h2>
        ${!ready(format, () => this.changed()) ? '' : editor({ value: this.values[format], schema: {}, name: `try-${format}`, label: format, canvas, give: (event) => {
          event.stopPropagation();
          this.values[format] = event.detail;
          this.changed();
        } })}
        <output class="muted cut" data-format=${format}>${JSON.stringify(this.values[format])}</output></article>`))}
    </div></div>`;
  }
}
customElements.define('nj-editors', Editors);
