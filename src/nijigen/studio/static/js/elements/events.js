/** @file Event listeners in short: what an element of ours gave, and which control was used. */

/** Listens to an element of ours; nobody further out hears it. @param {(detail: any) => void} act */
export const given = (act) => (/** @type {CustomEvent} */ event) => {
  event.stopPropagation();
  act(event.detail);
};

/** Listens to a control. @param {(control: HTMLInputElement) => void} act */
export const used = (act) => (/** @type {Event} */ event) => act(/** @type {HTMLInputElement} */ (event.target));
