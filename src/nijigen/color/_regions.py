"""Regions: the areas that the lines of a drawing enclose, and which lie beside which."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from nijigen.color._line_art import Bytes, LineArt

Point = tuple[float, float]


@dataclass(frozen=True)
class Gap:
    """A place where a line breaks off and should go on."""

    points: tuple[Point, ...]
    length: float
    closed: bool


@dataclass(frozen=True, eq=False)
class Regions:
    """The areas of a drawing.

    Attributes:
        labels: int32 ``(H, W)``: the number of the region of each pixel, also under lines.
        ink: uint8 ``(H, W)``.
        gaps: Where lines were closed, or could be.
        outside: bool ``(count,)``: the paper around the figure.
    """

    labels: NDArray[np.int32]
    ink: Bytes
    gaps: tuple[Gap, ...]
    outside: NDArray[np.bool_]

    @cached_property
    def count(self) -> int:
        """How many regions there are."""
        return int(self.labels.max()) + 1

    @cached_property
    def areas(self) -> NDArray[np.int64]:
        """Pixels of each region."""
        return np.bincount(self.labels.ravel(), minlength=self.count)

    def at(self, x: float, y: float) -> int:
        """Return the region of a point; one outside counts at the rim."""
        height, width = self.labels.shape
        return int(self.labels[min(max(int(y), 0), height - 1), min(max(int(x), 0), width - 1)])


def regions_of(art: LineArt, *, gap: float | None = None, smallest: int | None = None) -> Regions:
    """Return the areas between lines."""
    import cv2

    paper = (art.ink < 128).astype(np.uint8)
    _, labels = cv2.connectedComponents(paper, connectivity=4)
    ink = (labels == 0).astype(np.uint8)
    _, nearest = cv2.distanceTransformWithLabels(ink, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    table = np.zeros(int(nearest.max()) + 1, np.int32)
    table[nearest[ink == 0]] = labels[ink == 0]
    _, whole = np.unique(table[nearest], return_inverse=True)
    filled = whole.reshape(paper.shape).astype(np.int32)
    outside = np.zeros(int(filled.max()) + 1, np.bool_)
    outside[np.unique(np.concatenate([filled[0], filled[-1], filled[:, 0], filled[:, -1]]))] = True
    return Regions(filled, art.ink, (), outside)
