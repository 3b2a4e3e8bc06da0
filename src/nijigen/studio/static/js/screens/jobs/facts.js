/** @file What the records of jobs say: their pictures, their names, and how to run them again. */

import { term } from '../../i18n.js';
import { jobs } from '../../jobs.js';
import { session } from '../../session.js';
import { agreed } from '../commands/confirm.js';

/** @import { Job } from '../../types.js' */

const PICTURE = /^[0-9a-f]{64}$/;

/** Ids of the pictures that a job takes; its other inputs are texts and paths. @param {Job} job */
export const inputPictures = (job) => Object.values(job.inputs).flat().filter((input) => PICTURE.test(input));

/** Id of the picture that a job made, or of the first of several. @param {Job} job @returns {string | undefined} */
export const resultPicture = ({ result }) => result?.id ?? result?.files?.find((/** @type {any} */ file) => file.picture)?.picture.id;

/** The name of the result; of the source, as long as there is none. @param {Job} job */
export function jobName(job) {
  const inputs = inputPictures(job);
  const item = session.items.find((one) => one.chain.some((step) => inputs.includes(step.picture.id)));
  // Commands are about a model or a recipe, which they name.
  const subject = typeof job.inputs.name === 'string' ? job.inputs.name : null;
  return job.name ?? job.result?.name ?? item?.name ?? subject ?? term.operation(job.operation);
}

/** @param {Job} job */
export const retry = ({ id, operation, inputs, settings }) => agreed({ id: operation, inputs, settings }, (confirmation) => jobs.retry(id, confirmation));
