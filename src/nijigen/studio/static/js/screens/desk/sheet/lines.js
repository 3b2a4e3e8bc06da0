/** @file Geometry of points and lines: distance, simplification, containment. */

/** @typedef {[number, number]} Place */

/** @param {Place} a @param {Place} b */
const far = ([x, y], [u, v]) => Math.hypot(x - u, y - v);

/** Distance of a point from a polyline. @param {Place} place @param {Place[]} line */
export function distance(place, line) {
  let least = line.length ? far(place, line[0]) : Infinity;
  for (let at = 1; at < line.length; at += 1) {
    const [[x, y], [u, v]] = [line[at - 1], line[at]];
    const length = (u - x) ** 2 + (v - y) ** 2;
    const share = length ? Math.min(1, Math.max(0, ((place[0] - x) * (u - x) + (place[1] - y) * (v - y)) / length)) : 0;
    least = Math.min(least, far(place, [x + share * (u - x), y + share * (v - y)]));
  }
  return least;
}

/** Simplifies a line within a tolerance. Source: Douglas and Peucker, 1973. @param {Place[]} line @param {number} most @returns {Place[]} */
export function simpler(line, most) {
  const kept = new Set([0, line.length - 1]);
  const ranges = [[0, line.length - 1]];
  for (let range = ranges.pop(); range; range = ranges.pop()) {
    const [from, to] = range;
    let [widest, where] = [most, -1];
    for (let at = from + 1; at < to; at += 1) {
      const off = distance(line[at], [line[from], line[to]]);
      if (off > widest) [widest, where] = [off, at];
    }
    if (where >= 0) [kept.add(where), ranges.push([from, where], [where, to])];
  }
  return line.filter((_, at) => kept.has(at)).map(([x, y]) => [Math.round(x * 10) / 10, Math.round(y * 10) / 10]);
}

/** Whether a point is inside a closed line. @param {Place} place @param {Place[]} line */
export function encloses([x, y], line) {
  let inside = false;
  for (let at = 0, last = line.length - 1; at < line.length; last = at, at += 1) {
    const [[u, v], [p, q]] = [line[at], line[last]];
    if (v > y !== q > y && x < ((p - u) * (y - v)) / (q - v) + u) inside = !inside;
  }
  return inside;
}
