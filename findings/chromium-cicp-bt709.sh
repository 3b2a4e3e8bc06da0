#!/usr/bin/env bash
# 1. Expected: a code point of H.273 means the same in every file: a gray tagged with primaries 1 and
#    transfer 1 (BT.709) looks the same as PNG (chunk cICP) and as AVIF (box nclx).
# 2. Seen with Chromium 156.0.8078.114 (Debian, headless, an sRGB screen): (55, 55, 55) stays (55, 55, 55)
#    in AVIF, as if it were sRGB, and becomes (44, 44, 44) in PNG, a gamma of 2.4. Transfer 6 (BT.601), the
#    same function, likewise. Transfer 13 (sRGB) and 8 (linear: 128) look the same in both formats.
# 3. Noticed when decoded pictures were compared with screenshots. from_code_points in
#    imaging/codecs/color_tags.py has an argument for it, camera_as_srgb.
# 4. If both look the same, that argument can go.
set -euo pipefail

if ! command -v chromium >/dev/null; then
    echo "this script needs chromium (Debian package)" >&2
    exit 2
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q pillow==13.0.0
cd "$folder"

cat >look.py <<'EOF'
import io
import struct
import sys
import zlib
from pathlib import Path

from PIL import Image

SIDE = 40
TRANSFERS = {"BT.709": 1, "BT.601": 6, "sRGB": 13, "linear": 8}
GRAY = Image.new("RGB", (SIDE, SIDE), (55, 55, 55))


def png(transfer):
    file = io.BytesIO()
    GRAY.save(file, "PNG")
    body = b"cICP" + bytes([1, transfer, 0, 1])
    chunk = struct.pack(">I", 4) + body + struct.pack(">I", zlib.crc32(body))
    return file.getvalue()[:33] + chunk + file.getvalue()[33:]


def avif(transfer):
    file = io.BytesIO()
    GRAY.save(file, "AVIF", quality=100, subsampling="4:4:4")
    data = bytearray(file.getvalue())
    place = data.index(b"nclx") + 4
    assert struct.unpack_from(">HH", data, place) == (1, 13)
    struct.pack_into(">HH", data, place, 1, transfer)
    return bytes(data)


if sys.argv[1] == "write":
    page = "<body style='margin:0'>"
    for x, (name, transfer) in enumerate(TRANSFERS.items()):
        for y, (ending, data) in enumerate((("png", png(transfer)), ("avif", avif(transfer)))):
            Path(f"{transfer}.{ending}").write_bytes(data)
            place = f"position:absolute;left:{SIDE * x}px;top:{SIDE * y}px"
            page += f"<img src='{transfer}.{ending}' style='{place}'>"
    Path("page.html").write_text(page)
else:
    screen = Image.open("screen.png").convert("RGB")
    seen = {}
    for x, name in enumerate(TRANSFERS):
        at_png, at_avif = ((SIDE * x + SIDE // 2, SIDE * y + SIDE // 2) for y in (0, 1))
        seen[name] = screen.getpixel(at_png), screen.getpixel(at_avif)
        print(f"{name}: PNG {seen[name][0]}, AVIF {seen[name][1]}")
    grays = {name: (png[0], avif[0]) for name, (png, avif) in seen.items()}
    assert grays["sRGB"] == (55, 55)
    assert grays["linear"] == (128, 128)
    assert grays["BT.709"] == grays["BT.601"] == (44, 55), "the behaviour has changed"
EOF
"$folder/venv/bin/python" look.py write
chromium --version
# The budget of time lets the pictures load before the screenshot.
options=(--headless --disable-gpu --hide-scrollbars --force-color-profile=srgb
    --virtual-time-budget=3000 --window-size=400,300)
# Chromium does not start its sandbox as root; the page is the one written above.
if [ "$(id -u)" = 0 ]; then options+=(--no-sandbox); fi
timeout 120 chromium "${options[@]}" --user-data-dir="$folder/profile" \
    --screenshot="$folder/screen.png" "file://$folder/page.html" >chromium.log 2>&1 || {
    cat chromium.log >&2
    exit 1
}
"$folder/venv/bin/python" look.py check
