/** @file The workbench: one large picture, the settings next to it, all other pictures below. */

import { api } from '../../api.js';
import { Base, html, keyed } from '../../base.js';
import { cutsFaces, differing, facesSetting, operations, same, withoutFaces } from '../../catalogue.js';
import { keep } from '../../elements/download.js';
import { complain } from '../../elements/toast.js';
import { byRank, hasStrokes } from '../../goals.js';
import { icon } from '../../icons.js';
import { fileSize, noted, t, term } from '../../i18n.js';
import { intake } from '../../intake.js';
import { isOver, jobs } from '../../jobs.js';
import { keyIn } from '../../keys.js';
import { newest, session } from '../../session.js';
import { load, save } from '../../store.js';
import { keepAll, run } from './actions.js';
import { complete, inputsOf, sourceOf, takesAll } from './inputs.js';
import { panel } from './panel.js';
import { Preview, source } from './preview.js';
import { weights } from '../models/weights.js';
import { addPictures } from '../../elements/drop.js';
import '../../elements/filmstrip.js';
import '../../elements/menu.js';
import '../../elements/viewer.js';
import { given } from '../../elements/events.js';
import '../../elements/view-tools.js';

/** @import { ViewTools } from '../../elements/view-tools.js' */
/** @import { Viewer } from '../../elements/viewer.js' */
/** @import { BenchFaces } from './faces.js' */
/** @import { Box, Inputs, Item, Operation, Picture, Settings } from '../../types.js' */

/** Operations without a preview. */
const NOT_SHOWN = ['Data', 'Files'];
const CROP_SHARE = 0.45;
const CROP = { least: 160, most: 384 };

export class Workbench extends Base {
  /** Id of the operation. */ wanted = '';
  /** @type {'settings' | 'history'} */ tab = 'settings';
  /** Whether changes are previewed. */ live = load('live', true);
  /** Inputs other than the current picture. @type {Inputs} */ others = {};
  /** Whether the preview is shown although there is a result. */ #trying = false;
  /** @type {Box | null} */ #crop = null;
  #cropOf = '';
  preview = new Preview(() => this.changed());
  /** Loaded with the first face operation. @type {BenchFaces | null} */ #faces = null;
  #fetched = false;
  /** @type {typeof import('./data.js').dataPane | null} */ #dataPane = null;

