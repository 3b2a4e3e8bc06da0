#!/usr/bin/env bash
# 1. Expected: an SVG pattern repeats at its stated width and height: stripes 3.5 pixels apart give 189
#    stripes on 660 pixels, half of the area black. Screentones are written this way.
# 2. Seen with @resvg/resvg-js 2.6.2: the tile is rendered and repeated at whole pixels, 3.5 as 4 (165
#    stripes, 44 % black) and 3.3 as 3 (220 instead of 200, 58 % black). 10.4 becomes 10. resvg_py
#    0.5.0 gives the same numbers of stripes. librsvg 2.63.2 (in sharp 0.35.5) gives 189, 200 and 64
#    stripes, 50 % black each. At four times the size the errors are smaller, so the period depends on
#    the resolution.
# 3. Noticed when both were compared on vector screentones. Nijigen renders halftone screens as pixels
#    (effects/halftone.py) and writes no SVG patterns.
# 4. If the period is kept, tones could be exported as patterns and proofed with resvg.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund @resvg/resvg-js@2.6.2 sharp@0.35.5

cat >look.js <<'EOF'
const assert = require("node:assert");
const { Resvg } = require("@resvg/resvg-js");
const sharp = require("sharp");

const WIDTH = 660;

function draw(period) {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="4">
    <pattern id="tone" width="${period}" height="4" patternUnits="userSpaceOnUse">
    <rect width="${period / 2}" height="4"/></pattern>
    <rect width="${WIDTH}" height="4" fill="url(#tone)"/></svg>`;
}

async function measure(png, width) {
  const pixels = await sharp(png).ensureAlpha().raw().toBuffer();
  const row = Array.from({ length: width }, (_, x) => pixels[4 * x + 3]);
  const stripes = row.filter((value, x) => value > 127 && (x === 0 || row[x - 1] <= 127)).length;
  const black = row.reduce((total, value) => total + value, 0) / (255 * width);
  return { stripes, black };
}

async function main() {
  const resvg = {};
  for (const period of [3, 3.3, 3.5, 10.4]) {
    const svg = draw(period);
    const wanted = WIDTH / period;
    const found = {
      resvg: await measure(new Resvg(svg).render().asPng(), WIDTH),
      librsvg: await measure(Buffer.from(svg), WIDTH),
    };
    const large = new Resvg(svg, { fitTo: { mode: "zoom", value: 4 } }).render().asPng();
    found["resvg, 4 times the size"] = await measure(large, 4 * WIDTH);
    console.log(`period ${period}: ${wanted.toFixed(1)} stripes`);
    for (const [program, { stripes, black }] of Object.entries(found)) {
      console.log(`  ${program}: ${stripes} stripes, ${(100 * black).toFixed(0)} % black`);
    }
    assert(Math.abs(found.librsvg.stripes - wanted) <= 1 && Math.abs(found.librsvg.black - 0.5) < 0.01);
    resvg[period] = found.resvg.stripes;
  }
  assert.deepStrictEqual(resvg, { 3: 220, 3.3: 220, 3.5: 165, 10.4: 66 }, "the behaviour has changed");
}
main();
EOF
node look.js
