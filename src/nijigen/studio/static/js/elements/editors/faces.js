/** @file Face editor: a list with the details of each face; drawn over the stage, or over a picture of its own. */

import { html, keyed } from '../../base.js';
import { icon } from '../../icons.js';
import { number, t, term } from '../../i18n.js';
import { complain } from '../toast.js';
import { FacesModel, extent, headOf, readFaces } from './faces-model.js';
import { FacesOver } from './faces-over.js';
import { given, used } from '../events.js';
import { OnPicture } from './on-picture.js';
import '../choice.js';

/** @import { Box } from '../../types.js' */
/** @import { Face } from './faces-model.js' */

const EDGES = /** @type {const} */ (['left', 'top', 'right', 'bottom']);
const PART = /_\d+$/;

/** A crop of the picture, by the view box of an SVG. @param {string} url @param {number} width @param {number} height @param {Box} box */
export const cutout = (url, width, height, [left, top, right, bottom]) => html`<svg class="cutout" viewBox=${`${left} ${top} ${right - left} ${bottom - top}`} aria-hidden="true">
  <image href=${url} width=${width} height=${height} preserveAspectRatio="none"></image></svg>`;

/** @extends {OnPicture<string>} */
export class FacesEditor extends OnPicture {
  #own = new FacesModel();
  #over = new FacesOver();
  #point = 'nose_tip';
  #shown = '';
  /** @type {FacesModel | null} */ #known = null;

  /** If there is a stage, it owns the faces. */
  get model() { return this.canvas?.faces ?? this.#own; }

  connected() {
    const give = (/** @type {Event} */ event) => this.give(/** @type {CustomEvent} */ (event).detail);
    this.#own.addEventListener('give', give);
    this.#over.model = this.#own;
    const watch = new ResizeObserver(() => this.#lay());
    watch.observe(this);
    this.leaving(() => { watch.disconnect(); this.#own.removeEventListener('give', give); this.#known = null; });
  }

  #lay() {
    const width = this.one('.marks')?.clientWidth;
    if (width && this.canvas) this.#over.lay({ zoom: width / this.canvas.width, x: 0, y: 0 });
  }

  updated() {
    const { model, canvas } = this;
    if (model !== this.#known) {
      this.#known = model;
      this.leaving(model.subscribe(() => this.changed()));
    }
    if (model !== this.#own || !canvas) return;
    const { width, height, url } = canvas;
    // Once per value: setting it emits a change, which renders again.
    if (this.#shown !== `${url} ${this.value}`) model.show({ ...(readFaces(this.value) ?? { engine: 'given', faces: [] }), width, height });
    this.#shown = `${url} ${this.value}`;
    this.#lay();
  }

  #load = used(async (control) => {
    const file = control.files?.[0];
    control.value = '';
    if (!file || !this.canvas) return;
    const { width, height } = this.canvas;
    const faces = readFaces(await file.text());
    if (!faces) return complain(new Error(t('no_faces_in', { name: file.name })));
    if ((faces.width ?? width) !== width || (faces.height ?? height) !== height) {
      return complain(new Error(t('faces_of_another', { name: file.name, size: `${faces.width} × ${faces.height}` })));
    }
    this.give(JSON.stringify({ ...faces, width, height }));
  });

  /** @param {'box' | 'head'} which @param {Box} box */
  #edges(which, box) {
    const { width, height } = this.canvas ?? { width: 65500, height: 65500 };
    return html`<fieldset><legend>${which === 'box' ? t('face_box') : t('head_box')}</legend><div class="coordinates">
      ${EDGES.map((edge, at) => this.coordinate(t(edge), Math.round(box[at]), at % 2 ? height : width, (value) => {
        const next = /** @type {Box} */ (box.map((old, index) => (index === at ? value : old)));
        if (next[0] < next[2] && next[1] < next[3]) this.model.alter({ [which]: next });
      }))}</div></fieldset>`;
  }

  /** @param {Face} face */
  #landmark({ landmarks }) {
    if (!landmarks) return html`<p class="muted">${t('no_landmarks')}</p>`;
    const { width, height } = this.canvas ?? { width: 65500, height: 65500 };
    const names = Object.keys(landmarks);
    const name = landmarks[this.#point] ? this.#point : names[0];
    const [x, y, seen] = landmarks[name];
    const words = (/** @type {string} */ key) => `${term.value('landmark', key.replace(PART, ''))}${PART.test(key) ? ` ${Number(PART.exec(key)?.[0].slice(1)) + 1}` : ''}`;
    const move = (/** @type {number} */ u, /** @type {number} */ v) => this.model.alter({ landmarks: { ...landmarks, [name]: [u, v, seen] } });
    return html`<fieldset><legend>${t('landmarks')}</legend>
      <nj-choice .label=${t('landmark')} .value=${name} .options=${names.map((value) => ({ value, label: words(value) }))} @value=${given((detail) => { this.#point = detail; this.changed(); })}></nj-choice>
      <div class="coordinates">${this.coordinate('x', Math.round(x), width, (value) => move(value, y))}${this.coordinate('y', Math.round(y), height, (value) => move(x, value))}</div>
      <button class="quiet small" @click=${() => this.model.alter({ landmarks: null })}>${icon('reset')}${t('landmarks_anew')}</button></fieldset>`;
  }

  /** The measurements of a face. @param {any} attributes */
  #told(attributes) {
    const color = (/** @type {string} */ hex) => (hex ? html`<svg class="swatch" viewBox="0 0 1 1" role="img" aria-label=${hex}><rect width="1" height="1" fill=${hex}></rect></svg>` : '');
    const name = (/** @type {string | null} */ word) => (word ? term.value('hue', word) : '');
    const percent = (/** @type {number} */ share) => `${number(share * 100)} %`;
    const { skin, hair, hair_name: hairName, eye_left: left, eye_right: right, eye_name: eyeName, mouth, yaw, pitch, roll } = attributes;
    const row = (/** @type {string} */ label, /** @type {unknown} */ what) => html`<dt>${label}</dt><dd>${what}</dd>`;
    return html`<dl class="facts">
      ${row(term.setting('hair_color'), [color(hair), name(hairName)])}
      ${row(term.setting('eye_color'), [color(left.color), color(right.color), name(eyeName)])}
      ${row(term.setting('open_left'), percent(left.open))}${row(term.setting('open_right'), percent(right.open))}
      ${row(term.setting('skin'), [color(skin)])}
      ${row(term.setting('mouth'), term.value('face_mouth', mouth))}
      ${Object.entries({ yaw, pitch, roll }).map(([name, degrees]) => row(term.setting(name), `${number(Math.round(degrees) || 0)}°`))}</dl>`;
  }

  /** @param {Face} face @param {number} index */
  #item(face, index) {
    const { model, canvas } = this;
    const chosen = index === model.selected;
    const label = t('face_n', { n: index + 1, share: Math.round(face.confidence * 100) });
    return keyed(index, html`<li class=${`face-item ${chosen ? 'chosen' : ''}`}>
      <button class="quiet" aria-pressed=${String(chosen)} @click=${() => model.set({ selected: chosen ? -1 : index })}>
        ${canvas ? cutout(canvas.url, canvas.width, canvas.height, extent(face)) : ''}
        <span class="sr-only">${label}</span><span class="grow" aria-hidden="true">${index + 1}</span><span class="muted" aria-hidden="true">${number(face.confidence * 100)} %</span></button>
    </li>`);
  }

