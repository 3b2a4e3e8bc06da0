/** @file Commands, which change stored data: the list, and the form of one command, built from its declaration. */

import { api } from '../../api.js';
import { Base, html, keyed } from '../../base.js';
import { commands, operations } from '../../catalogue.js';
import { given, used } from '../../elements/events.js';
import '../../elements/form.js';
import { nameList } from '../../elements/names.js';
import { progressBar, stateText } from '../../elements/progress.js';
import { attempt, complain } from '../../elements/toast.js';
import { groupIcon, icon } from '../../icons.js';
import { noted, planned, t, term } from '../../i18n.js';
import { isOver, jobs } from '../../jobs.js';
import { newest, session } from '../../session.js';
import { carryOut, ended } from './confirm.js';
import { problemBox, weights } from '../models/weights.js';

/** @import { Command, Inputs, Job, Port, Settings } from '../../types.js' */

const lines = (/** @type {string[]} */ list) => html`<ul class="changes">${list.map((line) => html`<li>${planned(line)}</li>`)}</ul>`;

export class Commands extends Base {
  /** Which one is shown; all where it is empty. */ #id = '';
  /** @type {Inputs} */ #inputs = {};
  /** @type {Settings} */ #settings = {};
  /** What the command would do. @type {string[] | null} */ #plan = null;
  /** @type {Job | null} */ #job = null;

  connected() {
    for (const source of [commands, jobs, session, weights]) this.leaving(source.subscribe(() => this.changed()));
    if (!commands.loaded) void attempt(() => commands.load());
  }

