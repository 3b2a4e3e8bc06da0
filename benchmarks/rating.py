"""Measure how often `library rate` calls harmless pictures questionable.

    python benchmarks/rating.py [--data FOLDER] [--most N]

All pictures in ../shared/data are harmless, so each share should be 0; how much of what is
questionable is found cannot be measured with them. Pictures are reduced like thumbnails.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np

from nijigen.imaging.assessment import DRAWN, probability_drawn
from nijigen.imaging.files import read_picture
from nijigen.library.matching.views import THUMBNAIL, view_of
from nijigen.library.measuring.ratings import questionable
from nijigen.library.store.measures import QUESTIONABLE_FROM

sys.path.insert(0, str(Path(__file__).parent))
from real_pictures import DATA, chosen

KINDS = (
    "scenes",
    "backgrounds",
    "sprites",
    "portraits",
    "line art",
    "clothes",
    "things and animals",
    "landscapes",
    "faces",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--most", type=int, default=100)
    given = parser.parse_args()
    above = f"from {QUESTIONABLE_FROM}"
    print(f"{'harmless pictures':20}{'n':>5}{'as drawn':>10}{above:>12}{'highest':>9}")
    for kind in KINDS:
        paths = chosen(given.data, kind, given.most)
        rows = []
        for path in paths:
            view = view_of(read_picture(path), THUMBNAIL)
            drawn = probability_drawn(view)
            rows.append((drawn >= DRAWN, questionable(view, drawn)))
        drawn, shares = np.array(rows, float).T
        figures = (
            f"{drawn.mean():10.3f}{(shares >= QUESTIONABLE_FROM).mean():12.4f}{shares.max():9.3f}"
        )
        print(f"{kind:20}{len(paths):5}{figures}", flush=True)


if __name__ == "__main__":
    main()