  connected() {
    for (const source of [operations, session, jobs, intake, weights]) this.leaving(source.subscribe(() => this.changed()));
    this.leaving(() => { this.preview.clear(); this.#faces?.leave(); });
    const stop = new AbortController();
    document.addEventListener('keydown', (event) => this.#key(event), stop);
    this.leaving(() => stop.abort());
  }

  /** @param {string} detail The operation in the URL. */
  visit(detail) {
    this.wanted = decodeURIComponent(detail);
    if (detail) session.open(this.wanted);
    this.changed();
    this.one('.panel-body')?.scrollTo(0, 0);
  }

  /** @returns {Operation | undefined} */
  get operation() { return operations.get(this.wanted) ?? operations.get(session.operation) ?? byRank(operations.all.operations)[0]; }
  /** The face support, if the operation takes faces. */
  get faces() {
    if (!facesSetting(this.operation)) return null;
    if (!this.#fetched) {
      this.#fetched = true;
      void import('./faces.js').then(({ BenchFaces }) => { this.#faces = new BenchFaces(this); this.changed(); }, complain);
    }
    return this.#faces;
  }
  /** Settings that apply to any picture. @returns {Settings} */
  get own() { return this.operation ? withoutFaces(this.operation.id, differing(this.operation, session.settings[this.operation.id] ?? {})) : {}; }
  /** @returns {Settings} */
  get settings() {
    const name = facesSetting(this.operation);
    const all = name && this.item?.given ? { ...this.own, [name]: this.item.given } : this.own;
    return this.held('settings', this.wanted + JSON.stringify(all), all);
  }
  get item() { return session.current; }
  /** The last job of an operation that was run without a picture. */
  get alone() {
    const { item, operation } = this;
    return operation && !(item && sourceOf(operation)) ? jobs.byId.get(session.alone[operation.id]) ?? null : null;
  }
  get job() { return this.item?.job ? jobs.byId.get(this.item.job) ?? null : this.alone; }
  /** @returns {Picture | null} The input of the next run. */
  get input() { return this.item?.chain.at(-1)?.picture ?? null; }
  get showsResult() { return Boolean(this.item?.result) && !(this.#trying && (this.live || this.faces)); }

  /** @param {Settings} settings */
  set(settings) {
    if (!this.operation) return;
    this.#trying = true;
    this.preview.errors = {};
    const { [facesSetting(this.operation)]: given, ...own } = settings;
    if (this.item && (given ?? undefined) !== this.item.given) session.give(this.item, given ?? undefined);
    session.set(this.operation.id, own);
  }

  /** Why there is no result or preview, and what to do again once that is mended. */
  get problem() {
    const { item, operation } = this;
    if (item?.failed?.operation === operation?.id && item?.failed) return { body: item.failed.error, again: () => void this.start([item]) };
    if (this.alone?.error) return { body: this.alone.error, again: () => void this.start([]) };
    const body = this.faces?.problem ?? this.preview.problem;
    return body ? { body, again: () => { this.preview.clear(); this.faces?.leave(); this.changed(); } } : null;
  }

  /** @param {boolean} trying */
  try(trying) {
    this.#trying = trying;
    this.changed();
  }

  /** @param {Item[]} items */
  async start(items) {
    const { operation } = this;
    if (!operation) return;
    this.#trying = false;
    const { faces, settings } = this;
    await run(operation, async (item) => (item && faces ? faces.settingsFor(item) : settings), this.others, items);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (!this.item) return;
    const act = keyIn('undo', event) || keyIn('bench', event);
    if (act === 'undo') session.undo(this.item);
    else if (act === 'redo') session.redo(this.item);
    else if (act === 'run' && (!this.job || isOver(this.job))) void this.start([this.item]);
    else return;
    event.preventDefault();
  }

  /** Whether a crop is previewed. @param {Picture} input */
  #crops(input) {
    return this.live && !this.showsResult && input.frames === 1 && Boolean(sourceOf(this.operation)) && !takesAll(this.operation) && !NOT_SHOWN.includes(this.operation?.returns ?? '') && !facesSetting(this.operation);
  }

  /** Whether a preview shows the whole picture. */
  get #whole() { return this.operation?.preview === 'whole'; }

  /** The preview frame, centered until the user moves it. @param {Picture} picture @returns {Box} */
  #frame(picture) {
    if (this.#whole) return [0, 0, picture.width, picture.height];
    if (this.#crop && this.#cropOf === picture.id) return this.#crop;
    const side = Math.round(Math.min(CROP.most, Math.max(CROP.least, Math.min(picture.width, picture.height) * CROP_SHARE)));
    const [width, height] = [Math.min(side, picture.width), Math.min(side, picture.height)];
    const [left, top] = [Math.floor((picture.width - width) / 2), Math.floor((picture.height - height) / 2)];
    this.#cropOf = picture.id;
    return (this.#crop = [left, top, left + width, top + height]);
  }

  updated() {
    const tools = this.one('nj-view-tools');
    const viewer = this.one('nj-viewer');
    if (tools && viewer && tools.viewer !== viewer) tools.follow(viewer);
    const { operation, input } = this;
    this.faces?.update();
    if (!operation || !input || !this.#crops(input)) return this.preview.stop();
    const inputs = inputsOf(operation, this.item, this.others);
    if (!complete(operation, inputs)) return;
    this.preview.ask({ operation: operation.id, inputs, settings: this.settings, box: this.#frame(input) });
  }

  /** The preview, if it is of this picture and this operation. */
  get #tried() {
    const { preview, operation, item } = this;
    const fits = this.live && operation && preview.shown?.of === source({ operation: operation.id, inputs: inputsOf(operation, item, this.others) });
    return fits ? preview.shown : null;
  }

  /** Whether a contact sheet is shown. */
  get #sheets() { return this.showsResult && this.faces !== null && cutsFaces(this.item?.result?.operation); }

  #stage() {
    const { item, input } = this;
    if (!item || !input) return html`<div class="stage-empty"><nj-drop></nj-drop></div>`;
    const result = this.showsResult && item.result ? item.result.picture : null;
    if (this.#sheets) return this.faces?.sheet();
    const crop = this.#crops(input) ? this.#frame(input) : null;
    /** @type {import('../../elements/viewer.js').After | null} */
    let after = null;
    if (result) after = { url: api.viewUrl(result.id), box: [0, 0, input.width, input.height], scale: result.width / input.width };
    else if (crop) after = this.#tried;
    const key = result ? result.id : after?.url;
    const over = result ? null : this.faces?.over ?? null;
    return html`<nj-viewer .picture=${this.held('before', input.id, { url: api.viewUrl(input.id), width: input.width, height: input.height })}
      .outcome=${this.held('after', String(key), after)} .crop=${this.#whole ? null : crop} .busy=${this.preview.busy} .over=${over}
      @missing=${() => complain(new Error(t('picture_expired')))} @crop=${given((detail) => { this.#crop = detail; this.changed(); })}></nj-viewer>`;
  }

  /** The same object while nothing changed, so that the viewer is left alone. @type {Record<string, {key: string, value: any}>} */ #values = {};
  /** @template T @param {string} name @param {string} key @param {T} value @returns {T} */
  held(name, key, value) {
    if (this.#values[name]?.key !== key) this.#values[name] = { key, value };
    return this.#values[name].value;
  }

  #toolbar() {
    const { item } = this;
    const chain = item?.chain ?? [];
    const button = (/** @type {string} */ label, /** @type {string} */ name, /** @type {boolean} */ off, /** @type {() => void} */ act) =>
      html`<button class="square quiet" aria-label=${label} title=${label} ?disabled=${off} @click=${act}>${icon(name)}</button>`;
    return html`<div class="bench-bar">
      <span class="row tight">
        ${button(t('undo'), 'undo', !item?.past.length, () => item && session.undo(item))}
        ${button(t('redo'), 'redo', !item?.future.length, () => item && session.redo(item))}
      </span>
      <nav class="chain grow" aria-label=${t('chain')}><ol>
        ${chain.map((step, index) => html`<li><button class="quiet" aria-current=${index === chain.length - 1 && !item?.result ? 'step' : null} ?disabled=${index === chain.length - 1 && !item?.result}
          @click=${() => item && session.goTo(item, index)}>${step.operation ? term.operation(step.operation) : t('original')}</button></li>`)}
        ${item?.result ? html`<li aria-current="step"><b>${term.operation(item.result.operation ?? '')}</b></li>` : ''}
      </ol></nav>
      ${item?.result && (this.live || this.faces) ? html`<nj-choice .label=${t('shown')} .value=${this.showsResult} .options=${[{ value: true, label: t('result') }, { value: false, label: t(this.faces ? 'picture' : 'preview') }]}
        @value=${given((detail) => this.try(!detail))}></nj-choice>` : ''}
      ${this.#sheets ? '' : html`<nj-view-tools .comparable=${Boolean(this.showsResult || (this.#tried))} .framed=${Boolean(this.input && !this.#whole && this.#crops(this.input))}></nj-view-tools>`}
    </div>`;
  }

  /** A result that is no picture; what shows it is loaded with the first. @param {import('./data.js').Told} told */
  #data(told) {
    if (!this.#dataPane) void import('./data.js').then(({ dataPane }) => { this.#dataPane = dataPane; this.changed(); }, complain);
    return this.#dataPane?.(told) ?? '';
  }

  /** Actions on a result. */
  #result() {
    const { item, alone } = this;
    if (alone?.result && 'data' in alone.result) return this.#data({ ...alone, name: alone.name ?? '', data: alone.result.data, asked: alone });
    const faces = this.showsResult ? '' : this.faces?.bar() ?? '';
    // What another operation told is not in the way of this one.
    if (item?.data !== undefined && item.asked?.operation === this.operation?.id) return [faces, this.#data(item)];
    if (!item?.result || faces) return faces;
    const { picture } = item.result;
    const name = () => this.one('.result-name').value || picture.name;
    return html`<div class="result-bar" role="group" aria-label=${t('result')}>
      <span class="muted facts">${`${picture.width} × ${picture.height}`}<span class="wide-only"> · ${picture.format.toUpperCase()} · ${fileSize(picture.bytes)}</span></span>
      ${[keyed(picture.id, html`<input class="result-name grow" aria-label=${t('file_name')} spellcheck="false" autocomplete="off" value=${picture.name}>`)]}
      ${item.result.operation?.startsWith('lines.') ? html`
        ${hasStrokes(picture) ? html`<button @click=${() => { location.hash = '#/strokes'; }}>${icon('line')}<span>${t('edit_strokes')}</span></button>` : ''}
        <button @click=${() => { location.hash = '#/desk'; }}>${icon('fill')}<span>${t('to_desk')}</span></button>` : ''}
      <button @click=${() => session.useResult(item)} title=${t('use_result_hint')}>${icon('link')}<span>${t('use_result')}</span></button>
      <button class="primary" @click=${() => keep(api.fileUrl(picture.id, name()), name())}>${icon('download')}<span>${t('download')}</span></button>
      ${item.result.notes?.length ? html`<ul class="notes" aria-label=${t('notes')}>${item.result.notes.map((note) => html`<li>${icon('info')}${noted(note.text)}</li>`)}</ul>` : ''}
    </div>`;
  }

  #strip() {
    const frames = session.items.map((item) => {
      const job = item.job ? jobs.byId.get(item.job) : null;
      return { id: item.id, name: item.name, image: api.thumbnailUrl(newest(item).picture.id), share: job && !isOver(job) ? job.progress : null, done: Boolean(item.result) };
    });
    const made = session.items.filter((item) => item.result || item.chain.length > 1);
    return html`<div class="strip">
      <nj-filmstrip class="grow" .frames=${frames} .current=${this.item?.id ?? ''} @add=${addPictures}
        @pick=${given((detail) => { this.#trying = false; session.select(detail); })}
        @drop-frame=${given((detail) => session.remove(detail))}></nj-filmstrip>
      ${made.length > 1 ? html`<button class="keep-all" @click=${() => keepAll(made.map((item) => ({ picture: newest(item).picture.id, name: newest(item).picture.name })))}>${icon('archive')}${t('download_all')}</button>` : ''}
    </div>`;
  }

  /** @param {boolean} live */
  setLive(live) {
    this.live = live;
    save('live', live);
    if (!live) this.preview.clear();
    this.changed();
  }

  /** Whether the shown result was made with exactly these settings. */
  get upToDate() {
    const { item, operation } = this;
    if (!item?.result || !operation || item.result.operation !== operation.id) return false;
    const made = differing(operation, item.result.settings ?? {});
    return same(item.given ? made : withoutFaces(operation.id, made), this.settings);
  }

  render() {
    if (!operations.loaded) return html`<p class="loading muted" role="status">${t('loading')}</p>`;
    return html`<div class=${`bench ${this.item ? '' : 'bare'}`}>
      <h1 class="sr-only">${t('workbench')}: ${term.operation(this.operation?.id ?? '')}</h1>
      <section class="bench-main" aria-label=${t('picture')}>
        ${this.item ? this.#toolbar() : ''}
        <div class="bench-stage">${this.#stage()}</div>
        ${this.#result()}
        ${session.items.length ? this.#strip() : ''}
      </section>
      ${panel(this)}
    </div>`;
  }
}
customElements.define('nj-workbench', Workbench);
