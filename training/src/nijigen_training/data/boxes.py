"""Manually checked face boxes, in CSV files next to this module."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""


@dataclass(frozen=True)
class LookedAt:
    """One face: its box, the view, and its weight (0: undecidable)."""

    box: Box
    view: str
    weight: float


def looked_at(name: str) -> defaultdict[str, list[LookedAt]]:
    """Return the boxes in a file by the picture named in its column ``picture``."""
    found: defaultdict[str, list[LookedAt]] = defaultdict(list)
    with (Path(__file__).parent / name).open(newline="", encoding="utf-8") as file:
        for line in csv.DictReader(file):
            box = to_box(line[side] for side in ("left", "top", "right", "bottom"))
            one = LookedAt(box, line.get("view", ""), float(line["weight"]))
            found[line["picture"]].append(one)
    return found


def to_box(values: Iterable[float | str]) -> Box:
    """Return a box from four numbers, which may be text."""
    left, top, right, bottom = (float(value) for value in values)
    return left, top, right, bottom
