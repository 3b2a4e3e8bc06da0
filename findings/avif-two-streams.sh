#!/usr/bin/env bash
# 1. Expected: an animated AVIF opened by ffmpeg or PyAV has one video stream with all its frames, as
#    animated WebP, GIF and APNG have.
# 2. Seen with av 18.1.0: it has two. The first, which streams.video[0] and decode(video=0) select, is
#    the still picture for programs without support for animations: one frame, at a rate of 1. The
#    frames are in the second stream. Only the number of frames distinguishes the two. This is so for
#    files written by Pillow 13.0.0 and by ffmpeg itself.
# 3. Noticed when a file written by PyAV was read back. imaging/clips/avif.py reads AVIF with Pillow,
#    which returns all frames.
# 4. If there is one stream, AVIF could be read like the other videos.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q av==18.1.0 pillow==13.0.0 numpy==2.4.6

export SVT_LOG=1
"$folder/venv/bin/python" - <<'EOF'
import io

import av
from PIL import Image

frames = [Image.new("RGB", (64, 64), (60 * number, 0, 0)) for number in range(4)]


def by_pillow(format):
    file = io.BytesIO()
    frames[0].save(file, format, save_all=True, append_images=frames[1:], duration=100)
    return file.getvalue()


def by_ffmpeg():
    file = io.BytesIO()
    with av.open(file, "w", format="avif") as out:
        stream = out.add_stream("libsvtav1", rate=10)
        stream.width = stream.height = 64
        stream.pix_fmt = "yuv420p"
        for image in frames:
            out.mux(stream.encode(av.VideoFrame.from_image(image)))
        out.mux(stream.encode())
    return file.getvalue()


found = {}
for title, data in (
    ("GIF of Pillow", by_pillow("GIF")),
    ("APNG of Pillow", by_pillow("PNG")),
    ("AVIF of Pillow", by_pillow("AVIF")),
    ("AVIF of ffmpeg", by_ffmpeg()),
):
    with av.open(io.BytesIO(data)) as container:
        count = len(container.streams.video)
    found[title] = []
    for index in range(count):
        with av.open(io.BytesIO(data)) as container:
            found[title].append(sum(1 for _ in container.decode(video=index)))
    print(f"{title}: frames in each video stream", found[title])
assert found["GIF of Pillow"] == found["APNG of Pillow"] == [4]
assert found["AVIF of Pillow"] == found["AVIF of ffmpeg"] == [1, 4], "the behaviour has changed"
EOF
