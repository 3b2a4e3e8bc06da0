#!/usr/bin/env bash
# 1. Expected: Pillow applies the colors that an AVIF states by code points (the box nclx), or at least
#    passes them on: for PNG, JPEG and WebP it passes the ICC profile on.
# 2. Seen with pillow 13.0.0: a file tagged as Display P3, as linear light or as PQ opens with the same
#    pixels as one tagged as sRGB; `info` has neither a profile nor the code points, so a reader cannot
#    even notice. Chromium 156 shows (200, 61, 30) tagged as P3 as (217, 43, 0).
# 3. Noticed when pictures were compared with Chromium. imaging/codecs/avif.py reads the box itself.
# 4. If Pillow converts, our conversion would be applied a second time: test_color_tags.py would fail.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q pillow==13.0.0

"$folder/venv/bin/python" - <<'EOF'
import io
import struct

from PIL import Image

file = io.BytesIO()
Image.new("RGB", (32, 32), (200, 60, 30)).save(file, "AVIF", quality=100, subsampling="4:4:4")
data = file.getvalue()
place = data.index(b"nclx") + 4
stated = struct.unpack_from(">HH", data, place)
print("Pillow writes primaries, transfer:", stated)
assert stated == (1, 13), "the behaviour has changed"

seen = {}
for name, code in {"sRGB": (1, 13), "Display P3": (12, 13), "linear": (1, 8), "PQ": (9, 16)}.items():
    tagged = bytearray(data)
    struct.pack_into(">HH", tagged, place, *code)
    image = Image.open(io.BytesIO(bytes(tagged)))
    seen[name] = image.getpixel((9, 9)), sorted(key for key, value in image.info.items() if value)
    print(f"{name:10} pixel {seen[name][0]}, info {seen[name][1]}")
assert len({str(value) for value in seen.values()}) == 1, "the behaviour has changed"
EOF
