"""Local features: ORB keypoints, which say where one picture is in another."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nijigen.library.signatures.signature import Row

KEPT = 224
_DETECTED = 1500
_CELLS = 8


class Local:
    """The signature; 8,066 bytes a picture."""

    name = "local-1"
    dtype: np.dtype[Any] = np.dtype(
        [("count", "<u2"), ("points", "<u2", (KEPT, 2)), ("descriptors", "u1", (KEPT, 32))]
    )

    def missing(self) -> str:
        """Return an empty text: nothing is needed."""
        return ""

    def of(self, view: NDArray[np.uint8]) -> Row:
        """Return the record of a picture; points are in pixels of the view."""
        points, descriptors = detect(view, KEPT)
        row = np.zeros((), self.dtype)
        row["count"] = len(points)
        row["points"][: len(points)] = np.rint(points)
        row["descriptors"][: len(points)] = descriptors
        return row


def detect(view: NDArray[np.uint8], most: int) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """Return points ``(n, 2)`` in pixels, and descriptors ``(n, 32)``, spread over the picture.

    Args:
        view: RGB.
        most: How many at most.
    """
    import cv2

    gray = cv2.cvtColor(view, cv2.COLOR_RGB2GRAY)
    # A patch near the edge has no neighborhood; pictures are cropped right there.
    margin = 16
    framed = cv2.copyMakeBorder(gray, margin, margin, margin, margin, cv2.BORDER_REFLECT_101)
    orb = cv2.ORB_create(nfeatures=_DETECTED, fastThreshold=8, edgeThreshold=15)  # type: ignore[attr-defined]
    found, descriptors = orb.detectAndCompute(framed, None)
    if descriptors is None:
        return np.zeros((0, 2), np.float32), np.zeros((0, 32), np.uint8)
    points = np.array([key.pt for key in found], np.float32) - margin
    points = points.clip(0, [gray.shape[1] - 1, gray.shape[0] - 1])
    strengths = np.array([key.response for key in found], np.float32)
    # A crop keeps features only if they were not all at the strongest place.
    cell = (points * _CELLS / [gray.shape[1], gray.shape[0]]).astype(int)
    cell = cell[:, 1] * _CELLS + cell[:, 0]
    order = np.lexsort((-strengths, cell))
    starts = np.searchsorted(cell[order], cell[order], side="left")
    rank = np.empty(len(points), int)
    rank[order] = np.arange(len(points)) - starts
    chosen = np.lexsort((-strengths, rank))[:most]
    return points[chosen], descriptors[chosen]
