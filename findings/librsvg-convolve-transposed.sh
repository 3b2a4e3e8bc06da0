#!/usr/bin/env bash
# 1. Expected: feConvolveMatrix reads its kernel row by row, as SVG says: a single 1 at the right of the
#    middle row moves a dot one pixel to the right (the kernel is rotated by 180 degrees when applied).
# 2. Seen with librsvg 2.63.2 (in sharp 0.35.5): rows and columns are swapped. The dot moves down; a
#    filter for vertical edges finds horizontal ones. A 3 x 2 kernel is read as 2 x 3. Symmetric
#    kernels, and kernels of one row or column, are correct. @resvg/resvg-js 2.6.2 follows the
#    specification.
# 3. Noticed when both were compared on small files. Nijigen filters pixels, never through SVG.
# 4. If rows are rows, line filters could be tried out in SVG files.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund @resvg/resvg-js@2.6.2 sharp@0.35.5

cat >look.js <<'EOF'
const assert = require("node:assert");
const { Resvg } = require("@resvg/resvg-js");
const sharp = require("sharp");

const SIDE = 24;
const MIDDLE = 10;

async function moved(png) {
  const raw = await sharp(png).ensureAlpha().raw().toBuffer();
  const at = Array.from({ length: SIDE * SIDE }, (_, n) => n).filter((n) => raw[4 * n + 3] > 127);
  assert.strictEqual(at.length, 1);
  return [(at[0] % SIDE) - MIDDLE, Math.floor(at[0] / SIDE) - MIDDLE];
}

async function main() {
  for (const [order, kernel, wanted] of [
    ["3 3", "0 0 0  0 0 1  0 0 0", [1, 0]],
    ["3 3", "0 1 0  0 0 0  0 0 0", [0, -1]],
    ["3 3", "0 0 0  0 1 0  0 0 0", [0, 0]],
    ["3 3", "0 0 1  0 0 0  0 0 0", [1, -1]],
    ["3 1", "0 0 1", [1, 0]],
    ["1 3", "0 0 1", [0, 1]],
  ]) {
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${SIDE}" height="${SIDE}">
      <filter id="f" filterUnits="userSpaceOnUse" x="0" y="0" width="${SIDE}" height="${SIDE}">
      <feConvolveMatrix order="${order}" kernelMatrix="${kernel}"/></filter>
      <rect x="${MIDDLE}" y="${MIDDLE}" width="1" height="1" filter="url(#f)"/></svg>`;
    const resvg = await moved(new Resvg(svg).render().asPng());
    const librsvg = await moved(Buffer.from(svg));
    console.log(`order ${order}, kernel ${kernel}: resvg moves by ${resvg}, librsvg by ${librsvg}`);
    assert.deepStrictEqual(resvg, wanted);
    const seen = order === "3 3" ? [wanted[1], wanted[0]] : wanted;
    assert.deepStrictEqual(librsvg, seen, "the behaviour has changed");
  }
}
main();
EOF
node look.js
