/** @file The right side of the workbench: which operation, its settings, the history, and the button that runs it. */

import { api } from '../../api.js';
import { html, keyed } from '../../base.js';
import { operations, settingsOf } from '../../catalogue.js';
import { progressBar, stateText } from '../../elements/progress.js';
import { attempt } from '../../elements/toast.js';
import { hasStrokes, placeOf, roomOf } from '../../goals.js';
import { groupIcon, icon } from '../../icons.js';
import { t, term } from '../../i18n.js';
import { isOver, jobs } from '../../jobs.js';
import { newest, session } from '../../session.js';
import { complete, inputControls, inputsOf, sourceOf, takesAll } from './inputs.js';
import { copyAs, deleteRecipe, savePreset, saveRecipe } from './actions.js';
import '../../elements/choice.js';
import '../../elements/form.js';
import '../../elements/history.js';
import { given, used } from '../../elements/events.js';
import '../../elements/menu.js';
import { problemBox } from '../models/weights.js';

/** @import { Item, Operation } from '../../types.js' */
/** @import { Workbench } from './workbench.js' */

/** Announces progress in quarters; every step would be too much for a screen reader. @param {number} progress */
const quarter = (progress) => Math.floor(progress * 4) * 25;

/** @param {Workbench} bench @param {Operation} operation */
function head(bench, operation) {
  const file = bench.item?.name ?? 'picture.png';
  const entries = [
    { label: t('copy_cli'), icon: 'terminal', run: () => void copyAs('cli', operation, bench.settings, file) },
    { label: t('copy_python'), icon: 'code', run: () => void copyAs('python', operation, bench.settings, file) },
    { label: t('save_recipe'), icon: 'recipe', run: () => void saveRecipe(bench.item, operation, bench.own) },
    ...(bench.item && operations.get('color.paint') ? [{ label: t('to_desk'), icon: 'fill', run: () => { location.hash = '#/desk'; } }] : []),
    ...(bench.item && hasStrokes(newest(bench.item).picture) ? [{ label: t('edit_strokes'), icon: 'line', run: () => { location.hash = '#/strokes'; } }] : []),
    ...(bench.item && operations.get('sources.identify') ? [{ label: t('identify'), icon: 'source', run: () => { location.hash = `#/identify/${newest(/** @type {Item} */ (bench.item)).picture.id}`; } }] : []),
    { label: t('reset_all'), icon: 'reset', run: () => bench.set({}), disabled: !Object.keys(bench.settings).length },
    ...(operation.group === 'recipes' ? [{ label: t('delete_recipe'), icon: 'trash', run: () => void deleteRecipe(operation), danger: true }] : []),
  ];
  return html`<div class="row panel-head">
    <span class="card-icon">${icon(groupIcon(operation.group))}</span>
    <label class="operation-pick grow"><span class="sr-only">${t('operation')}</span>
      <select @change=${used((control) => { location.hash = placeOf(control.value); })}>
        ${operations.grouped.map((group) => keyed(group.id, html`<optgroup label=${term.group(group.id, group.title)}>
          ${group.operations.map((one) => keyed(one.id, html`<option value=${one.id} .selected=${one.id === operation.id}>${term.operation(one.id)}</option>`))}
        </optgroup>`))}
      </select>${icon('chevron')}</label>
    <nj-menu .label=${t('more')} .entries=${entries}></nj-menu>
  </div>`;
}

/** @param {Workbench} bench @param {Operation} operation */
function presets(bench, operation) {
  const own = session.presets[operation.id] ?? {};
  const names = Object.keys(own).sort((a, b) => a.localeCompare(b));
  return html`<div class="presets row wrap" role="group" aria-label=${t('presets')}>
    ${names.map((name) => keyed(name, html`<span class="chip"><button @click=${() => bench.set({ ...own[name] })}>${name}</button>
      <button aria-label=${t('delete_preset', { name })} @click=${() => session.preset(operation.id, name, null)}>${icon('close')}</button></span>`))}
    <button class="quiet small" @click=${() => void savePreset(operation, bench.own)}>${icon('bookmark')}${t('save_preset')}</button>
  </div>`;
}

