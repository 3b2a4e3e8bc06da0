/** @file Faces on the workbench: detected live, drawn over the stage, edited, saved, and cropped as a contact sheet. */

import { api, Problem } from '../../api.js';
import { html } from '../../base.js';
import { cutsFaces, facesSetting, operations } from '../../catalogue.js';
import { FacesModel, extent, readFaces } from '../../elements/editors/faces-model.js';
import { FacesOver } from '../../elements/editors/faces-over.js';
import { given } from '../../elements/events.js';
import { attempt, complain } from '../../elements/toast.js';
import { t } from '../../i18n.js';
import { session } from '../../session.js';
import { keep } from '../../elements/download.js';

/** @import { Face, Faces } from '../../elements/editors/faces-model.js' */
/** @import { Item, Operation, Picture, Settings, Step } from '../../types.js' */
/** @import { Workbench } from './workbench.js' */

const REST_MS = 220;
/** @type {Record<string, {label: string, ending: string}>} */
const FORMATS = {
  json: { label: 'JSON', ending: '.json' }, coco: { label: 'COCO', ending: '-coco.json' }, yolo: { label: 'YOLO', ending: '.txt' },
  csv: { label: 'CSV', ending: '.csv' }, animeface: { label: 'AnimeFace 2009', ending: '-animeface.json' },
};

/** The operation that reads faces to the depth that an operation needs. @param {Operation} operation @param {Settings} settings */
const reader = ({ id }, settings) => (id === 'faces.attributes' ? id
  : ['faces.landmarks', 'faces.align'].includes(id) || (id === 'faces.overlay' && settings.points !== false) ? 'faces.landmarks' : 'faces.detect');

export class BenchFaces {
  model = new FacesModel();
  over = new FacesOver();
  busy = false;
  /** Errors of single settings. @type {Record<string, string>} */ errors = {};
  /** The last result, its request and its picture. */
  #found = { key: '', picture: '', faces: /** @type {Faces | null} */ (null) };
  #made = { data: /** @type {unknown} */ (null), faces: /** @type {Faces | null} */ (null) };
  #read = { text: '', faces: /** @type {Faces | null} */ (null) };
  /** Why they were not found. @type {import('../../types.js').ProblemBody | null} */ problem = null;
  #asked = '';
  #timer = 0;
  #of = '';
  #line = new AbortController();

  /** @param {Workbench} bench */
  constructor(bench) {
    this.bench = bench;
    this.over.model = this.model;
    this.model.addEventListener('give', (event) => {
      if (bench.item) session.give(bench.item, /** @type {CustomEvent} */ (event).detail);
      // While editing, show the picture and not the result.
      bench.try(true);
    });
    this.model.subscribe(() => bench.changed());
  }

