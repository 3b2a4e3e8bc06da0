/** @file The inputs of an operation on the workbench: the current picture, and whatever else it takes. */

import { html } from '../../base.js';
import { used } from '../../elements/events.js';
import { listOf, nameList } from '../../elements/names.js';
import { icon } from '../../icons.js';
import { t, term } from '../../i18n.js';
import { newest, session } from '../../session.js';

/** @import { Inputs, Item, Operation, Port } from '../../types.js' */
/** @import { Workbench } from './workbench.js' */

const PICTURES = ['picture', 'animation', 'artwork', 'clip'];

/** The input for the pictures on the workbench. @param {Operation | undefined} operation @returns {Port | undefined} */
export const sourceOf = (operation) => operation?.inputs.find((port) => PICTURES.includes(port.kind));

/** Whether a single run takes all pictures on the workbench. @param {Operation | undefined} operation */
export const takesAll = (operation) => Boolean(sourceOf(operation)?.several);

/** @param {Operation} operation @param {Item | null} item @param {Inputs} others Values of the other inputs. @returns {Inputs} */
export function inputsOf(operation, item, others) {
  const source = sourceOf(operation);
  /** @type {Inputs} */
  const inputs = {};
  for (const port of operation.inputs) {
    const value = port === source ? ofBench(port, item, others) : others[port.name];
    if (value?.length) inputs[port.name] = value;
    else if (port.empty) inputs[port.name] = '';
  }
  return inputs;
}

/** @param {Port} port @param {Item | null} item @param {Inputs} others */
function ofBench(port, item, others) {
  if (!port.several) return item?.chain.at(-1)?.picture.id;
  return others[port.name] ?? session.items.map((one) => newest(one).picture.id);
}

/** Whether every required input has a value. @param {Operation} operation @param {Inputs} inputs */
export const complete = (operation, inputs) => operation.inputs.every((port) => port.optional || port.name in inputs);

/** Controls for all inputs except the current picture. @param {Workbench} bench @param {Operation} operation */
export function inputControls(bench, operation) {
  const source = sourceOf(operation);
  return operation.inputs.filter((port) => port !== source || port.several).map((declared) => {
    const port = { ...declared, description: term.help(operation.id, declared.name, declared.description) };
    const give = (/** @type {string | string[]} */ value) => {
      bench.others = { ...bench.others, [port.name]: value };
      bench.changed();
    };
    if (!PICTURES.includes(port.kind)) return textInput(operation.id, port, String(bench.others[port.name] ?? ''), give);
    return port.several ? pictureList(operation.id, port, ofBench(port, null, bench.others) ?? [], give) : pictureChoice(operation.id, port, String(bench.others[port.name] ?? ''), give);
  });
}

/** @param {string} operation @param {Port} port @param {string} value @param {(value: string) => void} give */
function pictureChoice(operation, port, value, give) {
  return html`<label class="stacked"><span>${term.setting(port.name, undefined, operation)}</span>
    <span class="select"><select @change=${used((control) => give(control.value))}>
      <option value="" .selected=${!value}>${t(port.optional ? 'no_picture' : 'choose_picture')}</option>
      ${session.items.map((item) => html`<option value=${newest(item).picture.id} .selected=${newest(item).picture.id === value}>${item.name}</option>`)}
    </select>${icon('chevron')}</span>
    <small class="muted">${port.description}</small></label>`;
}

/** Pictures in the order of the strip. @param {string} operation @param {Port} port @param {string | string[]} value @param {(value: string[]) => void} give */
function pictureList(operation, port, value, give) {
  const all = session.items.map((item) => ({ id: newest(item).picture.id, name: item.name }));
  return html`<fieldset class="stacked picture-list"><legend>${term.setting(port.name, undefined, operation)}</legend>
    ${all.map(({ id, name }) => html`<label class="row"><input type="checkbox" .checked=${value.includes(id)}
      @change=${used((control) => give(all.map((one) => one.id).filter((one) => (one === id ? control.checked : value.includes(one)))))}><span>${name}</span></label>`)}
    <small class="muted">${port.description}</small></fieldset>`;
}

/** A text, or the name of a file or folder in a registered root. @param {string} operation @param {Port} port @param {string} value @param {(value: string) => void} give */
function textInput(operation, port, value, give) {
  const path = ['file', 'folder', 'path'].includes(port.kind);
  const control = port.media
    ? html`<textarea rows="5" spellcheck="false" .value=${value} @change=${used((field) => give(field.value))}></textarea>`
    : html`<input spellcheck="false" list=${listOf(`names-${port.name}`, port)} .value=${value} placeholder=${path ? 'NAME:folder/file' : null} @change=${used((field) => give(field.value))}>${nameList(`names-${port.name}`, port)}`;
  return html`<label class="stacked"><span>${term.setting(port.name, undefined, operation)}</span>${control}
    <small class="muted">${port.description}${path || port.prefixes.length ? ` ${t('path_hint')}` : ''}</small></label>`;
}
