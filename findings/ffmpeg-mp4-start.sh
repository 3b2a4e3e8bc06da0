#!/usr/bin/env bash
# 1. Expected: time stamps in MP4 are exact in the time base of the track: a first frame at 37500 ticks
#    of 1/90000 s is read at 37500.
# 2. Seen with av 18.1.0 (ffmpeg 8.1): it is read at 37440. The offset of the first frame is written
#    as an edit list, whose unit is the time base of the whole movie, 1/1000 s. All frames of the
#    track are shifted by the same amount.
# 3. Noticed when parts of a clip, each with the times of the whole, were joined: every part was up to
#    a millisecond early. The time of each part now begins at zero.
# 4. If ffmpeg chooses a finer time base for the movie, nothing changes here.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q av==18.1.0 numpy==2.4.6

"$folder/venv/bin/python" - "$folder/a.mp4" <<'EOF'
import sys
from fractions import Fraction

import av
import numpy as np

TICK = Fraction(1, 90000)
with av.open(sys.argv[1], "w") as out:
    stream = out.add_stream("libx264", rate=24)
    stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
    stream.codec_context.time_base = TICK
    for number in range(3):
        frame = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), "rgb24")
        frame.pts, frame.time_base = 37500 + 3750 * number, TICK
        out.mux(stream.encode(frame))
    out.mux(stream.encode(None))
with av.open(sys.argv[1]) as found:
    times = [frame.pts * frame.time_base / TICK for frame in found.decode(video=0)]
print("written at 37500, 41250, 45000; read at", *times)
assert times[0] == 37440
EOF
