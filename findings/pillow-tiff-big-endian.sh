#!/usr/bin/env bash
# 1. Expected: the byte order of a TIFF and its compression are independent: Pillow reads big-endian and
#    little-endian files, compressed or not.
# 2. Seen with pillow 13.0.0 and tifffile 2026.3.3: of big-endian files that are compressed (zlib, LZW), the
#    bytes of each value are swapped once too often, without an error. Float32 1.0 is read as 4.6e-41,
#    int32 1 as 16777216, int16 1 as 256. Uncompressed they are correct, as are little-endian files and
#    uint16 in all four combinations. libtiff, which decompresses, already returns values in the order of
#    the machine. opencv-python-headless 4.14.0.94 reads all of them correctly.
# 3. Noticed when TIFF readers were compared: such files came out black. imaging/codecs/tiff.py tells Pillow
#    the order of the machine before the pixels are loaded.
# 4. If Pillow takes the order of libtiff's result into account, that correction can go (it does no harm).
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q pillow==13.0.0 tifffile==2026.3.3 imagecodecs==2026.3.6 \
    opencv-python-headless==4.14.0.94 numpy==2.4.6

"$folder/venv/bin/python" - <<'EOF'
import io

import cv2
import numpy as np
import tifffile
from PIL import Image

wrong = {}
for kind in ("uint16", "int16", "int32", "float32"):
    values = np.array([[1, 2], [3, 4]], kind)
    for order, name in (("<", "little-endian"), (">", "big-endian")):
        for compression in (None, "zlib", "lzw"):
            file = io.BytesIO()
            tifffile.imwrite(
                file, values, photometric="minisblack", byteorder=order, compression=compression
            )
            data = file.getvalue()
            pillow = np.asarray(Image.open(io.BytesIO(data)))
            opencv = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
            print(f"{kind}, {name}, {compression}: Pillow {pillow.ravel()}, OpenCV {opencv.ravel()}")
            assert np.array_equal(opencv, values)
            if not np.array_equal(pillow, values):
                wrong[kind, name, compression] = pillow[0, 0]
assert wrong.keys() == {
    (kind, "big-endian", compression)
    for kind in ("int16", "int32", "float32")
    for compression in ("zlib", "lzw")
}, "the behaviour has changed"
assert wrong["int32", "big-endian", "zlib"] == 1 << 24, "the behaviour has changed"
EOF
