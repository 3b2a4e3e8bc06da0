/** @file Home: add pictures, and choose what to do with them. */

import { api } from '../../api.js';
import { Base, html, keyed } from '../../base.js';
import { operations } from '../../catalogue.js';
import { byRank, goalsOf, isAside, placeOf } from '../../goals.js';
import { groupIcon, icon } from '../../icons.js';
import { t, term } from '../../i18n.js';
import { intake } from '../../intake.js';
import { jobs } from '../../jobs.js';
import { newest, session } from '../../session.js';
import '../../elements/drop.js';
import { given } from '../../elements/events.js';
import '../../elements/filmstrip.js';
import { recentJobs } from './jobs.js';
import { weights } from '../models/weights.js';

/** @import { Operation } from '../../types.js' */
/** @import { Goal } from '../../goals.js' */

export class Home extends Base {
  connected() {
    for (const source of [operations, session, intake, jobs, weights]) this.leaving(source.subscribe(() => this.changed()));
  }

  /** @param {Operation} operation @param {Goal} goal */
  #choose(operation, goal) {
    if (goal.settings) session.set(operation.id, { ...session.settings[operation.id], ...goal.settings });
    location.hash = placeOf(operation.id);
  }

  /** @param {Operation} operation @param {Goal} goal */
  #card(operation, goal) {
    const key = /** @type {'goal_enlarge'} */ (`goal_${goal.key}`);
    const title = goal.key ? t(key) : term.operation(operation.id);
    const text = goal.key ? t(/** @type {'goal_enlarge_text'} */ (`${key}_text`)) : term.summary(operation);
    return html`<li><button class="card" @click=${() => this.#choose(operation, goal)}>
      <span class="card-icon">${icon(goal.icon || groupIcon(operation.group))}</span>
      <span class="grow"><b>${title}</b><span class="muted">${text}</span>${goal.key ? html`<small>${term.operation(operation.id)}</small>` : ''}</span>
    </button></li>`;
  }

  render() {
    const { items } = session;
    const frames = items.map((item) => ({
      id: item.id, name: item.name, share: null, done: Boolean(item.result),
      image: api.thumbnailUrl(newest(item).picture.id),
    }));
    return html`<div class="home">
      <section class="hero" aria-labelledby="hero-title">
        <h1 id="hero-title">${t('home_title')}</h1>
        <p class="lead">${t('home_lead')}</p>
        <nj-drop .compact=${items.length > 0}></nj-drop>
        ${intake.busy ? html`<p class="muted" role="status">${t('reading', { n: intake.done, total: intake.total })}</p>` : ''}
        ${items.length ? html`<div class="tray">
          <div class="row"><h2 class="grow">${t('ready', { n: items.length })}</h2>
            <button class="quiet" @click=${() => session.clear()}>${icon('trash')}${t('remove_all')}</button></div>
          <nj-filmstrip .frames=${frames} .current=${session.current?.id ?? ''} @pick=${given((detail) => session.select(detail))}
            @drop-frame=${given((detail) => session.remove(detail))} @add=${() => this.one('input.files').dispatchEvent(new MouseEvent('click'))}></nj-filmstrip>
        </div>` : ''}
      </section>
      ${recentJobs()}
      <section aria-labelledby="goals-title">
        <h2 id="goals-title">${t('goals_title')}</h2>
        ${operations.loaded ? '' : html`<p class="muted" role="status">${t('loading')}</p>`}
        ${operations.grouped.map((group) => keyed(group.id, html`<section class="group" aria-labelledby=${`group-${group.id}`}>
          <h3 id=${`group-${group.id}`}>${term.group(group.id, group.title)}</h3>
          <p class="muted">${term.groupLine(group.id, group.title)}</p>
          <ul class="cards">${byRank(group.operations).filter((operation) => !isAside(operation)).flatMap((operation) => goalsOf(operation).map((goal) => keyed(`${operation.id} ${goal.key}`, this.#card(operation, goal))))}</ul>
          ${group.operations.some(isAside) ? html`<p class="also muted">${t('goals_also')}: ${group.operations.filter(isAside).map((operation) => html`<a href=${placeOf(operation.id)}>${term.operation(operation.id)}</a> `)}</p>` : ''}
        </section>`))}
      </section>
      <p class="also"><a href="#/space">${t('space')}</a> <a href="#/trash">${t('trash')}</a></p>
    </div>`;
  }
}
customElements.define('nj-home', Home);
