/** @file Strokes: chooses the picture; the editor is loaded once there is one. */

import { Base, html } from '../../base.js';
import { operations } from '../../catalogue.js';
import '../../elements/drop.js';
import { attempt } from '../../elements/toast.js';
import { hasStrokes } from '../../goals.js';
import { icon } from '../../icons.js';
import { t } from '../../i18n.js';
import { intake } from '../../intake.js';
import { jobs } from '../../jobs.js';
import { newest, session } from '../../session.js';
import { lineArt } from '../../line-art/line-art.js';

export class StrokesScreen extends Base {
  /** Whether the editor has been requested, and whether it is loaded. */ #asked = false;
  #ready = false;

  connected() {
    for (const source of [operations, session, intake, jobs, lineArt]) this.leaving(source.subscribe(() => this.changed()));
  }

  /** @param {string} detail The id of a picture. */
  visit(detail) {
    intake.open(detail);
    this.changed();
  }

  updated() {
    if (this.#asked || !session.current) return;
    this.#asked = true;
    void attempt(async () => {
      await import('./editor.js');
      this.#ready = true;
      this.changed();
    });
  }

  render() {
    if (!operations.loaded || (session.current && !this.#ready)) return html`<p class="loading muted" role="status">${t('loading')}</p>`;
    const item = session.current;
    if (!item) return html`<div class="desk-empty"><h1 class="sr-only">${t('strokes')}</h1><div class="stage-empty"><nj-drop></nj-drop></div></div>`;
    const { picture } = newest(item);
    if (!hasStrokes(picture)) {
      return html`<div class="desk-empty"><h1 class="sr-only">${t('strokes')}</h1><div class="desk-start"><p class="row">${icon('warning')}<span><b>${picture.name}</b>: ${t('strokes_unreadable')}</span></p><nj-drop></nj-drop></div></div>`;
    }
    const state = picture.format === 'svg' ? '' : lineArt.prepare(item);
    if (state === 'looking') return html`<p class="loading muted" role="status">${t('loading')}</p>`;
    if (lineArt.isWaiting(state)) return lineArt.waiting(item, t('strokes'), t('strokes_as_it_is'));
    const source = item.chain.at(-1)?.picture;
    const original = item.result && source && source.width === picture.width && source.height === picture.height ? source : picture;
    return html`<nj-stroke-editor .picture=${picture} .original=${original} .notice=${lineArt.notice(item, state, t('strokes_as_it_is'))}></nj-stroke-editor>`;
  }
}
customElements.define('nj-strokes', StrokesScreen);
