/** @file Progress of a job, visible and for screen readers. */

import { html } from '../base.js';
import { remaining, t } from '../i18n.js';

/** @import { Job } from '../types.js' */

/** @param {Job} job */
export const stateText = (job) => {
  if (job.state !== 'running') return t(`state_${job.state}`);
  return [`${Math.floor(job.progress * 100)} %`, job.suspended ? t('state_suspended') : remaining(job.eta)].filter(Boolean).join(' · ');
};

/** @param {number} share @param {string} label */
export const progressBar = (share, label) => html`<progress max="1" value=${share} aria-label=${label}></progress>`;
