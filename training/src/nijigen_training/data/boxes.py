"""Boxes of faces that were looked at here, in CSV files beside this one."""

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
    """One face: its box, from where it is seen, and its weight (0: nobody can tell)."""

    box: Box
    view: str
    weight: float


def looked_at(name: str) -> defaultdict[str, list[LookedAt]]:
    """Return the boxes of a file by the picture, which ``picture`` names in it."""
    found: defaultdict[str, list[LookedAt]] = defaultdict(list)
    with (Path(__file__).parent / name).open(newline="", encoding="utf-8") as file:
        for line in csv.DictReader(file):
            box = to_box(line[side] for side in ("left", "top", "right", "bottom"))
            one = LookedAt(box, line.get("view", ""), float(line["weight"]))
            found[line["picture"]].append(one)
    return found


def to_box(values: Iterable[float | str]) -> Box:
    """Return a box of its four numbers, also as text."""
    left, top, right, bottom = (float(value) for value in values)
    return left, top, right, bottom
