/** @file The list of keys: those of the current screen, and those that work everywhere. */

import { html, render } from '../base.js';
import { t } from '../i18n.js';
import { KEYS, PARTS } from '../keys.js';

/** @import { Key } from '../i18n.js' */
/** @import { Entry, Part } from '../keys.js' */

const MAC = /mac|iphone|ipad/i.test(navigator.platform);
/** @type {Record<string, string>} */
const SIGNS = { Arrows: '← → ↑ ↓', Ctrl: MAC ? '⌘' : 'Ctrl', Alt: MAC ? '⌥' : 'Alt', Shift: MAC ? '⇧' : 'Shift', Escape: 'Esc', '-': '−' };

/** @param {string} key */
function combination(key) {
  const names = key === '+' ? ['+'] : key.split('+');
  return html`<span class="combination">${names.map((name, at) => html`${at ? ' + ' : ''}<kbd>${name === 'Space' ? t('key_space') : SIGNS[name] ?? name}</kbd>`)}</span>`;
}

/** @param {Entry} entry */
const row = ({ keys, text }) => html`<div><dt>${t(text)}</dt><dd>${keys.map((key, at) => html`${at ? html`<span class="muted"> ${t('or')} </span>` : ''}${combination(key)}`)}</dd></div>`;

/** @param {Part} part */
const section = (part) => html`<section aria-labelledby=${`keys-${part}`}><h3 id=${`keys-${part}`}>${t(/** @type {Key} */ (`keys_${part}`))}</h3>
  <dl class="keys">${KEYS[part].map(row)}</dl></section>`;

/** Shows the keys of a screen. @param {string} place The screen, as in the URL. @param {string} title Its name. */
export function showKeys(place, title) {
  const dialog = document.createElement('dialog');
  const before = document.activeElement;
  dialog.className = 'keys-dialog';
  dialog.setAttribute('aria-labelledby', 'keys-title');
  document.body.append(dialog);
  render(html`<form method="dialog">
    <div class="row"><h2 id="keys-title" class="grow">${t('keys')}: ${title}</h2><button class="primary">${t('close')}</button></div>
    <div class="keys-parts" tabindex="0" role="group" aria-labelledby="keys-title">${[...(PARTS[place] ?? []), /** @type {Part} */ ('everywhere')].map(section)}</div>
  </form>`, dialog);
  const close = () => dialog.close();
  window.addEventListener('hashchange', close);
  dialog.addEventListener('close', () => {
    window.removeEventListener('hashchange', close);
    dialog.remove();
    if (before instanceof HTMLElement) before.focus();
  });
  dialog.addEventListener('click', (event) => event.target === dialog && dialog.close());
  dialog.showModal();
}
