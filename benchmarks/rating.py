"""Measure how often `library rate` calls harmless pictures questionable.

    python benchmarks/rating.py [--data FOLDER] [--most N]

All pictures in ../shared/data are harmless, so each share should be 0; how much of what is
questionable is found cannot be measured with them. Pictures are reduced like thumbnails.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from nijigen.imaging.assessment import DRAWN, probability_drawn
from nijigen.imaging.files import read_picture
from nijigen.library._ratings import questionable
from nijigen.library.matching.views import THUMBNAIL, view_of
from nijigen.library.store.measures import QUESTIONABLE_FROM

DATA = Path(__file__).parents[2] / "shared" / "data"
KINDS = {
    "scenes": "scenes/images/*.webp",
    "backgrounds": "backgrounds/*",
    "sprites": "sprites/ks/*/*.webp",
    "portraits": "portraits_wesnoth/**/*.*",
    "line art": "lineart/*_line.*",
    "clothes": "photos/clothing/*.webp",
    "things and animals": "photos/imagenet_sample/*.webp",
    "landscapes": "photos/bsds/*.webp",
    "faces": "face_photos/celeb5/**/*.*",
}
SEED = 22


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--most", type=int, default=100)
    given = parser.parse_args()
    above = f"from {QUESTIONABLE_FROM}"
    print(f"{'harmless pictures':20}{'n':>5}{'as drawn':>10}{above:>12}{'highest':>9}")
    for kind, pattern in KINDS.items():
        paths = [
            p for p in sorted(given.data.glob(pattern)) if p.suffix in (".webp", ".png", ".jpg")
        ]
        order = np.random.default_rng(SEED).permutation(len(paths))[: given.most]
        rows = []
        for index in order:
            view = view_of(read_picture(paths[index]), THUMBNAIL)
            drawn = probability_drawn(view)
            rows.append((drawn >= DRAWN, questionable(view, drawn)))
        drawn, shares = np.array(rows, float).T
        figures = (
            f"{drawn.mean():10.3f}{(shares >= QUESTIONABLE_FROM).mean():12.4f}{shares.max():9.3f}"
        )
        print(f"{kind:20}{len(order):5}{figures}", flush=True)


if __name__ == "__main__":
    main()
