#!/usr/bin/env bash
# 1. Expected: connectedComponents numbers components in the order of their first pixels, row by row, as
#    scipy.ndimage.label does; 8 neighbours may join components, but do not change the order.
# 2. Seen with opencv-python-headless 4.14.0.94: this holds with 4 neighbours. With 8, the default, rows
#    are scanned in pairs (blocks of 2 x 2): a component that begins in the second row, further left,
#    comes before one that begins in the first. Of three algorithms, only CCL_WU keeps row order. Moving
#    the same picture down by one row swaps the numbers. scipy 1.17.1 keeps the order.
# 3. Noticed when labels of both were compared. Where Nijigen labels with 8 neighbours
#    (imaging/line_art/ink.py, color/_flats/division.py), the order of numbers has no meaning.
# 4. If the order is by rows, labels of both could be compared directly.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q opencv-python-headless==4.14.0.94 scipy==1.17.1 numpy==2.4.6

"$folder/venv/bin/python" - <<'EOF'
import cv2
import numpy as np
from scipy import ndimage

picture = np.zeros((4, 12), np.uint8)
picture[0, 6:8] = 1
picture[1, 0:2] = 1
lower = np.roll(picture, 1, axis=0)


def order(labels, top):
    """The number of the component that begins in the upper row, and of the other."""
    return int(labels[top, 6]), int(labels[top + 1, 0])


found = {}
for title, image, top in (("as it is", picture, 0), ("one row lower", lower, 1)):
    for name, connectivity in (("CCL_DEFAULT", 4), ("CCL_DEFAULT", 8), ("CCL_BBDT", 8), ("CCL_WU", 8)):
        algorithm = getattr(cv2, name)
        labels = cv2.connectedComponentsWithAlgorithm(image, connectivity, cv2.CV_32S, algorithm)[1]
        found[title, name, connectivity] = order(labels, top)
        print(f"{title}: {name}, {connectivity} neighbours:", *order(labels, top))
    labels, _ = ndimage.label(image, np.ones((3, 3)))
    print(f"{title}: scipy, 8 neighbours:", *order(labels, top))
    assert order(labels, top) == (1, 2)
for (title, name, connectivity), numbers in found.items():
    exchanged = title == "as it is" and connectivity == 8 and name != "CCL_WU"
    assert numbers == ((2, 1) if exchanged else (1, 2)), "the behaviour has changed"
EOF
