/** @file Actions of the workbench: run, copy, download, save. */

import { api, newId } from '../../api.js';
import { ask } from '../../elements/dialog.js';
import { keep } from '../../elements/download.js';
import { attempt, complain, tell } from '../../elements/toast.js';
import { operations, withoutFaces } from '../../catalogue.js';
import { t, term } from '../../i18n.js';
import { jobs } from '../../jobs.js';
import { session } from '../../session.js';
import { inputsOf, sourceOf } from './inputs.js';

/** @import { Call, Inputs, Item, Operation, Settings } from '../../types.js' */

/** Loaded when something is run. */
const confirming = () => import('../commands/confirm.js');

/** @param {Call} call @param {string} [batch] */
const submit = async ({ id, ...call }, batch) => (await confirming()).agreed({ id, ...call }, (confirmation) => api.submit({ operation: id, ...call, batch, confirmation }));

/** @param {Operation} operation @param {(item: Item | null) => Promise<Settings>} settingsFor @param {Inputs} others @param {Item[]} items */
export async function run(operation, settingsFor, others, items) {
  const batch = items.length > 1 ? newId() : undefined;
  if (!sourceOf(operation) || !items.length) {
    const job = await attempt(async () => submit({ id: operation.id, inputs: inputsOf(operation, null, others), settings: await settingsFor(null) }));
    if (job) [session.expect(job), jobs.put(jobs.byId.get(job.id) ?? job)];
    return;
  }
  for (const item of items) {
    try {
      const job = await submit({ id: operation.id, inputs: inputsOf(operation, item, others), settings: await settingsFor(item) }, batch);
      if (!job) return;
      // What only lacked a model is this same work: it does not stay behind as failed.
      if (item.failed?.error.model) void jobs.cancel(item.failed.job).catch(() => undefined);
      session.started(item, job);
      // A fast job may finish before the response to its request arrives.
      jobs.put(jobs.byId.get(job.id) ?? job);
    } catch (error) {
      complain(error, batch && item.name);
    }
  }
  if (batch) tell(t('batch_started', { n: items.length }));
}

/** The latest result of every picture, in one ZIP. @param {{picture: string, name: string}[]} files */
export async function keepAll(files) {
  const archive = await attempt(() => api.archive(files));
  if (archive) keep(archive, 'nijigen.zip');
}

/** @param {string} text @param {string} said The message to show afterwards. */
export async function copyText(text, said) {
  try {
    await navigator.clipboard.writeText(text);
    tell(said);
  } catch {
    // The clipboard is not available without a secure context.
    await ask({ title: t('copy_by_hand'), entries: [{ name: 'text', label: t('text'), value: text, lines: 6, fixed: true }], yes: t('done') });
  }
}

/** @param {'cli' | 'python'} kind @param {Operation} operation @param {Settings} settings @param {string} file */
export async function copyAs(kind, operation, settings, file) {
  const text = (await attempt(() => api.describe({ operation: operation.id, settings, file })))?.[kind];
  if (text !== undefined) await copyText(text, t('copied', { text: text.trim().split('\n').at(-1) ?? text }));
}

/** Saves the chain of a picture, or else a single operation, as a recipe. @param {Item | null} item @param {Operation} operation @param {Settings} settings */
export async function saveRecipe(item, operation, settings) {
  const made = [...(item?.chain ?? []), ...(item?.result ? [item.result] : [])].filter((step) => step.operation);
  const steps = made.length
    ? made.map((step) => ({ operation: step.operation ?? '', settings: withoutFaces(step.operation ?? '', step.settings ?? {}) }))
    : [{ operation: operation.id, settings }];
  const answer = await ask({
    title: t('save_recipe'),
    text: steps.map((step) => term.operation(step.operation)).join(' → '),
    entries: [
      { name: 'name', label: t('name'), required: true, pattern: '[a-z][a-z0-9_]*', hint: t('recipe_name_hint') },
      { name: 'summary', label: t('recipe_summary'), required: true },
    ],
    yes: t('save'),
  });
  if (!answer) return;
  const recipe = JSON.stringify({ summary: answer.summary, steps: steps.map((step) => ({ operation: step.operation, ...step.settings })) });
  await attempt(async () => {
    const { carryOut, ended, succeeded } = await confirming();
    const job = await carryOut({ id: 'recipes.save', inputs: { name: answer.name, recipe }, settings: {} });
    if (!job || !succeeded(await ended(job))) return;
    await operations.load();
    tell(t('recipe_saved', { name: answer.name }));
  });
}

/** @param {Operation} operation */
export async function deleteRecipe(operation) {
  await attempt(async () => {
    const { carryOut, ended, succeeded } = await confirming();
    const job = await carryOut({ id: 'recipes.delete', inputs: { name: operation.id.replace(/^recipes\./, '') }, settings: {} });
    if (!job || !succeeded(await ended(job))) return;
    await operations.load();
    location.hash = '#/';
  });
}

/** @param {Operation} operation @param {Settings} settings */
export async function savePreset(operation, settings) {
  const answer = await ask({ title: t('save_preset'), entries: [{ name: 'name', label: t('name'), required: true }], yes: t('save') });
  if (answer?.name.trim()) session.preset(operation.id, answer.name.trim(), settings);
}
