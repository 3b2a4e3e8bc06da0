/** @file The fields of inputs on the workbench: a picture, several, or a text. */

import { html } from '../../base.js';
import { used } from '../../elements/events.js';
import { nameList } from '../../elements/names.js';
import { icon } from '../../icons.js';
import { t, term } from '../../i18n.js';
import { newest, session } from '../../session.js';

/** @import { Port } from '../../types.js' */

/** @param {string} operation @param {Port} port @param {string} value @param {(value: string) => void} give */
export function pictureChoice(operation, port, value, give) {
  return html`<label class="stacked"><span>${term.setting(port.name, undefined, operation)}</span>
    <span class="select"><select @change=${used((control) => give(control.value))}>
      <option value="" .selected=${!value}>${t(port.optional ? 'no_picture' : 'choose_picture')}</option>
      ${session.items.map((item) => html`<option value=${newest(item).picture.id} .selected=${newest(item).picture.id === value}>${item.name}</option>`)}
    </select>${icon('chevron')}</span>
    <small class="muted">${port.description}</small></label>`;
}

/** Pictures in the order of the strip. @param {string} operation @param {Port} port @param {string | string[]} value @param {(value: string[]) => void} give */
export function pictureList(operation, port, value, give) {
  const all = session.items.map((item) => ({ id: newest(item).picture.id, name: item.name }));
  return html`<fieldset class="stacked picture-list"><legend>${term.setting(port.name, undefined, operation)}</legend>
    ${all.map(({ id, name }) => html`<label class="row"><input type="checkbox" .checked=${value.includes(id)}
      @change=${used((control) => give(all.map((one) => one.id).filter((one) => (one === id ? control.checked : value.includes(one)))))}><span>${name}</span></label>`)}
    <small class="muted">${port.description}</small></fieldset>`;
}

/** A text, or the name of a file or folder in a registered root. @param {string} operation @param {Port} port @param {string} value @param {(value: string) => void} give */
export function textInput(operation, port, value, give) {
  const path = ['file', 'folder', 'path'].includes(port.kind);
  const { list, names } = nameList(`names-${port.name}`, port);
  const control = port.media
    ? html`<textarea rows="5" spellcheck="false" .value=${value} @change=${used((field) => give(field.value))}></textarea>`
    : html`<input spellcheck="false" list=${list} .value=${value} placeholder=${path ? 'NAME:folder/file' : null} @change=${used((field) => give(field.value))}>${names}`;
  return html`<label class="stacked"><span>${term.setting(port.name, undefined, operation)}</span>${control}
    <small class="muted">${port.description}${path || port.prefixes.length ? ` ${t('path_hint')}` : ''}</small></label>`;
}
