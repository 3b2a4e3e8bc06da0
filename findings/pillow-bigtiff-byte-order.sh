#!/usr/bin/env bash
# 1. Expected: Pillow reads BigTIFF in both byte orders, as it reads classic TIFF in both.
# 2. Seen with pillow 13.0.0 and tifffile 2026.3.3: the little-endian file opens; the big-endian one, of
#    the same pixels, is "cannot identify image file" (inside: "Missing dimensions"), since the directory
#    is parsed as that of a classic file. tifffile reads both, as does libtiff, which Pillow holds.
# 3. Noticed when TIFF layouts were tried in all combinations. imaging/codecs/tiff_samples.py gives such
#    a page a classic directory of its own, which Pillow then reads.
# 4. If both open, `is_special` no longer needs to ask for the byte order.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q pillow==13.0.0 tifffile==2026.3.3 numpy==2.4.6

"$folder/venv/bin/python" - <<'EOF'
import io

import numpy as np
import tifffile
from PIL import Image, UnidentifiedImageError

pixels = np.arange(5 * 7 * 3, dtype=np.uint8).reshape(5, 7, 3)
opened = {}
for big in (False, True):
    for order in "<>":
        file = io.BytesIO()
        tifffile.imwrite(file, pixels, photometric="rgb", bigtiff=big, byteorder=order)
        assert np.array_equal(tifffile.imread(io.BytesIO(file.getvalue())), pixels)
        try:
            found = np.array(Image.open(io.BytesIO(file.getvalue())))
            opened[big, order] = np.array_equal(found, pixels)
        except UnidentifiedImageError:
            opened[big, order] = False
        print("BigTIFF" if big else "classic", order, "opens" if opened[big, order] else "is not identified")
wanted = {(False, "<"): True, (False, ">"): True, (True, "<"): True, (True, ">"): False}
assert opened == wanted, "the behaviour has changed"
EOF
