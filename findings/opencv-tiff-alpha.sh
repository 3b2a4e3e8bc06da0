#!/usr/bin/env bash
# 1. Expected: imread with IMREAD_UNCHANGED returns the colors of a TIFF with straight alpha (ExtraSamples
#    2) as they are in the file, as it does for PNG, at 8 bits as at 16.
# 2. Seen with opencv-python-headless 4.14.0.94: at 8 bits they are multiplied by alpha; at 16 bits they are
#    not. Red 255 at an alpha of 63 becomes 63, and 65535 at 16383 stays 65535. Premultiplied alpha
#    (ExtraSamples 1) is returned as it is at both depths: at 8 bits colors are always premultiplied, at 16
#    bits they are whatever the file has. pillow 13.0.0 returns the straight colors of the 8-bit file.
# 3. Noticed when several readers were given the same TIFFs. Nijigen does not read TIFF with OpenCV.
# 4. If both depths agree, OpenCV can be one of the readers that tests compare with.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q pillow==13.0.0 tifffile==2026.3.3 \
    opencv-python-headless==4.14.0.94 numpy==2.4.6

"$folder/venv/bin/python" - <<'EOF'
import io

import cv2
import numpy as np
import tifffile
from PIL import Image


def by_opencv(data):
    blue, green, red, alpha = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)[0, 0]
    return [int(value) for value in (red, green, blue, alpha)]


seen = {}
for kind, top in (("uint8", 255), ("uint16", 65535)):
    straight = [top, top // 2, 0, top // 4]
    premultiplied = [top // 4, top // 8, 0, top // 4]
    pixels = np.full((2, 2, 4), straight, kind)
    files = {"PNG": (straight, cv2.imencode(".png", pixels[..., [2, 1, 0, 3]])[1].tobytes())}
    for name, color, samples in (
        ("straight", straight, "unassalpha"),
        ("premultiplied", premultiplied, "assocalpha"),
    ):
        file = io.BytesIO()
        pixels = np.full((2, 2, 4), color, kind)
        tifffile.imwrite(file, pixels, photometric="rgb", extrasamples=[samples])
        files[name] = color, file.getvalue()
    for name, (color, data) in files.items():
        seen[kind, name] = by_opencv(data)
        print(f"{kind}, {name}: in the file {color}, OpenCV {seen[kind, name]}")
    if kind == "uint8":
        assert list(Image.open(io.BytesIO(files["straight"][1])).getpixel((0, 0))) == straight
    assert seen[kind, "PNG"] == straight and seen[kind, "premultiplied"] == premultiplied
assert seen["uint16", "straight"] == [65535, 32767, 0, 16383], "the behaviour has changed"
assert seen["uint8", "straight"] == [63, 31, 0, 63], "the behaviour has changed"
EOF
