/** @file The check of the data folder, and the request for a repair, on the page Storage. */

import { api } from '../../api.js';
import { Base, html } from '../../base.js';
import { attempt } from '../../elements/toast.js';
import { icon } from '../../icons.js';
import { number, t } from '../../i18n.js';

/** @import { FolderReport } from '../../types.js' */

const MOST_PATHS = 50;

export class FolderCheck extends Base {
  /** @type {FolderReport | null} */ #report = null;
  #checking = false;
  #asked = false;

  connected() {
    void attempt(async () => {
      this.#asked = (await api.repairAsked()).at_next_start;
      this.changed();
    });
  }

  #check = async () => {
    this.#checking = true;
    this.changed();
    await attempt(async () => { this.#report = await api.folderCheck(); });
    this.#checking = false;
    this.changed();
  };

  /** @param {boolean} wanted */
  #ask = (wanted) => attempt(async () => {
    this.#asked = (await api.repair(wanted)).at_next_start;
    this.changed();
  });

  get #said() {
    const report = this.#report;
    if (this.#checking) return t('check_running');
    if (!report) return '';
    return report.healthy ? t('check_healthy', { n: number(report.files) }) : t('check_findings', { n: number(report.findings.length) });
  }

  /** @param {FolderReport} report */
  #findings({ folder, findings }) {
    const kinds = [...new Set(findings.map(({ kind }) => kind))];
    const short = (/** @type {string} */ path) => path.startsWith(folder) ? path.slice(folder.length + 1) : path;
    return kinds.map((kind) => {
      const paths = findings.filter((one) => one.kind === kind).map(({ path }) => short(path));
      const title = t(/** @type {'check_stray'} */ (`check_${kind.replace(' ', '_')}`));
      return html`<details class="check-kind"><summary>${title} <span class="muted">${number(paths.length)}</span></summary>
        <ul>${paths.slice(0, MOST_PATHS).map((path) => html`<li><code>${path}</code></li>`)}${paths.length > MOST_PATHS ? html`<li>…</li>` : ''}</ul></details>`;
    });
  }

  render() {
    const report = this.#report;
    const findings = report && !report.healthy && !this.#checking;
    return html`<section class="panel-card" aria-label=${t('check')}>
      <div class="row wrap"><div class="grow"><b>${t('check')}</b><p class="muted">${t('check_lead')}</p></div>
        <button aria-disabled=${String(this.#checking)} @click=${() => { if (!this.#checking) void this.#check(); }}>${t('check_now')}</button></div>
      <p role="status" class=${findings ? 'space-tight' : ''} ?hidden=${!this.#said}>${findings ? icon('warning') : ''}<span>${this.#said}</span></p>
      ${report && !this.#checking ? html`${this.#findings(report)}
        <p class="muted">${t('check_counts', { backups: number(report.backups), lost: number(report.lost_and_found) })}</p>` : ''}
      ${this.#asked ? html`<div class="row wrap"><p class="grow"><b>${t('damaged_asked')}</b></p><button @click=${() => this.#ask(false)}>${t('check_no_repair')}</button></div>`
        : findings ? html`<div class="row wrap"><p class="grow muted">${t('check_repair_lead')}</p><button class="primary" @click=${() => this.#ask(true)}>${t('damaged_repair')}</button></div>` : ''}
    </section>`;
  }
}
customElements.define('nj-folder-check', FolderCheck);
