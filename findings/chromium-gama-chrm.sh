#!/usr/bin/env bash
# 1. Expected: chromaticities (chunk cHRM) change no gray. If they are those of sRGB, which is assumed
#    without them anyway, they change nothing at all.
# 2. Seen with Chromium 156.0.8078.114 (Debian, headless, an sRGB screen): a gray (55, 55, 55) with a gamma
#    of 1/2.2 (gAMA 45455) stays (55, 55, 55), as without any tag; with the cHRM of sRGB added it becomes
#    (52, 52, 52). cHRM alone changes nothing. So gAMA 45455 alone stands for the curve of sRGB, and only
#    beside cHRM for the gamma that it states. Other gammas count alone: 1/1.8 gives (71, 71, 71).
# 3. Noticed when decoded pictures were compared with screenshots. from_gamma in
#    imaging/codecs/color_tags.py does the same, except that 1/2.2 with the cHRM of sRGB is sRGB too: real
#    sprites carry both chunks, next to others of the same set that carry neither.
# 4. If gAMA alone is taken at its word, from_gamma has to follow.
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
OF_SRGB = b"cHRM" + struct.pack(">8I", 31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000)
GAMMA_2_2 = b"gAMA" + struct.pack(">I", 45455)
GAMMA_1_8 = b"gAMA" + struct.pack(">I", 55556)
TAGS = {
    "no tags": [],
    "gAMA 45455": [GAMMA_2_2],
    "gAMA 45455 and cHRM": [GAMMA_2_2, OF_SRGB],
    "cHRM": [OF_SRGB],
    "gAMA 55556": [GAMMA_1_8],
    "gAMA 55556 and cHRM": [GAMMA_1_8, OF_SRGB],
}


def png(bodies):
    file = io.BytesIO()
    Image.new("RGB", (SIDE, SIDE), (55, 55, 55)).save(file, "PNG")
    chunks = b"".join(
        struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
        for body in bodies
    )
    return file.getvalue()[:33] + chunks + file.getvalue()[33:]


if sys.argv[1] == "write":
    page = "<body style='margin:0'>"
    for x, bodies in enumerate(TAGS.values()):
        Path(f"{x}.png").write_bytes(png(bodies))
        page += f"<img src='{x}.png' style='position:absolute;left:{SIDE * x}px;top:0'>"
    Path("page.html").write_text(page)
else:
    screen = Image.open("screen.png").convert("RGB")
    seen = {}
    for x, name in enumerate(TAGS):
        pixel = screen.getpixel((SIDE * x + SIDE // 2, SIDE // 2))
        print(f"{name}: {pixel}")
        seen[name] = pixel[0]
    assert seen["no tags"] == seen["cHRM"] == 55
    assert seen["gAMA 55556"] == seen["gAMA 55556 and cHRM"] == 71
    assert seen["gAMA 45455"] == 55, "the behaviour has changed"
    assert seen["gAMA 45455 and cHRM"] == 52, "the behaviour has changed"
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
