#!/usr/bin/env bash
# 1. Expected: white in mode multiply changes nothing, at any opacity; black in mode screen neither. A
#    layer at half opacity gives the average of the results without it and at full opacity, as layered
#    files, CSS and PDF define blending.
# 2. Seen with libvips 8.18.7 (pyvips-binary 8.18.7; sharp 0.35.5 gives the same): the alpha of the upper
#    picture counts twice. White at half opacity multiplied onto 230 gives 172, not 230; screened onto
#    0 it gives 64, not 128; in hard-light it gives 0, as if it were a dark layer. Opaque upper
#    pictures, and mode over at any alpha, are correct. So soft edges of a multiply layer get dark.
#    psd-tools 1.26.0, on a PSD of the same two layers, gives the expected values.
# 3. Noticed when flattened layers were compared between programs. Nijigen blends by the formula
#    (core/blending.py).
# 4. If alpha counts once, libvips could flatten large documents strip by strip.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q pyvips==3.2.0 pyvips-binary==8.18.7 psd-tools==1.26.0 \
    pillow==13.0.0 numpy==2.4.6

"$folder/venv/bin/python" - <<'EOF'
import pyvips
from PIL import Image
from psd_tools import PSDImage
from psd_tools.constants import BlendMode


def by_libvips(mode, below, above, alpha):
    def flat(gray, alpha):
        picture = pyvips.Image.black(1, 1).new_from_image([gray, gray, gray, alpha])
        return picture.cast("uchar").copy(interpretation="srgb")

    return flat(below, 255).composite2(flat(above, alpha), mode).getpoint(0, 0)[0]


def by_psd_tools(mode, below, above, alpha):
    document = PSDImage.new("RGBA", (1, 1))
    for gray, alpha_here in ((below, 255), (above, alpha)):
        color = (gray, gray, gray, alpha_here)
        layer = document.create_pixel_layer(Image.new("RGBA", (1, 1), color), name="layer")
    layer.blend_mode = BlendMode[mode.upper().replace("-", "_")]
    return document.composite(force=True).getpixel((0, 0))[0]


ALONE = {
    "multiply": lambda b, a: b * a,
    "screen": lambda b, a: b + a - b * a,
    "hard-light": lambda b, a: 2 * b * a if a <= 0.5 else 1 - 2 * (1 - b) * (1 - a),
    "darken": min,
    "difference": lambda b, a: abs(b - a),
}
for mode, below, above, alpha, seen in (
    ("multiply", 230, 255, 255, 230),
    ("multiply", 230, 255, 128, 172),
    ("screen", 0, 255, 255, 255),
    ("screen", 0, 255, 128, 64),
    ("hard-light", 0, 255, 128, 0),
    ("darken", 230, 255, 128, 178),
    ("difference", 0, 255, 128, 64),
):
    whole = 255 * ALONE[mode](below / 255, above / 255)
    wanted = below + (whole - below) * alpha / 255
    libvips = by_libvips(mode, below, above, alpha)
    other = by_psd_tools(mode, below, above, alpha)
    print(
        f"{mode}: {above} at alpha {alpha} onto {below}: by the formula {wanted:.0f},",
        f"psd-tools {other}, libvips {libvips:.0f}",
    )
    assert abs(other - wanted) <= 1
    assert abs(libvips - seen) <= 1, "the behaviour has changed"
EOF
