#!/usr/bin/env bash
# 1. Expected: Pillow's BOX filter reduces by area, so that each source pixel weighs the same: reducing 110
#    columns to 100, every column gives .909 of itself.
# 2. Seen with pillow 13.0.0: a source pixel is in a result or not, by where its center is. Of 110
#    columns 90 give 1.0 and 20 give .5; most results copy one column and ten are the mean of two.
#    OpenCV's INTER_AREA (opencv-python-headless 4.14.0.94) gives .909 for every column.
# 3. Noticed when enlarged pictures were averaged back by fractional factors: a picture that was reduced by
#    1.1 with BOX came back at 26.8 dB, one that was reduced by area at 46.7. imaging/area.py averages.
# 4. If the weights are equal, pictures may be averaged by Pillow again.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q pillow==13.0.0 opencv-python-headless==4.14.0.94 numpy==2.4.6

"$folder/venv/bin/python" - <<'EOF'
from collections import Counter

import cv2
import numpy as np
from PIL import Image

# Row x is white in column x alone: the sum of its result is what the column weighs.
columns = np.eye(110, dtype=np.float32)
pillow = np.stack(
    [np.asarray(Image.fromarray(row[None]).resize((100, 1), Image.Resampling.BOX))[0] for row in columns]
)
opencv = np.stack([cv2.resize(row[None], (100, 1), interpolation=cv2.INTER_AREA)[0] for row in columns])
weights = {
    name: Counter(round(float(weight), 3) for weight in result.sum(axis=1))
    for name, result in (("Pillow BOX", pillow), ("OpenCV INTER_AREA", opencv))
}
for name, found in weights.items():
    print(name, dict(found))
assert weights["Pillow BOX"] == {1.0: 90, 0.5: 20}, "the behaviour has changed"
assert set(weights["OpenCV INTER_AREA"]) == {0.909}
EOF
