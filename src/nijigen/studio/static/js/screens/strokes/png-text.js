/** @file Reads texts that are stored in a PNG. */

const latin = new TextDecoder('latin1');

/** The text under a name; empty if there is none. @param {Blob} png @param {string} name */
export async function textIn(png, name) {
  const bytes = new Uint8Array(await png.arrayBuffer());
  const view = new DataView(bytes.buffer);
  // A signature of eight bytes; then chunks of length, kind, content and checksum.
  for (let at = 8; at + 12 <= bytes.length; at += 12 + view.getUint32(at)) {
    if (latin.decode(bytes.subarray(at + 4, at + 8)) !== 'tEXt') continue;
    const text = latin.decode(bytes.subarray(at + 8, at + 8 + view.getUint32(at)));
    if (text.startsWith(`${name}\0`)) return text.slice(name.length + 1);
  }
  return '';
}
