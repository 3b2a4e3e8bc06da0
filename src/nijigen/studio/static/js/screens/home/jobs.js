/** @file The latest jobs on the home screen: each as a small picture of before and after. */

import { api } from '../../api.js';
import { html, keyed } from '../../base.js';
import { operations } from '../../catalogue.js';
import { colorsIn } from '../../elements/data/palette.js';
import { patch } from '../../elements/data/table.js';
import { progressBar, stateText } from '../../elements/progress.js';
import { attempt } from '../../elements/toast.js';
import { groupIcon, icon } from '../../icons.js';
import { inLanguage, t, term } from '../../i18n.js';
import { isOver, jobs } from '../../jobs.js';
import { session } from '../../session.js';
import { inputPictures, jobName, resultPicture, retry } from '../jobs/facts.js';
import { getButton, isHere } from '../models/weights.js';

/** @import { Job } from '../../types.js' */

const MOST = 8;

/** Puts a result back on the workbench, beside its source. @param {Job} job */
const open = (job) => void attempt(async () => {
  const [id] = inputPictures(job);
  // The source may have been deleted since.
  const source = id ? await api.picture(id).catch(() => null) : null;
  session.reopen(job, source);
  location.hash = `#/bench/${job.operation}`;
});

/** @param {string} url @param {string} name */
const half = (url, name) => html`<img class=${name} src=${url} alt="" loading="lazy" draggable="false" @error=${(/** @type {Event} */ event) => { /** @type {HTMLElement} */ (event.target).hidden = true; }}>`;

/** What a job made, or what it has so far. @param {Job} job */
function outcome(job) {
  const picture = resultPicture(job);
  if (job.state === 'running' && job.looks) return half(api.lookUrl(job.id, job.looks), 'after');
  if (picture) return half(api.thumbnailUrl(picture, 256), 'after');
  const colors = job.state === 'done' && colorsIn(job.result?.data);
  if (colors) return html`<span class="after stripes">${colors.map(({ hex }) => patch(hex))}</span>`;
  const sign = { queued: 'history', running: 'play', failed: 'warning', cancelled: 'stop', done: groupIcon(operations.get(job.operation)?.group ?? '') }[job.state];
  return html`<span class="after sign">${icon(sign)}</span>`;
}

/** @param {Job} job */
function pair(job) {
  const [source] = inputPictures(job);
  return html`<span class=${`pair ${source ? '' : 'alone'}`} aria-hidden="true">${source ? half(api.thumbnailUrl(source, 256), 'before') : ''}${outcome(job)}</span>`;
}

/** Why it failed, and what can be done. @param {Job} job */
function failure(job) {
  const again = () => void attempt(() => retry(job));
  if (job.error?.model && isHere(job.error.model)) return html`<small class="muted">${t('model_here', { name: job.error.model })}</small><button class="small" @click=${again}>${icon('reset')}${t('retry')}</button>`;
  if (job.error?.model) return html`<small class="error">${t('needs_model', { name: job.error.model })}</small>${getButton(job.error.model, again)}`;
  return html`${job.error ? html`<small class="error">${inLanguage(job.error).text}</small>` : ''}<button class="small" @click=${again}>${icon('reset')}${t('retry')}</button>`;
}

/** @param {Job} job */
function card(job) {
  const name = jobName(job);
  const text = html`<b class="cut">${name}</b><small class="muted cut">${term.operation(job.operation)}${job.state === 'done' ? '' : ` · ${stateText(job)}`}</small>${job.state === 'done' && !job.result ? html`<small class="muted">${t('result_expired')}</small>` : ''}`;
  return keyed(job.id, html`<li class=${`recent ${job.state}`}>
    ${job.state === 'done' && job.result ? html`<button class="recent-open" @click=${() => open(job)}>${pair(job)}${text}</button>` : html`<div class="recent-open">${pair(job)}${text}</div>`}
    ${job.state === 'running' ? progressBar(job.progress, name) : ''}
    ${job.state === 'failed' ? failure(job) : ''}
  </li>`);
}

/** The latest jobs; nothing where there are none. */
export function recentJobs() {
  // Commands are jobs too, but make nothing to look at.
  const list = jobs.all.filter((job) => operations.get(job.operation) && job.state !== 'cancelled');
  if (!list.length) return '';
  const shown = [...list.filter((job) => !isOver(job)), ...list.filter(isOver)].slice(0, MOST);
  return html`<section aria-labelledby="recent-title">
    <div class="row"><h2 id="recent-title" class="grow">${t('recent')}</h2><a href="#/queue">${t('all_jobs')}</a></div>
    <ul class="recents">${shown.map(card)}</ul></section>`;
}
