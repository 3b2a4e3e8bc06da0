/** @file The one base element: templates that update in place, and when to render. A placeholder is a child,
 * or for a whole attribute: `name=`, `.property=`, `?flag=`, `@event=`. Values never become markup. */

/** @typedef {{strings: TemplateStringsArray, values: unknown[], key?: unknown}} Template @typedef {(value: any) => void} Part */
/** @typedef {{start: Comment, end: ChildNode, set: Part}} Slot */

/** @type {WeakMap<TemplateStringsArray, {template: HTMLTemplateElement, names: string[]}>} */
const compiled = new WeakMap();
/** @type {WeakMap<Node, Slot>} */
const roots = new WeakMap();

/** @param {TemplateStringsArray} strings @param {...unknown} values @returns {Template} */
export const html = (strings, ...values) => ({ strings, values });

/** Names a template in a list, so that its nodes move with it. @param {unknown} key @param {Template} template */
export const keyed = (key, template) => ({ ...template, key });

/** Shows a template in a node, updating what was shown before. @param {Template} template @param {Element} into */
export function render(template, into) {
  if (!roots.has(into)) roots.set(into, slot(into.appendChild(new Comment())));
  roots.get(into)?.set(template);
}

/** @param {TemplateStringsArray} strings */
function compile(strings) {
  const made = { template: document.createElement('template'), names: /** @type {string[]} */ ([]) };
  let source = strings[0];
  strings.slice(1).forEach((text, index) => {
    const name = source.lastIndexOf('<') > source.lastIndexOf('>') && /([@.?]?[\w:-]+)=$/.exec(source);
    made.names.push(name ? name[1] : '');
    source = name ? `${source.slice(0, -name[0].length)}hole-${index}=""` : `${source}<!--hole-${index}-->`;
    source += text;
  });
  made.template.innerHTML = source;
  compiled.set(strings, made);
  return made;
}

/** @param {TemplateStringsArray} strings @returns {{fragment: DocumentFragment, parts: Part[]}} */
function instance(strings) {
  const { template, names } = compiled.get(strings) ?? compile(strings);
  const fragment = document.importNode(template.content, true);
  const walker = document.createTreeWalker(fragment, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_COMMENT);
  /** @type {Part[]} */
  const parts = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node instanceof Comment && node.data.startsWith('hole-')) parts[+node.data.slice(5)] = slot(node).set;
    if (!(node instanceof Element)) continue;
    for (const { name } of [...node.attributes].filter((entry) => entry.name.startsWith('hole-'))) {
      node.removeAttribute(name);
      parts[+name.slice(5)] = attribute(node, names[+name.slice(5)]);
    }
  }
  return { fragment, parts };
}

/** @param {any} element @param {string} hole @returns {Part} */
function attribute(element, hole) {
  const kind = '@.?'.includes(hole[0]) ? hole[0] : '';
  const name = kind ? hole.slice(1) : hole;
  // User input is not in our last value: compare with the control itself, but not while it is being edited.
  const live = ['.value', '.checked'].includes(hole) && !(element instanceof Base);
  let last = /** @type {any} */ (undefined);
  if (kind === '@') element.addEventListener(name, (/** @type {Event} */ event) => last?.(event));
  return (value) => {
    const before = live && !(hole === '.value' && element === document.activeElement) ? element[name] : last;
    last = value;
    if (value === before) return;
    if (kind === '?') element.toggleAttribute(name, Boolean(value));
    else if (kind === '.') element[name] = value;
    else if (!kind && (value ?? null) === null) element.removeAttribute(name);
    else if (!kind) element.setAttribute(name, value);
    if (kind === '.' && element instanceof Base) element.changed();
  };
}

/** A slot between two comments for text, a node, a template or a list of them. @param {ChildNode} end @returns {Slot} */
function slot(end) {
  const start = new Comment();
  end.before(start);
  /** @type {{value?: unknown, strings?: TemplateStringsArray, parts?: Part[], items?: Map<unknown, Slot>}} */
  let shown = {};
  const clear = () => {
    while (start.nextSibling && start.nextSibling !== end) start.nextSibling.remove();
  };
  const list = (/** @type {any[]} */ values) => {
    if (!shown.items) clear();
    const old = shown.items ?? new Map();
    shown = { items: new Map() };
    let last = /** @type {ChildNode} */ (start);
    for (const [index, value] of values.entries()) {
      const key = value?.key ?? index;
      const item = old.get(key) ?? slot(last.parentNode?.insertBefore(new Comment(), last.nextSibling) ?? end);
      if (last.nextSibling !== item.start) {
        const range = document.createRange();
        range.setStartBefore(item.start);
        range.setEndAfter(item.end);
        last.after(range.extractContents());
      }
      old.delete(key);
      shown.items?.set(key, item);
      item.set(value);
      last = item.end;
    }
    for (const item of old.values()) [item.set(null), item.start.remove(), item.end.remove()];
  };
  const set = (/** @type {any} */ value = null) => {
    if (Array.isArray(value)) list(value);
    else if (value?.strings && value.strings === shown.strings) value.values.forEach((/** @type {any} */ v, /** @type {number} */ i) => shown.parts?.[i](v));
    else if (value?.strings) {
      clear();
      const { fragment, parts } = instance(value.strings);
      parts.forEach((part, index) => part(value.values[index]));
      shown = { strings: value.strings, parts };
      end.before(fragment);
    } else if (value !== shown.value) {
      clear();
      shown = { value };
      if (value !== null && value !== false) end.before(value instanceof Node ? value : String(value));
    }
  };
  return { start, end, set };
}

/** An element that renders itself from its fields; call `changed()` after setting one. */
export class Base extends HTMLElement {
  #queued = false;
  #leaving = /** @type {(() => void)[]} */ ([]);
  render() { return /** @type {Template | null} */ (null); }
  /** Runs each time the element enters the page. */ connected() {}
  /** Runs after each rendering. */
  updated() {}
  connectedCallback() { this.connected(); this.update(); }
  disconnectedCallback() { this.#leaving.splice(0).forEach((leave) => leave()); }
  update() {
    const template = this.render();
    if (template) render(template, this);
    this.updated();
  }
  changed() {
    if (!this.#queued) queueMicrotask(() => { this.#queued = false; if (this.isConnected) this.update(); });
    this.#queued = true;
  }
  /** Registers a cleanup for when the element leaves the page. @param {() => void} leave */
  leaving(leave) { this.#leaving.push(leave); }
  /** @param {string} name @param {unknown} [detail] */
  emit(name, detail) { this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true })); }
  /** A rendered element, or null. @param {string} selector @returns {any} */
  one(selector) { return this.querySelector(selector); }
}
