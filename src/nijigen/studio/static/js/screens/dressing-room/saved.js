/** @file A character as a file: TOML that the command line reads as well, with --settings. */

import { keep } from '../../elements/download.js';
import { complain, tell } from '../../elements/toast.js';
import { t } from '../../i18n.js';
import { CHARACTER, fromLink, toLink } from './state.js';

/** @import { Operation, Settings } from '../../types.js' */

const TABLE = `[${CHARACTER}]`;

/** Tells that a character of another version looks different now. @param {Operation} operation @param {string | null} version */
export function tellVersion(operation, version) {
  if (version && Number(version) !== operation.version) tell(t('drawn_anew', { old: version, now: operation.version }));
}

/** @param {Operation} operation @param {Settings} settings @param {string} name */
export function saveCharacter(operation, settings, name) {
  const known = fromLink(operation, toLink(operation, settings));
  // Strings and numbers of JSON are also those of TOML.
  const lines = Object.entries(known).map(([key, value]) => `${key} = ${JSON.stringify(value)}`);
  keep(new Blob([[`version = ${operation.version}`, '', TABLE, ...lines, ''].join('\n')], { type: 'application/toml' }), `${name}.toml`);
}

/** Lets the user choose a file. @param {Operation} operation @param {(settings: Settings) => void} done */
export function openCharacter(operation, done) {
  const pick = Object.assign(document.createElement('input'), { type: 'file', accept: '.toml' });
  pick.addEventListener('change', async () => {
    const text = await pick.files?.[0]?.text() ?? '';
    const [head, table] = text.split(TABLE);
    if (table === undefined) complain(new Error(t('no_character')));
    else {
      const query = new URLSearchParams([...table.split('\n[')[0].matchAll(/^(\w+)\s*=\s*"?([^"\n]*?)"?\s*$/gm)].map(([, name, value]) => [name, value]));
      tellVersion(operation, head.match(/^version = (\d+)/m)?.[1] ?? null);
      done(fromLink(operation, query.toString()));
    }
  });
  pick.click();
}
