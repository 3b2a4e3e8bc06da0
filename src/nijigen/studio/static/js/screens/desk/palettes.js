/** @file Palettes of the coloring desk: recent colors, named colors, and palettes extracted from pictures. */

import { api } from '../../api.js';
import { hexIn, nearest } from '../../colors.js';
import { colorName } from '../../elements/data/color-name.js';
import { operations } from '../../catalogue.js';
import { language, t } from '../../i18n.js';
import { Signal, load, save } from '../../store.js';

/** @import { Key } from '../../i18n.js' */
/** @import { Swatch } from '../../elements/swatches.js' */

/** @typedef {{id: string, title: string, colors: Swatch[], own?: boolean}} Palette */
/** @typedef {{hex: string, name: string, pinyin: string}} Named */

const RECENT = 18;
const OWN = 24;
const TAKEN = 24;
export const TAKE = 'color.palette';

/** Our own selection. @type {Record<string, string>} */
const BASIC = {
  skin: 'fff1e6 ffe4d3 fbd3ba f2bd9c e3a17d c98460 a8684a 7f4b35 5a3426 f7c8c0 e79a92 c96f6a',
  hair: '2b2530 4a3a3c 6b4a3a 8f6440 b98a4e dfb96c f3dc9a f4f0e6 c9cdd8 8f97ad 5d6a8f 3b4a7a 7f5a94 b77fb0 e59ab4 d2524f 8e2f3a 5b8f7d',
  cloth: 'ffffff eceae4 cfcac2 9a9691 5f5d61 2a2a30 b83a3f e2685c f0a35a f4cf6b b9c96a 6fa06a 3f7a73 5aa3b8 3f6ea8 2f4474 6a5a9c a87ab0 e3a5bb 8a5a44',
  pastel: 'ffd9de ffe3cf fff3cf e4f3d2 d2efe6 d3e8f7 dcdcf7 ecd9f2 f9dcea f1ece4 e3e8ee d8d2c8',
};
/** A traditional name, for those who cannot read it with its sound. @param {Named} color */
const traditional = ({ name, pinyin }) => (language === 'en' ? `${name} ${pinyin}` : name);
/** @param {string} text @returns {Swatch[]} */
const listed = (text) => text.split(' ').map((letters) => ({ hex: `#${letters}` }));

class Palettes extends Signal {
  /** @type {string[]} */ recent = load('desk.recent', []);
  chosen = load('desk.palette', 'skin');
  /** Extracted from pictures. @type {Palette[]} */ own = load('desk.palettes', []);
  /** @type {Named[] | null} */ #named = null;
  #asked = false;

  /** Traditional Chinese colors; loaded on first use. @returns {Named[]} */
  get named() {
    if (!this.#asked) {
      this.#asked = true;
      void api.colors().then((colors) => { this.#named = colors; this.tell(); }, () => undefined);
    }
    return this.#named ?? [];
  }

  /** @returns {Palette[]} */
  get all() {
    const title = (/** @type {Named} */ one) => `${colorName(one.hex)} · ${traditional(one)}`;
    const basic = Object.entries(BASIC).map(([id, text]) => ({ id, title: t(/** @type {Key} */ (`palette_${id}`)), colors: this.#held(id, () => listed(text)) }));
    const named = this.named.length ? [{ id: 'chinese', title: t('palette_chinese'), colors: this.#held('chinese', () => this.named.map((one) => ({ hex: one.hex, name: title(one) }))) }] : [];
    return [...basic, ...named, ...this.own];
  }
  get current() { return this.all.find(({ id }) => id === this.chosen) ?? this.all[0]; }

  /** The same list each time, so that swatches do not rerender. @type {Record<string, Swatch[]>} */ #lists = {};
  /** @param {string} name @param {() => Swatch[]} make */
  #held(name, make) { return (this.#lists[`${language} ${name}`] ??= make()); }
  /** @returns {Swatch[]} */
  get latest() { return (this.#lists[`recent ${this.recent.join()}`] ??= this.recent.map((hex) => ({ hex }))); }

  /** The name of a color. @param {string} hex */
  nameOf(hex) {
    const found = nearest(hex, this.named);
    return found ? `${colorName(hex)} · ${traditional(found)}` : colorName(hex);
  }

  /** @param {string} id */
  choose(id) {
    this.chosen = id;
    save('desk.palette', id);
    this.tell();
  }

  /** Records a color that was used on the drawing. @param {string | null} hex */
  used(hex) {
    if (!hex || this.recent[0] === hex) return;
    this.recent = [hex, ...this.recent.filter((one) => one !== hex)].slice(0, RECENT);
    save('desk.recent', this.recent);
    this.tell();
  }

  get canTake() { return operations.get(TAKE) !== undefined; }

  /** Extracts the main colors of a picture as a palette. @param {{id: string, name: string}} picture */
  async take({ id, name }) {
    const answer = await (await api.operate({ operation: TAKE, inputs: { picture: id }, settings: {} })).json();
    /** @type {Swatch[]} */
    const colors = (answer.colors ?? answer).slice(0, TAKEN).flatMap((/** @type {any} */ one) => hexIn(one.hex ?? one.color ?? one) ?? []).map((/** @type {string} */ hex) => ({ hex }));
    this.#keep({ id: `own-${id}`, title: name, colors, own: true });
  }

  /** Keeps colors as a palette. @param {string} id @param {string} title @param {string[]} hexes */
  keep(id, title, hexes) { this.#keep({ id: `own-${id}`, title, colors: hexes.map((hex) => ({ hex })), own: true }); }

  /** @param {Palette} palette */
  #keep(palette) {
    this.own = [palette, ...this.own.filter((one) => one.id !== palette.id)].slice(0, OWN);
    save('desk.palettes', this.own);
    this.choose(palette.id);
  }

  /** @param {string} id */
  forget(id) {
    this.own = this.own.filter((one) => one.id !== id);
    save('desk.palettes', this.own);
    this.choose('skin');
  }
}

export const palettes = new Palettes();
