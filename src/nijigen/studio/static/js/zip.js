/** @file ZIP archives: reading. Source: PKWARE APPNOTE 6.3.10. */

const [CENTRAL_END, DEFLATED] = [0x06054b50, 8];

/** @param {Blob} archive @returns {Promise<Map<string, Blob>>} Its files by name. */
export async function unzip(archive) {
  const buffer = await archive.arrayBuffer();
  const view = new DataView(buffer);
  let end = buffer.byteLength - 22;
  while (end >= 0 && view.getUint32(end, true) !== CENTRAL_END) end -= 1;
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
