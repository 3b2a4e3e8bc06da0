/** @file The coloring desk: chooses the drawing; the workspace is loaded once there is one. */

import { api } from '../../api.js';
import { Base, html } from '../../base.js';
import { operations } from '../../catalogue.js';
import { attempt } from '../../elements/toast.js';
import { icon } from '../../icons.js';
import { t } from '../../i18n.js';
import { intake } from '../../intake.js';
import { jobs } from '../../jobs.js';
import { newest, session } from '../../session.js';
import { lineKinds } from '../../line-art/line-kind.js';

/** Extracts lines; loaded with the first picture that is no line art. @type {typeof import('../../line-art/line-art.js').lineArt | null} */
let lineArt = null;
/** The opened pictures; loaded with the second one. @type {typeof import('./strip.js').strip | null} */
let strip = null;

/** A sample line drawing for users without one. */
async function sample() {
  const seed = crypto.getRandomValues(new Uint32Array(1))[0] % 100_000;
  const blob = await api.make('generate.character', { seed, rendering: 'lines', width: 1024, height: 1024 }, 'png');
  await intake.take([new File([blob], `character-${seed}-lines.png`, { type: 'image/png' })]);
}

export class ColoringDesk extends Base {
  /** Whether the workspace has been requested, and whether it is loaded. */ #laid = false;
  #ready = false;

  connected() {
    for (const source of [operations, session, intake, jobs, lineKinds]) this.leaving(source.subscribe(() => this.changed()));
    if (lineArt) this.leaving(lineArt.subscribe(() => this.changed()));
  }

  /** @param {string} detail The id of a picture. */
  visit(detail) {
    intake.open(detail);
    this.changed();
  }

  updated() {
    if (!session.current) void attempt(() => import('../../elements/drop.js'));
    else if (session.items.length > 1 && !strip) void attempt(async () => { ({ strip } = await import('./strip.js')); this.changed(); });
    if (this.#laid || !session.current) return;
    this.#laid = true;
    void attempt(async () => {
      await import('./table.js');
      this.#ready = true;
      this.changed();
    });
  }

  /** Whether a picture is not colored as it is; null while that is being found out. @param {import('../../types.js').Item} item */
  #needsLines(item) {
    const { picture, operation = '' } = newest(item);
    return item.job || item.failed || operation.startsWith('lines.') ? true : lineKinds.isColored(picture);
  }

  #loadLineArt = () => attempt(async () => {
    if (lineArt) return;
    ({ lineArt } = await import('../../line-art/line-art.js'));
    this.leaving(lineArt.subscribe(() => this.changed()));
    this.changed();
  });

  render() {
    if (!operations.loaded || (session.current && !this.#ready)) return html`<p class="loading muted" role="status">${t('loading')}</p>`;
    if (session.current) {
      const item = session.current;
      const needs = this.#needsLines(item);
      if (needs && !lineArt) void this.#loadLineArt();
      const state = (needs && lineArt?.prepare(item)) || '';
      if (needs === null || (needs && !lineArt) || state === 'looking') return html`<p class="loading muted" role="status">${t('loading')}</p>`;
      if (lineArt?.isWaiting(state)) return lineArt.waiting(item, t('desk'), t('desk_as_it_is'));
      return html`<nj-desk-table .picture=${newest(item).picture} .notice=${lineArt?.notice(item, state, t('desk_as_it_is')) ?? ''} .strip=${session.items.length > 1 && strip ? strip() : ''}></nj-desk-table>`;
    }
    return html`<div class="desk-empty"><h1 class="sr-only">${t('desk')}</h1><div class="stage-empty"><div class="desk-start"><nj-drop></nj-drop>
      <p class="row center"><span class="muted">${t('desk_sample_text')}</span><button @click=${() => void attempt(sample)}>${icon('wand')}${t('desk_sample')}</button></p></div></div></div>`;
  }
}
customElements.define('nj-desk', ColoringDesk);