  #details() {
    const { model } = this;
    const face = model.current;
    if (!face || !(model.editing || face.attributes)) return '';
    return html`<section class="face-details" aria-label=${t('face_of', { n: model.selected + 1 })}>
      ${face.attributes ? this.#told(face.attributes) : ''}
      ${model.editing ? html`${this.#edges('box', face.box)}
        ${face.head ? this.#edges('head', face.head) : html`<button class="quiet small" @click=${() => model.alter({ head: headOf(face) })}>${icon('plus')}${t('add_head')}</button>`}
        ${this.#landmark(face)}
        <button class="danger" @click=${() => model.remove()}>${icon('trash')}${t('delete_face')}</button>` : ''}
    </section>`;
  }

  render() {
    const { model, canvas } = this;
    const { faces } = model;
    return html`<div class="editor faces" role="group" aria-label=${this.label}>
      ${model === this.#own ? html`<div class="over-here">${this.picture('', () => undefined)}${canvas ? this.#over : ''}</div>` : ''}
      ${faces.length ? html`<ol class="face-list">${faces.map((face, index) => this.#item(face, index))}</ol>` : ''}
      ${this.#details()}
      <div><button class="quiet small" @click=${() => this.one('input[type=file]').click()}>${icon('folder')}${t('load_faces')}</button>
        <input type="file" hidden accept=".json,application/json" aria-label=${t('load_faces')} @change=${this.#load}></div>
    </div>`;
  }
}
customElements.define('nj-faces', FacesEditor);
