"""Place the hints of the demo anew: ``python samples/hints.py``.

A hint is for an area between lines, and a character knows which part each area belongs to: whenever
characters are drawn in another way, hints follow.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

from nijigen.cli.demo_colors import LINES
from nijigen.generate import REGIONS, sample

DEMO = Path(__file__).parents[1] / "src" / "nijigen" / "cli" / "demo_hints.json"
SIDE = 400
"""Side of the drawing on which areas are looked for, in pixels."""
_PARTS = {"bow": "#e25a70", "scarf": "#e25a70", "star": "#f2c14e", "earring": "#f2c14e",
          "collar": "#47609a"}  # fmt: skip
_REGIONS = {"background": "#eaf3f6", "hair": "#7d95dd", "face": "#fbe0cf", "skin": "#fbe0cf",
            "ear": "#fbe0cf", "iris": "#3aa58c", "eye_white": "#ffffff", "mouth": "#e25a70",
            "cloth": "#f4f1ea", "accessory": "#e25a70"}  # fmt: skip
_MOST = {"background": 1, "iris": 1, "eye_white": 1}
"""Hints of an area at most; larger ones have one for every ``_EVERY`` pixels."""
_EVERY, _APART = 1500, 32
_THIN = {"eye_white": 1.5, "accessory": 1.5}
"""Distance of a hint from lines, in pixels, where it is not 2.7."""


class Hint(NamedTuple):
    """A place in shares of the side of the drawing, and its color."""

    x: float
    y: float
    color: str


def hints_of(seed: int, most: int = 99) -> list[Hint]:
    """Return hints for the areas between the lines of a character, ``most`` for each."""
    one = sample(seed, size=SIDE)
    names = [name.partition(".")[0] for name in one.part_names]
    free = one.lines < 90
    # One flat color is one area, whichever lock or piece it belongs to.
    steps = one.flat.astype(np.int64) // 24
    kinds = one.regions.astype(np.int64) * 10_000 + steps @ (121, 11, 1)
    found = []
    for kind in np.unique(kinds):
        area = ((kinds == kind) & free).astype(np.uint8)
        count, labels, sizes, _ = cv2.connectedComponentsWithStats(area, connectivity=4)
        for number in range(1, count):
            inside = np.pad((labels == number).astype(np.uint8), 1)
            depth = cv2.distanceTransform(inside, cv2.DIST_L2, 5)[1:-1, 1:-1]
            y, x = np.unravel_index(depth.argmax(), depth.shape)
            region, part = REGIONS[one.regions[y, x]], names[one.parts[y, x]]
            color, size = _PARTS.get(part, _REGIONS.get(region)), int(sizes[number, 4])
            if not color or (region == "background" and size < 3000):
                continue
            for _ in range(min(most, _MOST.get(region, most), math.ceil(size / _EVERY))):
                y, x = np.unravel_index(depth.argmax(), depth.shape)
                if depth[y, x] < _THIN.get(region, 2.7):
                    break
                found.append(Hint(float((x + 0.5) / SIDE), float((y + 0.5) / SIDE), color))
                rows, columns = np.ogrid[:SIDE, :SIDE]
                depth[(rows - y) ** 2 + (columns - x) ** 2 < _APART**2] = 0
    return found


def main() -> None:
    """Write the hints of the demo."""
    points = [
        f'    {{"x": {round(100 * one.x, 1):g}, "y": {round(100 * one.y, 1):g}, '
        f'"color": "{one.color}"}}'
        for one in hints_of(LINES["seed"])
    ]
    head = '{\n  "version": 1,\n  "size": [100, 100],\n  "points": [\n'
    DEMO.write_text(head + ",\n".join(points) + "\n  ]\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
