/** @file ZIP archives: reading, and writing without compression. Source: PKWARE APPNOTE 6.3.10. */

const [LOCAL, CENTRAL, END] = [0x04034b50, 0x02014b50, 0x06054b50];
const DEFLATED = 8;
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

/** @param {Blob} archive @returns {Promise<Map<string, Blob>>} Its files by name. */
export async function unzip(archive) {
  const buffer = await archive.arrayBuffer();
  const view = new DataView(buffer);
  let end = buffer.byteLength - 22;
  while (end >= 0 && view.getUint32(end, true) !== END) end -= 1;
  if (end < 0) throw new Error('the archive has no end');
  /** @type {Map<string, Blob>} */
  const files = new Map();
  let at = view.getUint32(end + 16, true);
  for (let left = view.getUint16(end + 10, true); left; left -= 1) {
    const [packing, packed] = [view.getUint16(at + 10, true), view.getUint32(at + 20, true)];
    const [named, extra, remark] = [28, 30, 32].map((place) => view.getUint16(at + place, true));
    const local = view.getUint32(at + 42, true);
    const name = new TextDecoder().decode(new Uint8Array(buffer, at + 46, named));
    const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    const content = archive.slice(start, start + packed);
    files.set(name, packing === DEFLATED ? await new Response(content.stream().pipeThrough(new DecompressionStream('deflate-raw'))).blob() : content);
    at += 46 + named + extra + remark;
  }
  return files;
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
