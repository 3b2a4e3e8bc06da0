#!/usr/bin/env bash
# 1. Expected: text is drawn as long as any installed font has its letters: CSS and SVG let an unknown
#    family and generic families such as sans-serif fall back to another font.
# 2. Seen with resvg_py 0.5.0: with two fonts loaded, text in sans-serif or in an unknown family is left
#    out, without an exception. A generic family means one font of Windows (Arial, Times New Roman), not
#    an available one. The fallback exists, but only once the first family was found: Cyrillic text in
#    cmr10, which has only Latin letters, is drawn from DejaVu Sans. The option font_family helps text
#    without a family only; with sans_serif_family="DejaVu Sans" sans-serif is drawn, also at the end of
#    a list, but an unknown family alone is still left out.
# 3. Noticed when drawings were rendered on Debian: their labels were missing.
#    imaging/codecs/svg_rendering.py asks fontconfig for the fonts that stand for the generic families.
# 4. If resvg falls back by itself, that question to fontconfig can go.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q resvg_py==0.5.0 pillow==13.0.0 numpy==2.4.6
# Only for its fonts.
"$folder/venv/bin/pip" install -q --no-deps matplotlib==3.11.2

"$folder/venv/bin/python" - <<'EOF'
import importlib.util
import io
from pathlib import Path

import numpy as np
import resvg_py
from PIL import Image

package = Path(importlib.util.find_spec("matplotlib").origin).parent
fonts = package / "mpl-data" / "fonts" / "ttf"
files = [str(fonts / name) for name in ("DejaVuSans.ttf", "cmr10.ttf")]


def draw(text, family, **options):
    named = f'font-family="{family}"' if family else ""
    drawing = f"""<svg xmlns="http://www.w3.org/2000/svg" width="120" height="40">
        <text x="5" y="30" font-size="24" {named}>{text}</text></svg>"""
    png = resvg_py.svg_to_bytes(
        svg_string=drawing, skip_system_fonts=True, font_files=files, **options
    )
    pixels = np.asarray(Image.open(io.BytesIO(bytes(png))).convert("RGBA"))
    drawn = bool(pixels[..., 3].any())
    print(f"{text}, family {family!r}, {options}:", "drawn" if drawn else "left out")
    return drawn


assert draw("Hello", "DejaVu Sans") and draw("Hello", "cmr10")
assert draw("Привет", "cmr10")
missing = draw("Hello", None), draw("Hello", "sans-serif"), draw("Hello", "Unknown, sans-serif")
assert not any(missing), "the behaviour has changed"
default = {"font_family": "DejaVu Sans"}
assert draw("Hello", None, **default)
assert not draw("Hello", "sans-serif", **default), "the behaviour has changed"
assert not draw("Hello", "Unknown", **default), "the behaviour has changed"
sans = {"sans_serif_family": "DejaVu Sans"}
assert draw("Hello", "sans-serif", **sans) and draw("Hello", "Unknown, sans-serif", **sans)
assert not draw("Hello", "Unknown", **sans), "the behaviour has changed"
EOF
