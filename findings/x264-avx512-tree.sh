#!/usr/bin/env bash
# 1. Expected: x264 is deterministic: the same frames, options and number of threads give the same
#    bytes (non-determinism is opt-in, with --non-deterministic).
# 2. Seen with av 18.1.0 (its wheel contains x264 core 165) on a CPU with AVX-512: with small frames
#    the bytes depend on the content of uninitialized memory, and so vary from process to process.
#    Here glibc fills it with five patterns (MALLOC_PERTURB_): up to five different files. With
#    asm=avx2 or no-mbtree=1, all are the same.
# 3. Noticed when `nijigen redo` gave a different file than the first run. imaging/clips makes x264 use
#    AVX2 on CPUs with AVX-512; without the macroblock tree, files of held drawings are half as large
#    again.
# 4. If it becomes deterministic, that option can be removed.
set -euo pipefail

grep -q avx512bw /proc/cpuinfo || { echo "this CPU has no AVX-512: nothing to see here"; exit 0; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q av==18.1.0 numpy==2.4.6 pillow==13.0.0

cat > "$folder/encode.py" <<'EOF'
import hashlib
import io
import sys
from fractions import Fraction

import av
import numpy as np
from PIL import Image, ImageDraw


def encode(frames, width, height, more):
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as out:
        options = {"crf": "17", "preset": "fast", "tune": "animation"} | more
        stream = out.add_stream("libx264", rate=24, options=options)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.codec_context.thread_count = 1
        for number, frame in enumerate(frames):
            frame.pts, frame.time_base, frame.pict_type = number, Fraction(1, 24), 0
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    file.seek(0)
    return file


def drawn():
    image = Image.new("RGB", (192, 160), "#f7e6d4")
    pen = ImageDraw.Draw(image)
    pen.polygon([(0, 159), (96, 0), (191, 159)], "#3a7bd5")
    pen.ellipse([57, 48, 143, 127], "#ffcf40")
    pen.line([(0, 0), (191, 159)], "#201820", 4)
    pixels = np.asarray(image.resize((48, 40), Image.Resampling.BOX))
    for number in range(600):
        moved = np.ascontiguousarray(np.roll(pixels, number // 2, 1))
        yield av.VideoFrame.from_ndarray(moved, "rgb24").reformat(format="yuv420p")


def enlarged(file):
    for frame in av.open(file).decode(video=0):
        yield frame.reformat(96, 80, interpolation="LANCZOS")


small = encode(drawn(), 48, 40, {"x264-params": "asm=avx2"})
more = {"x264-params": sys.argv[1]} if len(sys.argv) > 1 else {}
with av.open(encode(enlarged(small), 96, 80, more)) as made:
    packets = b"".join(bytes(packet) for packet in made.demux(video=0))
print(hashlib.sha256(packets).hexdigest()[:12])
EOF

for options in "" asm=avx2 no-mbtree=1; do
    for pattern in 1 37 85 170 255; do
        # shellcheck disable=SC2086
        MALLOC_PERTURB_=$pattern "$folder/venv/bin/python" "$folder/encode.py" $options
    done > "$folder/hashes$options" 2>/dev/null
    echo "${options:-as it comes}: $(sort -u "$folder/hashes$options" | wc -l) different files of 5"
done
[ "$(sort -u "$folder/hashes" | wc -l)" -gt 1 ]
[ "$(sort -u "$folder/hashesasm=avx2" | wc -l)" -eq 1 ]
