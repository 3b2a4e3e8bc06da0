/** @file Modal dialogs: a few text fields, or yes or no. */

import { html, render } from '../base.js';
import { t } from '../i18n.js';

/** @typedef {{name: string, label: string, value?: string, required?: boolean, pattern?: string, hint?: string, lines?: number, fixed?: boolean}} Entry */

/**
 * Shows a dialog and waits for the answer.
 * @param {{title: string, text?: string, entries?: Entry[], yes: string, danger?: boolean}} question
 * @returns {Promise<Record<string, string> | null>} The entered values, or null if cancelled.
 */
export function ask({ title, text, entries = [], yes, danger = false }) {
  const dialog = document.createElement('dialog');
  const before = document.activeElement;
  dialog.setAttribute('aria-labelledby', 'dialog-title');
  document.body.append(dialog);
  return new Promise((resolve) => {
    const field = (/** @type {Entry} */ entry) => html`<label class="stacked"><span>${entry.label}</span>${entry.lines
      ? html`<textarea name=${entry.name} rows=${entry.lines} ?readonly=${entry.fixed} .value=${entry.value ?? ''}></textarea>`
      : html`<input name=${entry.name} autocomplete="off" ?required=${entry.required} pattern=${entry.pattern} title=${entry.hint} .value=${entry.value ?? ''}>`}
      ${entry.hint ? html`<small class="muted">${entry.hint}</small>` : ''}</label>`;
    const answer = (/** @type {SubmitEvent} */ event) => {
      event.preventDefault();
      const data = new FormData(/** @type {HTMLFormElement} */ (event.target));
      resolve(Object.fromEntries([...data].map(([name, value]) => [name, String(value)])));
      dialog.close();
    };
    render(html`<form method="dialog" @submit=${answer}>
      <h2 id="dialog-title">${title}</h2>
      ${text ? html`<p class="prose">${text}</p>` : ''}
      ${entries.map(field)}
      <div class="row end">
        <button type="button" @click=${() => dialog.close()}>${t('cancel')}</button>
        <button type="submit" class=${danger ? 'danger' : 'primary'}>${yes}</button>
      </div>
    </form>`, dialog);
    dialog.addEventListener('close', () => {
      resolve(null);
      dialog.remove();
      if (before instanceof HTMLElement) before.focus();
    });
    dialog.showModal();
    dialog.querySelector('input')?.select();
  });
}
