/** @file Gives a file to the browser, to be kept. */

/** @param {Blob | string} content A blob, or an address of this server. @param {string} name */
export function keep(content, name) {
  const link = document.createElement('a');
  link.href = typeof content === 'string' ? content : URL.createObjectURL(content);
  link.download = name;
  link.click();
  if (typeof content !== 'string') setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
