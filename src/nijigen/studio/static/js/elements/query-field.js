/** @file A field for a query, with completions of the word at the cursor. */

import { Base, html, keyed } from '../base.js';
import { icon } from '../icons.js';
import { number, t } from '../i18n.js';

/** What may stand in place of the characters from `start` to `end`. @typedef {{text: string, start: number, end: number, category: string | null, count: number | null, alias: string | null}} Suggestion */

const PAUSE_MS = 120;

/** Emits `search` with the query. */
export class QueryField extends Base {
  /** The query that is shown by the page. */ query = '';
  /** What is searched, for screen readers. */ label = t('query');
  /** Why it cannot be read. */ problem = '';
  /** @type {(query: string, cursor: number) => Promise<Suggestion[]>} */ suggest = async () => [];
  /** @type {Suggestion[]} */ #found = [];
  #at = -1;
  #timer = 0;
  #turn = 0;
  #shown = '';

  /** @type {HTMLInputElement} */ get #input() { return this.one('input'); }

  connected() { this.leaving(() => clearTimeout(this.#timer)); }

  updated() {
    // A query that came from elsewhere, as from the address, replaces what was typed.
    if (this.query !== this.#shown) this.#input.value = this.query;
    this.#shown = this.query;
  }

  #close() {
    clearTimeout(this.#timer);
    this.#turn += 1;
    [this.#found, this.#at] = [[], -1];
    this.changed();
  }

  #typed = () => {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#ask(), PAUSE_MS);
  };

  async #ask() {
    const { value, selectionStart } = this.#input;
    const turn = ++this.#turn;
    const found = await this.suggest(value, selectionStart ?? value.length).catch(() => []);
    if (turn !== this.#turn) return;
    [this.#found, this.#at] = [found, -1];
    this.changed();
  }

  /** @param {Suggestion} one */
  #insert({ text, start, end }) {
    const { value } = this.#input;
    // After the name of a metatag, its value follows.
    const after = text.endsWith(':') ? '' : ' ';
    this.#input.value = `${value.slice(0, start)}${text}${after}${value.slice(end).trimStart()}`;
    this.#input.setSelectionRange(start + text.length + after.length, start + text.length + after.length);
    this.#input.focus();
    this.#close();
    if (!after) this.#typed();
  }

  #search() {
    this.#close();
    this.emit('search', this.#input.value.trim());
  }

  /** @param {KeyboardEvent} event */
  #key = (event) => {
    if (event.isComposing) return;
    const count = this.#found.length;
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by && count) {
      this.#at = (this.#at + by + count + (this.#at < 0 && by < 0 ? 1 : 0)) % count;
      this.changed();
    } else if (by === 1) void this.#ask();
    else if (event.key === 'Tab' && count && !event.shiftKey) this.#insert(this.#found[Math.max(0, this.#at)]);
    else if (event.key === 'Enter') this.#at >= 0 ? this.#insert(this.#found[this.#at]) : this.#search();
    else if (event.key === 'Escape' && count) this.#close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  render() {
    const [found, at] = [this.#found, this.#at];
    return html`<div class="query" role="search">
      <span class="query-icon">${icon('lens')}</span>
      <input type="text" role="combobox" autocomplete="off" autocapitalize="none" spellcheck="false" enterkeyhint="search" aria-label=${this.label} placeholder=${t('query_hint')} aria-autocomplete="list" aria-haspopup="listbox"
        aria-expanded=${String(found.length > 0)} aria-controls="query-list" aria-activedescendant=${at < 0 ? null : `query-${at}`} aria-invalid=${String(this.problem !== '')} aria-describedby="query-problem"
        @input=${this.#typed} @keydown=${this.#key} @blur=${() => this.#close()}>
      ${this.query ? html`<button class="tiny quiet" aria-label=${t('query_clear')} title=${t('query_clear')} @click=${() => this.emit('search', '')}>${icon('close')}</button>` : ''}
      <ul id="query-list" class="query-list" role="listbox" aria-label=${t('query_completions')} ?hidden=${!found.length}>${found.map((one, index) => keyed(`${one.text} ${one.alias ?? ''}`, html`
        <li id=${`query-${index}`} role="option" class=${`suggestion ${one.category ?? ''}`} aria-selected=${String(index === at)} @pointerdown=${(/** @type {Event} */ event) => {
          event.preventDefault();
          this.#insert(one);
        }}><span class="grow cut">${one.alias ? html`<span class="muted">${one.alias} → </span>` : ''}${one.text}</span>${one.count ? html`<span class="muted">${number(one.count)}</span>` : ''}</li>`))}</ul>
      <p id="query-problem" class="query-problem error" role="status">${this.problem}</p>
    </div>`;
  }
}
customElements.define('nj-query', QueryField);
