/** @file Shorthand for event listeners: the detail of a custom event, and the control that was used. */

/** Listens to one of our elements and stops propagation. @param {(detail: any) => void} act */
export const given = (act) => (/** @type {CustomEvent} */ event) => {
  event.stopPropagation();
  act(event.detail);
};

/** Listens to a control. @param {(control: HTMLInputElement) => void} act */
export const used = (act) => (/** @type {Event} */ event) => act(/** @type {HTMLInputElement} */ (event.target));
