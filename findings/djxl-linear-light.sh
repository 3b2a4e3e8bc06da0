#!/usr/bin/env bash
# 1. Expected: a lossy JPEG XL of a picture with an ICC profile is decoded to pixels in that profile, or at
#    least, as its 8 bits want it, in a space with about as many levels for dark colors, such as sRGB.
# 2. Seen with djxl 0.7.0 (Debian 12, libjxl-tools 0.7.0-10): 8 bits of linear light, which is a fraction of
#    the levels where drawings are dark. A ramp of 256 grays in the plain profile sRGB with a gamma of 2.2
#    comes back as 184 values: the darkest 65 grays share 13. As PNG the profile of linear light is beside
#    them; as PPM nothing tells that (64, 64, 64) is now (12, 12, 12). No quality helps (-d 0.1 gives the
#    same), only -d 0. Without a profile, the ramp comes back in sRGB. --color_space=RGB_D65_SRG_Rel_SRG
#    gives sRGB, with 55 values for those 65.
# 3. Noticed as bands in decoded pictures. imaging/codecs/jxl.py compares the profiles that djxl can write
#    beside the pixels, and asks again for sRGB where they differ.
# 4. If djxl gives the profile of the file, or sRGB, one run is enough.
set -euo pipefail

for program in cjxl djxl; do
    if ! command -v "$program" >/dev/null; then
        echo "this script needs libjxl-tools (Debian package): $program is missing" >&2
        exit 2
    fi
done
version=$(djxl --version | head -n 1)
echo "$version"
case $version in
    *v0.7.*) ;;
    *) echo "this script describes djxl 0.7" >&2 && exit 2 ;;
esac
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

cat >look.py <<'PY'
import struct
import subprocess
import zlib
from pathlib import Path

WIDTH, HEIGHT = 256, 16


def number(value):
    return struct.pack(">i", round(value * 65536))


def profile(gamma):
    """The primaries of sRGB with a curve of one gamma, as an ICC profile of version 2."""
    color = {"wtpt": (0.9642, 1, 0.8249), "rXYZ": (0.43607, 0.22249, 0.01392)}
    color |= {"gXYZ": (0.38515, 0.71687, 0.09708), "bXYZ": (0.14307, 0.06061, 0.7141)}
    parts = {name: b"XYZ \0\0\0\0" + b"".join(map(number, xyz)) for name, xyz in color.items()}
    curve = b"curv\0\0\0\0" + struct.pack(">IHxx", 1, round(gamma * 256))
    parts |= dict.fromkeys(("rTRC", "gTRC", "bTRC"), curve)
    parts["cprt"] = b"text\0\0\0\0\0\0\0\0"
    parts["desc"] = b"desc\0\0\0\0" + struct.pack(">I", 2) + b"a\0" + bytes(78)
    table, body = struct.pack(">I", len(parts)), b""
    for name, part in parts.items():
        table += struct.pack(">4sII", name.encode(), 132 + 12 * len(parts) + len(body), len(part))
        body += part
    words = 0x02400000, b"mntr", b"RGB ", b"XYZ ", b"acsp"
    head = struct.pack(">I4xI4s4s4s12x4s28x", 128 + len(table + body), *words)
    return head + number(0.9642) + number(1) + number(0.8249) + bytes(48) + table + body


def write(icc):
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    row = b"\0" + b"".join(bytes([gray] * 3) for gray in range(WIDTH))
    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0))
    if icc:
        data += chunk(b"iCCP", b"a\0\0" + zlib.compress(icc))
    data += chunk(b"IDAT", zlib.compress(row * HEIGHT)) + chunk(b"IEND", b"")
    Path("ramp.png").write_bytes(data)


def decoded(distance, *options):
    """The green values of a row, and whether the profile is the one of the file."""
    quiet = {"check": True, "capture_output": True}
    subprocess.run(["cjxl", "ramp.png", "ramp.jxl", "-d", distance], **quiet)
    profiles = ["--icc_out=icc", "--orig_icc_out=original"]
    subprocess.run(["djxl", "ramp.jxl", "ramp.ppm", *profiles, *options], **quiet)
    kind, width, height, most, pixels = Path("ramp.ppm").read_bytes().split(maxsplit=4)
    assert (kind, int(width), int(height), int(most)) == (b"P6", WIDTH, HEIGHT, 255)
    row = pixels[8 * WIDTH * 3 + 1 : 9 * WIDTH * 3 : 3]
    return row, Path("icc").read_bytes() == Path("original").read_bytes()


def look(name, *arguments):
    row, kept = decoded(*arguments)
    print(
        f"{name}: 64 is {row[64]}, {len(set(row))} values, {len(set(row[:65]))} of the darkest 65;",
        "the profile is" + ("" if kept else " not"), "the file's",
    )  # fmt: skip
    return row


SRGB = "--color_space=RGB_D65_SRG_Rel_SRG"
write(None)
plain = look("no profile, -d 1", "1")
write(profile(2.2))
lossy = look("gamma 2.2, -d 1", "1")
fine = look("gamma 2.2, -d 0.1", "0.1")
lossless = look("gamma 2.2, -d 0", "0")
asked = look("gamma 2.2, -d 1, sRGB asked for", "1", SRGB)
assert list(lossless) == list(range(WIDTH))
assert abs(plain[64] - 64) <= 2 and abs(asked[64] - 64) <= 2
assert len(set(asked[:65])) > 50
for row in (lossy, fine):
    assert abs(row[64] - 255 * (64 / 255) ** 2.2) <= 1, "the behaviour has changed"
    assert len(set(row[:65])) < 20, "the behaviour has changed"
PY
python3 look.py
