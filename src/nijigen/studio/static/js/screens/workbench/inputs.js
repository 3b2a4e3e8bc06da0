/** @file The inputs of an operation on the workbench: the current picture, and whatever else it takes. */

import { attempt } from '../../elements/toast.js';
import { term } from '../../i18n.js';
import { newest, session } from '../../session.js';

/** @import { Inputs, Item, Operation, Port } from '../../types.js' */
/** @import { Workbench } from './workbench.js' */

/** Loaded with the first operation that has other inputs. @type {typeof import('./input-fields.js') | null} */
let fields = null;

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
  const wanted = operation.inputs.filter((port) => port !== source || port.several);
  if (wanted.length && !fields) void attempt(async () => [(fields = await import('./input-fields.js')), bench.changed()]);
  return fields ? wanted.map((declared) => {
    const port = { ...declared, description: term.help(operation.id, declared.name, declared.description) };
    const give = (/** @type {string | string[]} */ value) => {
      bench.others = { ...bench.others, [port.name]: value };
      bench.changed();
    };
    const value = bench.others[port.name] ?? '';
    if (!PICTURES.includes(port.kind)) return fields?.textInput(operation.id, port, String(value), give);
    return port.several ? fields?.pictureList(operation.id, port, ofBench(port, null, bench.others) ?? [], give) : fields?.pictureChoice(operation.id, port, String(value), give);
  }) : '';
}
