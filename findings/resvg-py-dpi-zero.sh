#!/usr/bin/env bash
# 1. Expected: resvg_py draws mm, pt and inches at 96 dots an inch, as CSS, Inkscape and browsers do; its
#    documentation calls the default "0 = SVG default".
# 2. Seen with resvg_py 0.5.0: at the default every absolute unit but px is 0 units long. A rectangle whose
#    width is 1in is not in the picture, without an error; a drawing whose size is given in pt, as potrace
#    writes it, is refused with "SVG has an invalid size", even beside width=. With dpi=96 all of it is right.
# 3. Noticed when the vectors of potrace could not be drawn for a comparison. Nijigen passes dpi=96 for every
#    SVG that it did not write itself (imaging/codecs/svg_rendering.py).
# 4. If 0 comes to mean 96, dpi need not be passed.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q resvg_py==0.5.0 pillow==12.0.0

"$folder/venv/bin/python" - <<'PY'
import io

import resvg_py
from PIL import Image

SHEET = '<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="{0}" viewBox="0 0 40 40">{1}</svg>'
SQUARE = '<rect width="{0}" height="{0}"/>'


def box(size, side, **options):
    """The corners of what was drawn, or the error."""
    try:
        png = resvg_py.svg_to_bytes(svg_string=SHEET.format(size, SQUARE.format(side)), **options)
    except ValueError as error:
        return str(error)
    return Image.open(io.BytesIO(bytes(png))).getbbox()


for side in ("24", "24px", "18pt", "0.25in", "6.35mm"):
    print(f"{side:>7}", "default:", box("40", side), " dpi=96:", box("40", side, dpi=96))
    assert box("40", side, dpi=96) == (0, 0, 24, 24)
    seen = box("40", side)
    assert seen == ((0, 0, 24, 24) if side in ("24", "24px") else None), "the behaviour has changed"
print("a sheet of 40pt:", box("40pt", "24"), " width=40:", box("40pt", "24", width=40))
assert box("40pt", "24") == box("40pt", "24", width=40) == "SVG has an invalid size"
PY
