/** @file ZIP archives: writing, without compression. Source: PKWARE APPNOTE 6.3.10. */

const [LOCAL, CENTRAL, END] = [0x04034b50, 0x02014b50, 0x06054b50];
/** 1 January 1980: the same files give the same archive. */
const LONG_AGO = 0x21;

const TABLE = Uint32Array.from({ length: 256 }, (_, at) => {
  let sum = at;
  for (let bit = 0; bit < 8; bit += 1) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  return sum;
});

/** @param {Uint8Array} bytes */
function checksum(bytes) {
  let sum = 0xffffffff;
  for (const byte of bytes) sum = (sum >>> 8) ^ TABLE[(sum ^ byte) & 255];
  return (sum ^ 0xffffffff) >>> 0;
}

/** @param {Map<string, Blob>} files @returns {Promise<Blob>} */
export async function zip(files) {
  /** @type {BlobPart[]} */
  const parts = [];
  /** @type {BlobPart[]} */
  const list = [];
  let [at, length] = [0, 0];
  for (const [name, content] of files) {
    const title = new TextEncoder().encode(name);
    const bytes = new Uint8Array(await content.arrayBuffer());
    const about = new DataView(new ArrayBuffer(26));
    // Version, UTF-8 names, stored, fixed date; then the checksum, both sizes, and the name's length.
    [20, 0x800, 0, 0, LONG_AGO].forEach((value, index) => about.setUint16(index * 2, value, true));
    [checksum(bytes), bytes.length, bytes.length].forEach((value, index) => about.setUint32(10 + index * 4, value, true));
    about.setUint16(22, title.length, true);
    const word = (/** @type {number} */ value) => new Uint32Array([value]);
    parts.push(word(LOCAL), about.buffer, title, content);
    list.push(word(CENTRAL), new Uint16Array([20]), about.buffer, new Uint8Array(10), word(at), title);
    at += 30 + title.length + bytes.length;
    length += 46 + title.length;
  }
  const end = new DataView(new ArrayBuffer(22));
  end.setUint32(0, END, true);
  for (const place of [8, 10]) end.setUint16(place, files.size, true);
  end.setUint32(12, length, true);
  end.setUint32(16, at, true);
  return new Blob([...parts, ...list, end.buffer], { type: 'application/zip' });
}
