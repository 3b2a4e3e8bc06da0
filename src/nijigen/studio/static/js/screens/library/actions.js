/** @file What is done with pictures of the library: they are copied to the studio's own, and opened there. */

import { library } from '../../api-library.js';
import { operations } from '../../catalogue.js';
import { attempt, complain, tell } from '../../elements/toast.js';
import { t } from '../../i18n.js';
import { session } from '../../session.js';
import { carryOut, ended, succeeded } from '../commands/confirm.js';
import { collection } from './collection.js';

/** @import { LibraryPicture, Picture } from '../../types.js' */

/** Copied at once; and the most that go to the workbench in one action. */
const LINES = 3;
export const MOST = 200;
/** Facts that one request asks for. */
const ASKED = 200;

/** What is copied: the id is that of its content. @typedef {Pick<LibraryPicture, 'id' | 'files'>} Chosen */

/** The name of the first file, without its folder. @param {{files: {path: string}[]}} picture */
export const nameOf = ({ files }) => files[0]?.path.split(/[/\\]/).pop() ?? '';

/** Whether a file of it can be read now. @param {{files: {state: string}[]}} picture */
export const isHere = ({ files }) => files.some(({ state }) => state === 'here');

/** Whether browsers show such a file as a picture. @param {string} name */
export const isShown = (name) => /\.(a?png|jpe?g|jfif|webp|gif|avif|bmp|svg)$/i.test(name);

/** Copies pictures, in order; what fails is reported. @param {Chosen[]} pictures @returns {Promise<Picture[]>} */
async function copied(pictures) {
  /** @type {Picture[]} */
  const copies = [];
  const queue = [...pictures.entries()];
  const line = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const [at, picture] = next;
      try {
        copies[at] = await library.copy(picture.id);
      } catch (error) {
        complain(error, nameOf(picture));
      }
    }
  };
  await Promise.all(Array.from({ length: LINES }, line));
  return copies.filter(Boolean);
}

/** Opens pictures in the workbench. @param {Chosen[]} pictures */
export async function toBench(pictures) {
  const copies = await copied(pictures);
  if (!copies.length) return;
  session.add(copies);
  location.hash = `#/bench${operations.get(session.operation) ? '' : '/upscale.auto'}`;
}

/** Opens a picture on the coloring desk, or in the editor of strokes. @param {Chosen} picture @param {'#/desk' | '#/strokes'} screen */
export async function toScreen(picture, screen) {
  const [copy] = await copied([picture]);
  if (!copy) return;
  session.add([copy]);
  location.hash = screen;
}

/** Asks where a picture is from; first it is asked which sites it may be sent to. @param {Chosen} picture */
export async function toIdentify(picture) {
  const [copy] = await copied([picture]);
  if (copy) location.hash = `#/identify/${copy.id}`;
}

/** Opens the chosen pictures in the workbench. */
export const chosenToBench = () => attempt(async () => {
  const numbers = collection.numbers.filter((number) => collection.chosen.has(number)).slice(0, MOST);
  /** @type {LibraryPicture[]} */
  const pictures = [];
  for (let at = 0; at < numbers.length; at += ASKED) pictures.push(...(await library.facts(numbers.slice(at, at + ASKED))));
  await toBench(pictures);
});

/** Has the folders of the library looked at again. */
export const update = () => attempt(async () => {
  const job = await carryOut({ id: 'library.update', inputs: {}, settings: {} });
  if (!job) return;
  const over = await ended(job);
  // Listed anew after an error too: if some files could not be read, all others have been added.
  await collection.load();
  if (succeeded(over)) tell(t('library_updated'));
});
