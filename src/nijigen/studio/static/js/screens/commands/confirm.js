/** @file The confirmation dialog of calls that change stored data or use the network: it shows what the call will do. */

import { api } from '../../api.js';
import { commands, operations } from '../../catalogue.js';
import { ask } from '../../elements/dialog.js';
import { planned, t, term } from '../../i18n.js';
import { isOver, jobs } from '../../jobs.js';

/** @import { Call, Job } from '../../types.js' */

/**
 * Has a call made, once its user agreed where that is needed.
 * @template T @param {Call} call @param {(confirmation?: string) => Promise<T>} make
 * @returns {Promise<T | null>} null where the answer was no.
 */
export async function agreed(call, make) {
  if (!operations.get(call.id) && !commands.loaded) await commands.load();
  const command = commands.get(call.id);
  const called = operations.get(call.id) ?? command;
  if (!called || called.access === 'read') return make();
  const { confirmation, changes } = await api.confirm(call);
  const lines = changes.length || !command ? changes.map((line) => `• ${planned(line)}`) : [t('nothing_to_do')];
  const text = [term.summary(called), ...lines].join('\n');
  const answer = await ask({ title: term.operation(call.id), text, yes: t(called.access === 'network' ? 'do_it_network' : 'do_it'), danger: /\.(delete|remove)$/.test(call.id) });
  return answer ? make(confirmation) : null;
}

/** Has a command carried out, asking first where that is needed. @param {Call} call @returns {Promise<Job | null>} */
export async function carryOut(call) {
  const job = await agreed(call, (confirmation) => api.command(call, confirmation));
  if (job) jobs.put(jobs.byId.get(job.id) ?? job);
  return job;
}

/** Waits until a job has ended. @param {Job} job @param {(job: Job) => void} [follow] Called whenever it changes. @returns {Promise<Job>} */
export const ended = (job, follow = () => {}) => new Promise((resolve) => {
  let leave = () => {};
  const look = () => {
    const now = jobs.byId.get(job.id) ?? job;
    follow(now);
    if (!isOver(now)) return;
    leave();
    resolve(now);
  };
  leave = jobs.subscribe(look);
  look();
});

/** Fails where the job did. @param {Job} job */
export function succeeded(job) {
  if (job.state === 'failed') throw Object.assign(new Error(job.error?.detail), { hint: job.error?.hint });
  return job.state === 'done';
}
