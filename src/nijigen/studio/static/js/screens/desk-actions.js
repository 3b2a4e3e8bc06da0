/** @file What one can do on the desk beside drawing: hints as files, the command, another drawing. */

import { operations } from '../catalogue.js';
import { complain, tell } from '../elements/toast.js';
import { t } from '../i18n.js';
import { session } from '../session.js';
import { copyAs, keep } from './bench-actions.js';
import { countOf, desk, hintsIn, noHints } from './desk-state.js';
import { PAINT, given } from './desk-work.js';

/** The hints as a file: small, and to be shared. */
export function saveHints() {
  const { picture, hints } = desk;
  if (!picture) return;
  const said = Object.fromEntries(Object.entries(hints).filter(([, list]) => list.length));
  const text = JSON.stringify({ version: 1, size: [picture.width, picture.height], ...said });
  keep(new Blob([text], { type: 'application/json' }), `${picture.name.replace(/\.\w+$/, '')}-hints.json`);
}

/** @param {File} file */
export async function loadHints(file) {
  const said = await file.text().then((text) => JSON.parse(text)).catch(() => null);
  const hints = desk.picture && hintsIn(said, desk.picture);
  if (!hints) return complain(new Error(t('no_hint_file', { name: file.name })));
  desk.change({ hints });
  tell(t('hints_loaded', { n: countOf(hints) }));
}

function pickHints() {
  const input = document.createElement('input');
  Object.assign(input, { type: 'file', accept: '.json,application/json', hidden: true, className: 'desk-hint-file' });
  input.onchange = () => {
    const file = input.files?.[0];
    if (file) void loadHints(file);
    input.remove();
  };
  document.body.append(input);
  input.click();
}

/** @returns {import('../elements/menu.js').Entry[]} */
export function hintEntries() {
  const { picture, hints } = desk;
  const operation = operations.get(PAINT);
  if (!picture || !operation) return [];
  const all = () => given(PAINT, desk.now, picture, 1);
  const file = picture.name;
  return [
    { label: t('save_hints'), icon: 'download', disabled: !countOf(hints), run: saveHints },
    { label: t('load_hints'), icon: 'folder', run: pickHints },
    { label: t('remove_hints'), icon: 'trash', danger: true, disabled: !Object.values(hints).some((list) => list.length), run: () => desk.change({ hints: noHints() }) },
    { label: t('copy_cli'), icon: 'terminal', run: () => void copyAs('cli', operation, all(), file) },
    { label: t('copy_python'), icon: 'code', run: () => void copyAs('python', operation, all(), file) },
    { label: t('all_settings'), icon: 'bench', run: () => {
      session.set(PAINT, { ...desk.settings, hints: JSON.stringify(all().hints) });
      location.hash = `#/bench/${PAINT}`;
    } },
  ];
}
