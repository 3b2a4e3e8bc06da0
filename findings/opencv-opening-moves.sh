#!/usr/bin/env bash
# 1. Expected: opening only removes pixels and closing only adds them, with any kernel; a shape that the
#    kernel fits into exactly stays unchanged.
# 2. Seen with opencv-python-headless 4.14.0.94: with an even-sized kernel, MORPH_OPEN and MORPH_CLOSE
#    shift everything by one pixel to the right and down. Erosion and dilation use the same anchor, and
#    the half-pixel offsets add up instead of cancelling. So the top hat (picture minus opening) of a
#    flat square is not empty. scipy 1.17.1 and scikit-image 0.26.0 reflect the kernel for the dilation
#    and shift nothing.
# 3. Noticed when the three were compared. imaging/line_art/necks.py, which removes lines by an opening,
#    uses odd-sized kernels only.
# 4. If nothing is shifted, kernels can have any size.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q opencv-python-headless==4.14.0.94 scipy==1.17.1 \
    scikit-image==0.26.0 numpy==2.4.6

"$folder/venv/bin/python" - <<'EOF'
import cv2
import numpy as np
from scipy import ndimage
from skimage import morphology


def corner(picture):
    ys, xs = np.nonzero(picture)
    return int(xs.min()), int(ys.min())


for side in (2, 3, 4, 5):
    square = np.zeros((20, 20), np.uint8)
    square[6 : 6 + side, 5 : 5 + side] = 255
    kernel = np.ones((side, side), np.uint8)
    opened = {
        "OpenCV": cv2.morphologyEx(square, cv2.MORPH_OPEN, kernel),
        "scipy": ndimage.grey_opening(square, (side, side)),
        "scikit-image": morphology.opening(square, kernel),
    }
    closed = 255 - cv2.morphologyEx(255 - square, cv2.MORPH_CLOSE, kernel)
    rest = np.count_nonzero(cv2.morphologyEx(square, cv2.MORPH_TOPHAT, kernel))
    print(f"kernel {side} x {side}, a square at (5, 6) after opening:", end=" ")
    print(", ".join(f"{program} {corner(picture)}" for program, picture in opened.items()))
    print(f"  OpenCV's closing of a hole: {corner(closed)}; pixels in its top hat: {rest}")
    moved = side % 2 == 0
    assert np.array_equal(opened["scipy"], square) and np.array_equal(opened["scikit-image"], square)
    assert corner(opened["OpenCV"]) == ((6, 7) if moved else (5, 6)), "the behaviour has changed"
    assert corner(closed) == corner(opened["OpenCV"]) and (rest > 0) == moved
EOF
