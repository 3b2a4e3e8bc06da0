/** @file The toolbar of a viewer: comparison mode and zoom. */

import { Base, html } from '../base.js';
import { icon } from '../icons.js';
import { number, t } from '../i18n.js';
import { given } from './events.js';
import './choice.js';

/** @import { Viewer } from './viewer.js' */

export class ViewTools extends Base {
  /** @type {Viewer | null} */ viewer = null;
  comparable = false;
  framed = false;

  /** @param {Viewer} viewer */
  follow(viewer) {
    this.viewer = viewer;
    viewer.addEventListener('zoomed', (event) => {
      this.one('.level').textContent = `${number(/** @type {CustomEvent} */ (event).detail * 100)} %`;
    });
    this.changed();
  }

  /** @param {string} label @param {string} picture @param {() => void} act */
  #button(label, picture, act) {
    return html`<button class="square quiet" aria-label=${label} title=${label} @click=${act}>${icon(picture)}</button>`;
  }

  render() {
    const { viewer } = this;
    const modes = [
      { value: 'split', label: t('mode_split'), icon: 'split' },
      { value: 'lens', label: t('mode_lens'), icon: 'lens' },
      { value: 'after', label: t('mode_after'), icon: 'picture' },
      { value: 'before', label: t('mode_before'), icon: 'eye' },
    ];
    return html`<div class="row tools" role="toolbar" aria-label=${t('view')}>
      ${this.comparable && viewer ? html`<nj-choice .bare=${true} .label=${t('compare')} .options=${modes} .value=${viewer.mode} @value=${given((detail) => {
        viewer.mode = detail;
        viewer.changed();
      })}></nj-choice>` : ''}
      <span class="row tight">
        ${this.framed ? this.#button(t('zoom_crop'), 'crop', () => viewer?.zoomToCrop()) : ''}
        ${this.#button(t('zoom_out'), 'minus', () => viewer?.zoomTo(viewer.level / 1.25))}
        <output class="level" aria-label=${t('zoom')}></output>
        ${this.#button(t('zoom_in'), 'plus', () => viewer?.zoomTo(viewer.level * 1.25))}
        ${this.#button(t('zoom_fit'), 'fit', () => viewer?.fit())}
        <button class="square quiet wide-only" aria-label=${t('show_pixels')} title=${t('show_pixels')} aria-pressed=${String(Boolean(viewer?.pixels))} @click=${() => {
          if (viewer) viewer.pixels = !viewer.pixels;
          viewer?.changed();
          this.changed();
        }}>${icon('grid')}</button>
        <button class="quiet" @click=${() => viewer?.zoomTo(1)}>100 %</button>
        <button class="quiet wide-only" @click=${() => viewer?.zoomTo(2)}>200 %</button>
      </span>
    </div>`;
  }
}
customElements.define('nj-view-tools', ViewTools);
