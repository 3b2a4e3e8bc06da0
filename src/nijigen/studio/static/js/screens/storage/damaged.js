/** @file The page that takes the place of every screen while the database of the studio cannot be read. */

import { api } from '../../api.js';
import { Base, html } from '../../base.js';
import { icon } from '../../icons.js';
import { t } from '../../i18n.js';

export class Damaged extends Base {
  #asked = false;
  #refused = '';

  /** @param {import('../../api.js').Problem} problem */
  constructor(problem) {
    super();
    this.problem = problem;
  }

  #repair = async () => {
    try {
      await api.repair(true);
      this.#asked = true;
    } catch (error) {
      this.#refused = error instanceof Error ? error.message : String(error);
    }
    this.changed();
  };

  render() {
    const command = /nijigen studio check .*--repair/.exec(this.problem.hint)?.[0] ?? '';
    return html`<section class="damaged" role="alert">
      <h1>${icon('warning')}${t('damaged_title')}</h1>
      <p>${t('damaged_lead')}</p>
      <p>${this.#asked ? html`<b>${t('damaged_asked')}</b>` : html`<button class="primary" @click=${this.#repair}>${t('damaged_repair')}</button>`} <button @click=${() => location.reload()}>${t('damaged_reload')}</button></p>
      ${this.#refused ? html`<p>${this.#refused}</p>` : ''}
      ${command ? html`<p>${t('damaged_or')}</p><pre><code>${command}</code></pre>` : ''}
      <p><small>${this.problem.message}</small></p>
    </section>`;
  }
}
customElements.define('nj-damaged', Damaged);
