#!/usr/bin/env bash
# 1. Expected: the length of an MP4 file reaches to the end of its last frame.
# 2. Seen with av 18.1.0 (ffmpeg's MP4 writer, libx264): where a picture is held shortly before the end and
#    the encoder uses B-frames (its default), the file states 0.93 seconds although its last frame is shown
#    at 2.8; the list of edits, which players obey, is as short. The length is counted in the order of
#    decoding, and there the held frame has not yet passed when the last packet comes. Frames evenly
#    apart hide this. Stating how long each frame is (frame.duration and the flag of the encoder) gives
#    1.0. Without B-frames (bf = 0) it is 2.83; Matroska states 2.83 either way.
# 3. Noticed here: Nijigen's own MP4 and MOV of drawings that are held ended early.
#    imaging/clips/video_writing.py now writes no B-frames; files of drawings that move on every third
#    frame became 9 % smaller, of those that move on every frame 9 % larger.
# 4. If the length is that of what is shown, B-frames may come back.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q av==18.1.0 numpy==2.4.6

"$folder/venv/bin/python" - 2>"$folder/log" <<'EOF'
import io
from fractions import Fraction

import av
import numpy as np

MILLISECOND = Fraction(1, 1000)
EVEN = [100 * number for number in range(10)]
HELD = EVEN[:9] + [2800]
STATES_DURATIONS = 1 << 8


def write(format, times, options, durations=False):
    file = io.BytesIO()
    with av.open(file, "w", format=format) as out:
        stream = out.add_stream("libx264", rate=30, options=options)
        stream.width = stream.height = 16
        stream.pix_fmt = "yuv420p"
        stream.codec_context.time_base = MILLISECOND
        if durations:
            stream.codec_context.flags |= STATES_DURATIONS
        for number, (start, end) in enumerate(zip(times, times[1:] + [times[-1] + 100])):
            pixels = np.full((16, 16, 3), 25 * number, np.uint8)
            frame = av.VideoFrame.from_ndarray(pixels, "rgb24")
            frame.pts, frame.time_base = start, MILLISECOND
            if durations:
                frame.duration = end - start
            out.mux(stream.encode(frame))
        out.mux(stream.encode())
    with av.open(io.BytesIO(file.getvalue())) as read:
        last = max(frame.time for frame in read.decode(video=0))
        return read.duration / 1_000_000, last


for title, format, times, options, durations, early in (
    ("evenly apart", "mp4", EVEN, {}, False, False),
    ("held, B-frames", "mp4", HELD, {}, False, True),
    ("held, B-frames, durations", "mp4", HELD, {}, True, True),
    ("held, no B-frames", "mp4", HELD, {"bf": "0"}, False, False),
    ("held, B-frames", "matroska", HELD, {}, False, False),
):
    states, last = write(format, times, options, durations)
    print(f"{format}, {title}: states {states:.2f} seconds, last frame at {last:.2f}")
    assert (states < last) == early, "the behaviour has changed"
EOF
