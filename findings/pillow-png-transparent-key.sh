#!/usr/bin/env bash
# 1. Expected: the color that a PNG declares transparent (tRNS) is transparent in every bit depth, once
#    the picture is converted to RGBA.
# 2. Seen with pillow 13.0.0: the pixels are scaled to 8 bits, but the key is used as it is written in the
#    file. In gray of 2, 4 and 16 bits nothing becomes transparent. In RGB of 16 bits the lower half of the
#    key is compared with the upper half of the pixels: with the key 0x1234 the color 0x1234 stays opaque
#    and the color 0x3400 becomes transparent. 1 bit, 8 bits and palettes are correct.
#    opencv-python-headless 4.14.0.94 with IMREAD_UNCHANGED gets RGB right, but drops the key of gray at
#    every depth. pyvips 3.2.0 with pyvips-binary 8.18.7 is correct in all of them.
# 3. Noticed when pictures read by different libraries were compared. Nijigen has its own reader of PNG
#    (imaging/codecs/png.py), which applies the key at the depth of the file.
# 4. If Pillow scales the key, it could read these files; our reader stays for colors of 16 bits.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q pillow==13.0.0 numpy==2.4.6 opencv-python-headless==4.14.0.94 \
    pyvips==3.2.0 pyvips-binary==8.18.7

"$folder/venv/bin/python" - <<'EOF'
import io
import struct
import zlib

import cv2
import numpy as np
import pyvips
from PIL import Image

GRAY, RGB = 0, 2


def png(depth, color, row, key):
    """Return a picture of two pixels; the first has the color of the key, the second not."""

    def chunk(name, body):
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", 2, 1, depth, color, 0, 0, 0)
    chunks = (b"IHDR", header), (b"tRNS", key), (b"IDAT", zlib.compress(b"\0" + row)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*each) for each in chunks)


def by_pillow(data):
    image = Image.open(io.BytesIO(data)).convert("RGBA")
    return [image.getpixel((x, 0))[3] == 0 for x in (0, 1)]


def by_opencv(data):
    pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    has_alpha = pixels.ndim == 3 and pixels.shape[2] == 4
    return [has_alpha and pixels[0, x, 3] == 0 for x in (0, 1)]


def by_vips(data):
    image = pyvips.Image.new_from_buffer(data, "")
    return [image.hasalpha() and image.getpoint(x, 0)[-1] == 0 for x in (0, 1)]


def words(*values):
    return struct.pack(f">{len(values)}H", *values)


KEY, OTHER = 0x1234, 0x3400
FILES = {
    "gray, 1 bit": png(1, GRAY, bytes([0b01000000]), words(0)),
    "gray, 2 bits": png(2, GRAY, bytes([0b01110000]), words(1)),
    "gray, 4 bits": png(4, GRAY, bytes([0x3F]), words(3)),
    "gray, 8 bits": png(8, GRAY, bytes([51, 255]), words(51)),
    "gray, 16 bits": png(16, GRAY, words(KEY, OTHER), words(KEY)),
    "RGB, 8 bits": png(8, RGB, bytes([51] * 3 + [255] * 3), words(51, 51, 51)),
    "RGB, 16 bits": png(16, RGB, words(*[KEY] * 3, *[OTHER] * 3), words(KEY, KEY, KEY)),
}
READERS = by_pillow, by_opencv, by_vips
seen = {
    (read, name): [bool(value) for value in read(data)]
    for name, data in FILES.items()
    for read in READERS
}
for (read, name), transparent in seen.items():
    print(f"{name:14} {read.__name__:10} transparent: key {transparent[0]}, other {transparent[1]}")
pillow, opencv, vips = (
    {name for name in FILES if seen[read, name] != [True, False]} for read in READERS
)
assert not vips
assert pillow == {"gray, 2 bits", "gray, 4 bits", "gray, 16 bits", "RGB, 16 bits"}, (
    "the behaviour has changed"
)
assert seen[by_pillow, "RGB, 16 bits"] == [False, True], "the behaviour has changed"
assert opencv == {name for name in FILES if name.startswith("gray")}, "the behaviour has changed"
EOF
