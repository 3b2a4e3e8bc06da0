/** @file The queue: running and waiting jobs, and results. */

import { api } from '../../api.js';
import { Base, html, keyed } from '../../base.js';
import { progressBar, stateText } from '../../elements/progress.js';
import { attempt } from '../../elements/toast.js';
import { icon } from '../../icons.js';
import { t, term } from '../../i18n.js';
import { isOver, jobs } from '../../jobs.js';
import { keep } from '../../elements/download.js';
import { keepAll } from '../workbench/actions.js';
import { inputPictures, jobName, resultPicture, retry } from './facts.js';
import { problemBox, weights } from '../models/weights.js';

/** @import { Job } from '../../types.js' */

/** @type {Record<Job['state'], string>} */
const ICONS = { queued: 'history', running: 'play', done: 'check', failed: 'warning', cancelled: 'stop' };

/** @param {Job[]} list @param {(job: Job) => Promise<unknown>} act */
const each = (list, act) => void Promise.all(list.map((job) => attempt(() => act(job))));

export class Queue extends Base {
  connected() { for (const source of [jobs, weights]) this.leaving(source.subscribe(() => this.changed())); }

  /** @param {Job} job */
  #row(job) {
    const files = job.result?.files ?? [];
    const picture = resultPicture(job) ?? inputPictures(job)[0];
    const name = jobName(job);
    const lost = job.state === 'done' && !job.result;
    const button = (/** @type {string} */ label, /** @type {string} */ image, /** @type {() => void} */ act) =>
      html`<button class="square quiet" aria-label=${`${label}: ${name}`} title=${label} @click=${act}>${icon(image)}</button>`;
    return html`<li class=${`job ${job.state}`}>
      ${picture ? html`<img src=${job.looks ? api.lookUrl(job.id, job.looks) : api.thumbnailUrl(picture, 128)} alt="" loading="lazy" width="56" height="56">` : html`<span class="card-icon">${icon('picture')}</span>`}
      <div class="grow job-text"><b class="cut">${name}</b>
        <span class="muted cut"><span class="state">${icon(ICONS[job.state])}${lost ? t('result_expired') : stateText(job)}</span> · ${term.operation(job.operation)}${job.lane === 'interactive' ? '' : ` · ${t(`lane_${job.lane}`)}`}</span>
        ${job.state === 'running' ? progressBar(job.progress, name) : ''}
        ${job.error ? problemBox(job.error, () => void attempt(() => retry(job))) : ''}
      </div>
      <div class="row tight">
        ${job.state === 'done' && job.result?.id ? button(t('download'), 'download', () => keep(api.fileUrl(job.result.id, job.result.name), job.result.name)) : ''}
        ${files.length ? button(t('download'), 'archive', () => void keepAll(files.filter((/** @type {any} */ file) => file.picture).map((/** @type {any} */ file) => ({ picture: file.picture.id, name: file.name.split('/').join(' ') })))) : ''}
        ${job.state === 'failed' || job.state === 'cancelled' ? button(t('retry'), 'reset', () => void attempt(() => retry(job))) : ''}
        ${button(isOver(job) ? t('remove') : t('cancel'), isOver(job) ? 'close' : 'stop', () => void attempt(() => jobs.cancel(job.id)))}
      </div>
    </li>`;
  }

  /** @param {string} batch @param {Job[]} list */
  #group(batch, list) {
    const rows = html`<ul class="jobs">${list.map((job) => keyed(job.id, this.#row(job)))}</ul>`;
    if (list.length < 2) return keyed(batch, html`<section class="batch">${rows}</section>`);
    const open = list.filter((job) => !isOver(job));
    const failed = list.filter((job) => job.state === 'failed' || job.state === 'cancelled');
    const files = list.flatMap((job) => job.result?.files?.map((/** @type {any} */ file) => file.picture) ?? [job.result]).filter((picture) => picture?.id).map(({ id, name }) => ({ picture: id, name }));
    const share = list.reduce((sum, job) => sum + (isOver(job) ? 1 : job.progress), 0) / list.length;
    const title = t('batch_of', { n: list.length, operation: term.operation(list[0].operation) });
    return keyed(batch, html`<section class="batch" aria-label=${title}>
      <div class="row wrap batch-head"><h2 class="grow">${title}</h2>
        <span class="muted">${t('batch_done', { n: list.length - open.length, total: list.length })}</span>
        ${files.length ? html`<button @click=${() => keepAll(files)}>${icon('archive')}${t('download_all')}</button>` : ''}
        ${failed.length ? html`<button @click=${() => each(failed, retry)}>${icon('reset')}${t('retry_failed', { n: failed.length })}</button>` : ''}
        ${open.length ? html`<button @click=${() => each(open, (job) => jobs.cancel(job.id))}>${icon('stop')}${t('cancel_rest')}</button>` : ''}
      </div>
      ${open.length ? progressBar(share, title) : ''}${rows}
    </section>`);
  }

  render() {
    /** @type {Map<string, Job[]>} */
    const batches = new Map();
    for (const job of jobs.all) {
      const key = job.batch ?? job.id;
      batches.set(key, [...(batches.get(key) ?? []), job]);
    }
    const over = jobs.all.filter(isOver);
    const failed = over.filter((job) => job.state === 'failed').length;
    const empty = html`<div class="empty">${icon('queue')}<p>${jobs.loaded ? t('queue_empty') : t('loading')}</p><a class="button" href="#/">${t('to_home')}</a></div>`;
    return html`<div class="page">
      <div class="row wrap page-head"><h1 class="grow">${t('queue')}</h1>
        <button aria-pressed=${String(jobs.paused)} @click=${() => void attempt(() => jobs.pause(!jobs.paused))}>${icon(jobs.paused ? 'play' : 'pause')}${t(jobs.paused ? 'resume' : 'pause')}</button>
        <button ?disabled=${!over.length} @click=${() => each(over, (job) => jobs.cancel(job.id))}>${icon('trash')}${t('clear_finished')}</button>
      </div>
      <p class="muted" role="status">${t('queue_state', { open: jobs.busy, over: over.length - failed, failed })}${jobs.paused ? ` ${t('queue_is_paused')}` : ''}</p>
      ${batches.size ? [...batches].map(([batch, list]) => this.#group(batch, list)) : empty}
    </div>`;
  }
}
customElements.define('nj-queue', Queue);
