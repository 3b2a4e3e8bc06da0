/** @file Saved searches of the library: menu entries for them, and for saving and deleting one. */

import { library } from '../../api-library.js';
import { ask } from '../../elements/dialog.js';
import { attempt, tell } from '../../elements/toast.js';
import { t } from '../../i18n.js';
import { carryOut, ended, succeeded } from '../commands/confirm.js';

/** The address of a query. @param {string} query */
export const placeOf = (query) => (query ? `#/library/q/${encodeURIComponent(query)}` : '#/library');

/** @param {string} id @param {Record<string, string>} inputs @param {string} said */
const change = (id, inputs, said) => attempt(async () => {
  const job = await carryOut({ id, inputs, settings: {} });
  if (job && succeeded(await ended(job))) tell(said);
});

/** @param {string} query */
async function save(query) {
  const answer = await ask({ title: t('search_save'), entries: [{ name: 'name', label: t('name'), required: true }], yes: t('save') });
  if (answer) await change('library.save_search', { name: answer.name, query }, t('search_saved', { name: answer.name }));
}

/** @param {string} query The one that is shown. */
export async function searchEntries(query) {
  const saved = Object.keys(await library.searches());
  const name = query.startsWith('search:') ? query.slice(7) : '';
  const own = saved.includes(name);
  return [
    ...saved.map((one) => ({ label: one, icon: 'bookmark', run: () => { location.hash = placeOf(`search:${one}`); } })),
    { label: t('search_save'), icon: 'plus', disabled: !query || own, run: () => void save(query) },
    ...(own ? [{ label: t('search_delete', { name }), icon: 'trash', danger: true, run: () => void change('library.delete_search', { name }, t('search_deleted', { name })) }] : []),
  ];
}