  /** @param {string} id */
  visit(id) {
    if (id !== this.#id) [this.#inputs, this.#settings, this.#plan, this.#job] = [{}, {}, null, null];
    this.#id = id;
    this.changed();
  }

  get #call() {
    const empty = commands.get(this.#id)?.inputs.filter((port) => port.empty).map(({ name }) => [name, '']) ?? [];
    return { id: this.#id, inputs: { ...Object.fromEntries(empty), ...this.#inputs }, settings: this.#settings };
  }

  /** @param {Port} port @param {string | string[]} value */
  #give(port, value) {
    const { [port.name]: _, ...others } = this.#inputs;
    this.#inputs = value.length ? { ...others, [port.name]: value } : others;
    this.#plan = null;
    this.changed();
  }

  async #look() {
    const call = this.#call;
    const told = await attempt(() => api.plan(call));
    if (told && call.id === this.#id) this.#plan = told.changes;
    this.changed();
  }

  async #start() {
    try {
      const job = await carryOut(this.#call);
      if (!job) return;
      [this.#job, this.#plan] = [job, null];
      const over = await ended(job, (now) => {
        if (this.#job?.id === now.id) this.#job = now;
        this.changed();
      });
      // A recipe is an operation, and may have come or gone.
      if (over.state === 'done') await Promise.all([operations.load(), commands.load()]);
    } catch (error) {
      complain(error);
    }
    this.changed();
  }

  /** @param {Port} port */
  #pictures(port) {
    const picked = [this.#inputs[port.name] ?? []].flat();
    if (!session.items.length) return html`<p class="muted">${t('command_needs_pictures')} <a href="#/">${t('to_home')}</a></p>`;
    return html`<div class="picks">${session.items.map((item) => {
      const { id } = newest(item).picture;
      return keyed(item.id, html`<label class="pick"><input type=${port.several ? 'checkbox' : 'radio'} name=${`input-${port.name}`} .checked=${picked.includes(id)} @change=${used((control) => {
        if (!port.several) this.#give(port, id);
        else this.#give(port, control.checked ? [...picked, id] : picked.filter((one) => one !== id));
      })}><img src=${api.thumbnailUrl(id, 128)} alt="" width="40" height="40"><span>${item.name}</span></label>`);
    })}</div>`;
  }

  /** @param {Port} port */
  #port(port) {
    const id = `input-${port.name}`;
    const value = this.#inputs[port.name] ?? '';
    const label = html`${term.setting(port.name, undefined, this.#id)}${port.optional ? html` <small class="muted">${t('optional')}</small>` : ''}`;
    const help = html`<small class="muted" id=${`${id}-help`}>${term.help(this.#id, port.name, port.description)}${['file', 'folder', 'path'].includes(port.kind) || port.prefixes.length ? ` ${t('path_hint')}` : ''}${port.several && port.kind === 'text' ? ` ${t('one_a_line')}` : ''}</small>`;
    if (!['text', 'file', 'folder', 'path'].includes(port.kind)) return keyed(port.name, html`<fieldset class="stacked"><legend>${label}</legend>${this.#pictures(port)}${help}</fieldset>`);
    if (port.choices && !port.prefixes.length) return keyed(port.name, this.#choice(port, [value].flat().filter(Boolean), label, help));
    const wide = port.several || port.media;
    const { list, names } = nameList(`${id}-names`, port);
    const changed = used((control) => this.#give(port, port.several ? control.value.split('\n').filter(Boolean) : control.value));
    return keyed(port.name, html`<label class="stacked"><span>${label}</span>${wide
      ? html`<textarea id=${id} rows=${port.media ? 8 : 3} aria-describedby=${`${id}-help`} ?required=${!port.optional} .value=${[value].flat().join('\n')} @change=${changed}></textarea>`
      : html`<input type="text" id=${id} list=${list} autocomplete="off" aria-describedby=${`${id}-help`} ?required=${!port.optional && !port.empty} .value=${String(value)} @change=${changed}>${names}`}${help}</label>`);
  }

  /** The names that exist, to choose from. @param {Port} port @param {string[]} value @param {import('../../base.js').Template} label @param {import('../../base.js').Template} help */
  #choice(port, value, label, help) {
    const names = port.choices ?? [];
    if (!names.length) return html`<div class="stacked"><span>${label}</span><p class="muted">${t('no_names')}</p></div>`;
    if (port.several) {
      return html`<fieldset class="stacked"><legend>${label}</legend><div class="picks">${names.map((name) => keyed(name, html`<label class="pick"><input type="checkbox" .checked=${value.includes(name)}
        @change=${used((control) => this.#give(port, names.filter((one) => (one === name ? control.checked : value.includes(one)))))}><span>${name}</span></label>`))}</div>${help}</fieldset>`;
    }
    const id = `input-${port.name}`;
    return html`<label class="stacked"><span>${label}</span><span class="select"><select id=${id} aria-describedby=${`${id}-help`} ?required=${!port.optional} @change=${used((control) => this.#give(port, control.value))}>
      <option value="" .selected=${!value.length}>${t('choose_name')}</option>
      ${names.map((name) => keyed(name, html`<option value=${name} .selected=${value[0] === name}>${name}</option>`))}</select>${icon('chevron')}</span>${help}</label>`;
  }

  /** @param {Job} job */
  #progress(job) {
    const report = job.state === 'done' ? job.result : null;
    return html`<section class="panel-card" aria-label=${t('command_report')}>
      <p role="status"><b>${stateText(job)}</b></p>
      ${isOver(job) ? '' : html`${progressBar(job.progress, term.operation(job.operation))}
        <div class="row"><button @click=${() => void attempt(() => jobs.cancel(job.id))}>${icon('stop')}${t('cancel')}</button></div>`}
      ${job.error ? problemBox(job.error, () => void this.#start()) : ''}
      ${report ? html`${report.changes.length ? lines(report.changes) : html`<p>${t('nothing_to_do')}</p>`}
        ${(report.notes ?? []).map((/** @type {string} */ note) => html`<p class="muted">${noted(note)}</p>`)}
        ${report.result === null || report.result === undefined ? '' : html`<pre class="result" tabindex="0">${typeof report.result === 'string' ? report.result : JSON.stringify(report.result, null, 2)}</pre>`}` : ''}
    </section>`;
  }

  /** @param {Command} command */
  #form(command) {
    const running = this.#job !== null && !isOver(this.#job);
    return html`<div class="page narrow">
      <p><a href="#/commands">${t('commands')}</a></p>
      <div class="row wrap page-head"><h1 class="grow">${term.operation(command.id)}</h1><span class="pill">${t(`access_${command.access}`)}</span></div>
      <p>${term.summary(command)}</p>
      ${command.description ? html`<p class="muted">${term.description(command)}</p>` : ''}
      <form class="command" @submit=${(/** @type {Event} */ event) => {
        event.preventDefault();
        void this.#start();
      }}>
        ${command.inputs.map((port) => this.#port(port))}
        ${Object.keys(command.settings.properties ?? {}).length ? html`<nj-form .operation=${command} .settings=${this.#settings} @settings=${given((detail) => {
          [this.#settings, this.#plan] = [detail, null];
          this.changed();
        })}></nj-form>` : ''}
        <div class="row wrap">
          <button type="submit" class="primary" ?disabled=${running}>${icon('play')}${t('run')}</button>
          <button type="button" ?disabled=${running} @click=${() => void this.#look()}>${icon('eye')}${t('what_will_happen')}</button>
        </div>
      </form>
      ${this.#plan ? html`<section class="panel-card" aria-labelledby="plan-title"><h2 id="plan-title">${t('what_will_happen')}</h2><div role="status">${this.#plan.length ? lines(this.#plan) : t('nothing_to_do')}</div></section>` : ''}
      ${this.#job ? this.#progress(this.#job) : ''}
    </div>`;
  }

  #list() {
    return html`<div class="page">
      <h1>${t('commands')}</h1><p class="muted">${t('commands_lead')}</p>
      ${commands.loaded ? '' : html`<p class="muted" role="status">${t('loading')}</p>`}
      ${commands.groups.map((group) => keyed(group.id, html`<section class="group" aria-labelledby=${`group-${group.id}`}>
        <h2 id=${`group-${group.id}`}>${term.group(group.id, group.title)}</h2>
        <ul class="cards">${commands.all.filter((one) => one.group === group.id).map((one) => keyed(one.id, html`<li><a class="button card" href=${`#/commands/${one.id}`}>
          <span class="card-icon">${icon(groupIcon(one.group))}</span>
          <span class="grow"><b>${term.operation(one.id)}</b><span class="muted">${term.summary(one)}</span><small>${t(`access_${one.access}`)}</small></span>
        </a></li>`))}</ul>
      </section>`))}
    </div>`;
  }

  render() {
    const command = this.#id ? commands.get(this.#id) : undefined;
    return command ? this.#form(command) : this.#list();
  }
}
customElements.define('nj-commands', Commands);