/** @param {Workbench} bench @param {Operation} operation */
function runBar(bench, operation) {
  const { job, item } = bench;
  const idle = session.items.filter((one) => !one.job);
  if (job && !isOver(job)) {
    return html`<div class="run">
      <div class="row"><span class="grow">${stateText(job)}</span><span class="sr-only" role="status">${t('progress_at', { n: quarter(job.progress) })}</span>
        <button @click=${() => void attempt(() => jobs.cancel(job.id))}>${icon('stop')}${t('cancel')}</button></div>
      ${progressBar(job.progress, item?.name ?? '')}
      ${jobs.paused && job.state === 'queued' ? html`<p class="muted">${icon('pause')}${t('queue_is_paused')} <a href="#/queue">${t('queue')}</a></p>` : ''}
    </div>`;
  }
  const needsPicture = Boolean(sourceOf(operation)) && !sourceOf(operation)?.optional && !item;
  const missing = needsPicture || !complete(operation, inputsOf(operation, item, bench.others));
  const { problem } = bench;
  // What makes a clip of a still, if nobody set it.
  const moving = item && item.chain[item.chain.length - 1].picture.frames > 1 ? undefined : settingsOf(operation).find(([name, { format }]) => format === 'movement' && !bench.settings[name]);
  const items = item ? [item] : [];
  return html`<div class="run">
    ${problem ? problemBox(problem.body, problem.again) : ''}
    <div class="row">
      <button class="primary big grow" ?disabled=${missing} @click=${() => void bench.start(items)}>${icon('play')}${bench.upToDate ? t('run_again') : t('run')}</button>
      ${moving ? html`<button class="big" ?disabled=${missing} @click=${() => {
        bench.set({ ...bench.settings, [moving[0]]: moving[1].examples?.[0] });
        void bench.start(items);
      }}>${t('make_it_move')}</button>` : ''}
      ${idle.length > 1 && sourceOf(operation) && !takesAll(operation) ? html`<button class="big" @click=${() => void bench.start(idle)}>${t('run_all', { n: idle.length })}</button>` : ''}
    </div>
    ${item?.result && item.result.operation !== operation.id ? html`<p class="muted">${icon('info')}${t('runs_on_source', { name: item.chain.length > 1 ? term.operation(item.chain[item.chain.length - 1].operation ?? '') : t('original') })}</p>` : ''}
    ${missing ? html`<p class="muted">${t(needsPicture ? 'needs_picture' : 'needs_inputs')}</p>` : ''}
  </div>`;
}

/** @param {Workbench} bench @param {Operation} operation */
function settings(bench, operation) {
  const { input } = bench;
  const room = roomOf(operation.id);
  const canvas = input && bench.held('canvas', `${input.id} ${Boolean(bench.faces)}`, { url: api.viewUrl(input.id), width: input.width, height: input.height, faces: bench.faces?.model });
  return html`<p class="muted summary">${term.summary(operation)}</p>
    ${room ? html`<p><a class="button" href=${room.href}>${icon(room.icon)}${t(room.text)}</a></p>` : ''}
    ${presets(bench, operation)}
    ${inputControls(bench, operation)}
    <nj-form .operation=${operation} .settings=${bench.settings} .canvas=${canvas} .chosen=${bench.preview.chosen} .errors=${bench.faces?.errors ?? bench.preview.errors}
      @settings=${given((detail) => bench.set(detail))}></nj-form>`;
}

const history = () => html`<nj-history .entries=${session.history.map((entry) => ({
  id: entry.id, when: entry.when, image: api.thumbnailUrl(entry.step.picture.id, 128), title: entry.name,
  detail: `${term.operation(entry.step.operation ?? '')} · ${entry.step.picture.width} × ${entry.step.picture.height}`,
}))} @recall=${given((detail) => {
  const entry = session.history.find((one) => one.id === detail);
  if (!entry) return;
  session.recall(entry);
  if (entry.step.operation) location.hash = `#/bench/${entry.step.operation}`;
})} @forget=${given((detail) => session.forget(detail ?? undefined))}></nj-history>`;

/** @param {Workbench} bench */
export function panel(bench) {
  const { operation } = bench;
  if (!operation) return html``;
  const tabs = /** @type {const} */ (['settings', 'history']);
  return html`<section class="panel" aria-label=${t('settings')}>
    ${head(bench, operation)}
    <div class="tabs"><div class="row tight grow" role="tablist" aria-label=${t('settings')} @keydown=${(/** @type {KeyboardEvent} */ event) => {
      if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
      bench.tab = bench.tab === 'settings' ? 'history' : 'settings';
      bench.update();
      bench.one(`#tab-${bench.tab}`).focus();
    }}>
      ${tabs.map((name) => html`<button role="tab" id=${`tab-${name}`} aria-selected=${String(bench.tab === name)} aria-controls="tab-panel" tabindex=${bench.tab === name ? '0' : '-1'}
        @click=${() => { bench.tab = name; bench.changed(); }}>${t(name)}${name === 'history' && session.history.length ? html` <span class="badge">${session.history.length}</span>` : ''}</button>`)}
      </div>
      <label class="row live"><span>${t('live_preview')}</span><input type="checkbox" role="switch" class="switch" .checked=${bench.live} @change=${() => bench.setLive(!bench.live)}></label>
    </div>
    <div class="panel-body" role="tabpanel" id="tab-panel" aria-labelledby=${`tab-${bench.tab}`} tabindex="0">
      ${bench.tab === 'settings' ? settings(bench, operation) : history()}
    </div>
    ${runBar(bench, operation)}
  </section>`;
}
