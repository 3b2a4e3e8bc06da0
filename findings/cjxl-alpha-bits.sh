#!/usr/bin/env bash
# 1. Expected: "-d 0" of cjxl is lossless: every sample of a PNG is in the JPEG XL, whatever the kind of the
#    PNG, and djxl gives it back as PNG.
# 2. Seen with cjxl and djxl 0.7.0 (Debian 12, libjxl-tools 0.7.0-10): of a PNG of 16 bits with alpha, gray
#    or RGB, the alpha is packed with 8 bits, without a warning: two pictures whose alphas differ by 100 of
#    65535 become the same file, byte for byte. In colors every bit counts. djxl then refuses such a file as
#    PNG and APNG, with 16 bits asked for too: "Alpha bit depth does not match image bit depth". As NumPy
#    array it can be had: colors exact, alpha in 256 steps. The other six kinds (8 bits, and 16 without
#    alpha) are packed to the last bit and written.
# 3. Noticed when pictures of 16 bits were written and read in every format. imaging/codecs/jxl.py reads
#    these files by way of .npy; those that it writes with cjxl have such an alpha, too.
# 4. If alpha keeps its 16 bits and djxl writes them, that way can go.
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
import random
import struct
import subprocess
import zlib
from pathlib import Path

SIDE = 16
KINDS = {"gray": (0, 1), "gray and alpha": (4, 2), "RGB": (2, 3), "RGBA": (6, 4)}
ODD = "Alpha bit depth does not match image bit depth"


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def write(kind, samples, depth):
    """A PNG whose rows are not filtered; the samples in their order."""
    row = len(samples) // SIDE
    code = "H" if depth == 16 else "B"
    rows = [b"\0" + struct.pack(f">{row}{code}", *samples[y * row : (y + 1) * row]) for y in range(SIDE)]
    head = struct.pack(">IIBBBBB", SIDE, SIDE, depth, kind, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"".join(rows))) + chunk(b"IEND", b"")
    Path("a.png").write_bytes(b"\x89PNG\r\n\x1a\n" + body)


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stderr


def packed(kind, samples, depth):
    write(kind, samples, depth)
    code, said = run("cjxl", "a.png", "a.jxl", "-d", "0")
    assert code == 0 and "warning" not in said.lower(), said
    return Path("a.jxl").read_bytes()


def array():
    """The samples that djxl writes as floats, of its only frame."""
    code, said = run("djxl", "a.jxl", "a.npy")
    assert code == 0, said
    data = Path("a.npy").read_bytes()
    length = struct.unpack_from("<H", data, 8)[0]
    assert b"'<f4'" in data[10 : 10 + length]
    return struct.unpack(f"<{(len(data) - 10 - length) // 4}f", data[10 + length :])


def written(depth):
    """Whether djxl writes the file, which is the same for three ways to ask."""
    seen = set()
    for target, *options in (("b.png",), ("b.apng",), ("b.png", f"--bits_per_sample={depth}")):
        code, said = run("djxl", "a.jxl", target, *options)
        assert code == 0 or ODD in said, said
        seen.add(code == 0)
    assert len(seen) == 1
    return seen.pop()


rng = random.Random(1)
for depth in (8, 16):
    for name, (kind, channels) in KINDS.items():
        top, least, most = (255, 1, 1) if depth == 8 else (65535, 257, 100)
        # The last channel has values that 8 bits can have; in the second picture it is 1 or 100 more.
        count = SIDE * SIDE * channels
        samples = [
            rng.randrange(255) * least if n % channels == channels - 1 else rng.randint(0, top)
            for n in range(count)
        ]
        more = [value + most * (n % channels == channels - 1) for n, value in enumerate(samples)]
        dropped = packed(kind, samples, depth) == packed(kind, more, depth)
        gaps = [abs(round(value * top) - sample) for value, sample in zip(array(), more)]
        last = set(gaps[channels - 1 :: channels])
        rest = {gap for n, gap in enumerate(gaps) if n % channels < channels - 1}
        shown = written(depth)
        print(
            f"{name} of {depth} bits, {most} more in the last channel:",
            "the same file," if dropped else "another file,",
            f"read with an error of {max(last)};",
            "written by djxl" if shown else "refused by djxl",
        )
        assert rest <= {0}
        deep_alpha = depth == 16 and channels in (2, 4)
        assert dropped == deep_alpha and shown != deep_alpha, "the behaviour has changed"
        assert last == {most if deep_alpha else 0}, "the behaviour has changed"
PY
python3 look.py
