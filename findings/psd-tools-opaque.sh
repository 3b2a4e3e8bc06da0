#!/usr/bin/env bash
# 1. Expected: a document whose lowest layer is opaque everywhere gives an opaque picture, regardless of
#    the layers on top.
# 2. Seen with psd-tools 1.26.0: with a layer at half opacity on top, composite() gives an alpha of 254.
#    So do 32 of the 256 opacities, 128, 132, 136 ... 252, and also half-transparent pixels at full
#    opacity. The color is correct. Sums of floats end just below 1 and are truncated, not rounded. Saved
#    as PNG, such a picture has transparency, and programs that check for opacity do not treat it as
#    opaque.
# 3. Noticed when layered documents were compared with a second program. Nijigen flattens its documents
#    itself and rounds (core/artwork.py); the tests allow one level (tests/imaging/artworks).
# 4. If it is rounded, those tests can require equal values.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q psd-tools==1.26.0 pillow==13.0.0 numpy==2.4.6

"$folder/venv/bin/python" - <<'EOF'
import io

from PIL import Image
from psd_tools import PSDImage


def flatten(opacity=255, alpha=255, saved=False):
    document = PSDImage.new("RGBA", (2, 2))
    document.create_pixel_layer(Image.new("RGBA", (2, 2), (0, 0, 0, 255)), name="paper")
    top = document.create_pixel_layer(Image.new("RGBA", (2, 2), (255, 255, 255, alpha)), name="top")
    top.opacity = opacity
    if saved:
        file = io.BytesIO()
        document.save(file)
        file.seek(0)
        document = PSDImage.open(file)
    return document.composite(force=True).getpixel((0, 0))


print("half opacity:", flatten(opacity=128), "read from a file:", flatten(opacity=128, saved=True))
print("half-transparent pixels:", flatten(alpha=128))
by_opacity = {opacity: flatten(opacity=opacity) for opacity in range(256)}
by_alpha = {alpha: flatten(alpha=alpha) for alpha in range(256)}
leaky = [opacity for opacity, pixel in by_opacity.items() if pixel[3] < 255]
print(f"not opaque at {len(leaky)} opacities:", *leaky[:5], "...", leaky[-1])
assert all(pixel[0] == opacity for opacity, pixel in by_opacity.items())
assert leaky == list(range(128, 256, 4)), "the behaviour has changed"
assert by_opacity[128][3] == 254 and flatten(opacity=128, saved=True)[3] == 254
assert sum(pixel[3] < 255 for pixel in by_alpha.values()) == 32, "the behaviour has changed"
EOF
