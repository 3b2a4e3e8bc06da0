/** @file Deleting pictures: to the trash with undo, or for good after a question. */

import { api } from '../../api.js';
import { ask } from '../../elements/dialog.js';
import { attempt, tell } from '../../elements/toast.js';
import { fileSize, number, t } from '../../i18n.js';
import { session } from '../../session.js';

/** @import { Picture } from '../../types.js' */

/** @param {Picture[]} pictures */
export const sizeOf = (pictures) => pictures.reduce((sum, { bytes }) => sum + bytes, 0);

/** Does the same with every picture; failures are reported. @param {Picture[]} pictures @param {(id: string) => Promise<unknown>} act @returns {Promise<Picture[]>} Those with which it worked. */
export async function each(pictures, act) {
  /** @type {Picture[]} */
  const done = [];
  for (const picture of pictures) await attempt(async () => { await act(picture.id); done.push(picture); });
  return done;
}

/** Moves pictures to the trash. @param {Picture[]} pictures @param {() => void} changed Called when they are back. */
export async function toTrash(pictures, changed) {
  const gone = await each(pictures, api.discard);
  if (!gone.length) return;
  const back = session.without(gone.map(({ id }) => id));
  tell(t('moved_to_trash', { n: number(gone.length) }), { label: t('undo'), run: async () => {
    await each(gone, api.restore);
    back();
    changed();
  } });
}

/** Asks before pictures are deleted for good. @param {string} title @param {Picture[]} pictures */
export const sure = (title, pictures) => ask({ title, text: t('for_good_text', { n: number(pictures.length), size: fileSize(sizeOf(pictures)) }), yes: title, danger: true });

/** Deletes pictures for good that are not in the trash yet, after a question. @param {Picture[]} pictures */
export async function forGood(pictures) {
  if (!(await sure(t('delete_for_good'), pictures))) return;
  const gone = await each(pictures, async (id) => { await api.discard(id); await api.erase(id); });
  if (!gone.length) return;
  session.without(gone.map(({ id }) => id));
  tell(t('freed', { size: fileSize(sizeOf(gone)) }));
}