  /** @param {Item} item @param {Operation} operation @param {Settings} settings */
  #wanted(item, operation, settings) {
    const id = reader(operation, settings);
    const known = operations.get(id)?.settings.properties ?? {};
    const taken = Object.fromEntries(Object.entries(settings).filter(([name]) => name in known && name !== 'format'));
    const wanted = { operation: id, inputs: { picture: item.chain[item.chain.length - 1].picture.id }, settings: item.given ? { given: item.given } : taken };
    return { wanted, key: JSON.stringify(wanted) };
  }

  /** Edited faces of a picture. @param {Item} item */
  #given({ given: text = '' }) {
    if (text !== this.#read.text) this.#read = { text, faces: readFaces(text) };
    return this.#read.faces;
  }

  /** Faces that a job found. @param {any} data */
  #madeOf(data) {
    if (data !== this.#made.data) this.#made = { data, faces: readFaces(data) };
    return this.#made.faces;
  }

  /** Shows the known faces of the current picture, and requests them if unknown. */
  update() {
    const { item, operation, input, settings, live } = this.bench;
    if (!item || !input || !operation) return;
    const { wanted, key } = this.#wanted(item, operation, settings);
    const edited = this.#given(item);
    const found = this.#found.key === key ? this.#found.faces : null;
    const told = item.asked?.operation === operation.id && item.data ? this.#madeOf(item.data) : null;
    const before = this.#found.picture === input.id ? this.#found.faces : null;
    if (this.#of !== input.id) this.model.set({ selected: -1 });
    this.#of = input.id;
    this.model.show(found ?? edited ?? told ?? before ?? this.#none(input));
    const complete = edited && (wanted.operation === 'faces.detect' || (wanted.operation === 'faces.landmarks' && edited.faces.every((face) => face.landmarks)));
    if (!live || input.frames > 1 || complete || key === this.#asked) return;
    this.#asked = key;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#look(wanted, key), REST_MS);
  }

  /** The same object for the same picture. @param {Picture} input */
  #none({ id, width, height }) { return this.bench.held('no faces', id, { width, height, engine: 'given', faces: /** @type {Face[]} */ ([]) }); }

  /** @param {{operation: string, inputs: Record<string, string>, settings: Settings}} wanted @param {string} key */
  async #look(wanted, key) {
    this.#line.abort();
    const line = (this.#line = new AbortController());
    this.busy = true;
    this.bench.changed();
    try {
      const faces = readFaces(await (await api.operate(wanted, line.signal)).json());
      if (key === this.#asked) [(this.#found = { key, picture: wanted.inputs.picture, faces }), (this.errors = {}), (this.problem = null)];
    } catch (error) {
      if (error instanceof Problem && error.field) this.errors = { [error.field]: error.message };
      else if (error instanceof Problem) this.problem = error.body;
      else complain(error);
    } finally {
      if (line === this.#line) this.busy = false;
      this.bench.changed();
    }
  }

  /** Requests faces again on next use. */
  leave() {
    clearTimeout(this.#timer);
    this.#line.abort();
    this.#asked = '';
    this.busy = false;
  }

  /** Settings for one picture. Cropping gets the faces explicitly, so that the origin of each crop is known. @param {Item} item @returns {Promise<Settings>} */
  async settingsFor(item) {
    const { operation, own } = this.bench;
    if (!operation) return own;
    const name = facesSetting(operation);
    if (item.given) return { ...own, [name]: item.given };
    if (!cutsFaces(operation.id) || item.chain[item.chain.length - 1].picture.frames > 1) return own;
    const { wanted, key } = this.#wanted(item, operation, own);
    const found = key === this.#found.key ? this.#found.faces : readFaces(await (await api.operate(wanted)).json());
    // Keep only the boxes: everything else is read again, and would be too large in every result.
    return { ...own, [name]: JSON.stringify(found && { ...found, faces: found.faces.map(({ box, head, confidence }) => ({ box, head, confidence })) }) };
  }

  /** @param {string} format */
  #save = async (format) => {
    const { item, input } = this.bench;
    if (!item || !input) return;
    const settings = { given: JSON.stringify(this.model.value), format };
    const answer = await attempt(async () => (await api.operate({ operation: 'faces.detect', inputs: { picture: input.id }, settings })).blob());
    if (answer) keep(answer, `${item.name.replace(/\.\w+$/, '')}-faces${FORMATS[format].ending}`);
  };

  /** The number of faces, and the actions on them. */
  bar() {
    const { model, busy } = this;
    const { item } = this.bench;
    if (!item || !this.bench.input) return '';
    const moving = this.bench.input.frames > 1;
    const said = moving ? t('faces_of_animation') : busy && !model.faces.length ? t('looking') : model.faces.length ? t('faces_found', { n: model.faces.length }) : t('no_faces');
    return html`<div class="result-bar faces-bar" role="group" aria-label=${t('faces')}>
      <span class="grow" role="status">${said}${item.given ? html` <span class="pill">${t('edited')}</span>` : ''}</span>
      ${item.given ? html`<button class="quiet" @click=${() => session.give(item, undefined)}>${t('search_anew')}</button>` : ''}
      ${model.faces.length ? html`<nj-menu class="up" .label=${t('save_faces')} .icon=${'download'} .wide=${true} .entries=${Object.entries(FORMATS).map(([format, { label }]) => ({ label, icon: 'download', run: () => void this.#save(format) }))}></nj-menu>` : ''}
    </div>`;
  }

  /** All crops that this operation made from the current pictures. */
  sheet() {
    const of = this.bench.item?.result?.operation;
    const items = session.items.filter((item) => item.result && item.result.operation === of);
    const sheets = items.map((item) => this.bench.held(`sheet ${item.id}`, item.result?.picture.id ?? '', this.#sheet(item)));
    // An element used before its class is defined would lose its properties.
    if (!customElements.get('nj-contact-sheet')) {
      void import('../../elements/contact-sheet.js').then(() => this.bench.changed(), complain);
      return html`<p class="loading muted" role="status">${t('loading')}</p>`;
    }
    return html`<nj-contact-sheet .sheets=${this.bench.held('sheets', JSON.stringify(sheets), sheets)} @pick=${given(({ id, index }) => {
      const item = items.find((one) => one.id === id);
      const face = item && this.#cut(item)[index];
      if (face) this.#show(id, face);
    })}></nj-contact-sheet>`;
  }

  /** The cropped faces, in order. @param {Item} item */
  #cut({ result }) {
    const settings = result?.settings ?? {};
    const { faces } = readFaces(settings[facesSetting(operations.get(result?.operation ?? ''))]) ?? { faces: [] };
    const side = (/** @type {Face} */ { box }) => (box[2] - box[0]) * (box[3] - box[1]);
    return settings.which === 'largest' && faces.length ? [faces.reduce((most, face) => (side(face) > side(most) ? face : most))] : faces;
  }

  /** @param {Item} item */
  #sheet(item) {
    const { id, width, height } = /** @type {Step} */ (item.result).picture;
    return { id: item.id, name: item.name, url: api.viewUrl(id), width, height, count: this.#cut(item).length };
  }

  /** Shows where in the picture a crop came from. @param {string} id @param {Face} face */
  #show(id, face) {
    session.select(id);
    this.bench.try(true);
    this.bench.update();
    const place = this.model.faces.findIndex(({ box }) => box.every((edge, at) => Math.abs(edge - face.box[at]) < 1));
    this.model.set({ selected: place });
    const [left, top, right, bottom] = extent(face);
    const [across, down] = [right - left, bottom - top];
    this.bench.one('nj-viewer')?.zoomToBox([left - across, top - down, right + across, bottom + down]);
  }
}
