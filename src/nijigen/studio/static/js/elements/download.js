/** @file Downloads a file through the browser. */

/** @param {Blob | string} content A blob, or a URL on this server. @param {string} name */
export function keep(content, name) {
  const link = document.createElement('a');
  link.href = typeof content === 'string' ? content : URL.createObjectURL(content);
  link.download = name;
  link.click();
  if (typeof content !== 'string') setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
