"""Geometry: where one picture is in another, by local features or by trying all positions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nijigen.library.matching.views import SIDE, View, enlarged, mirrored
from nijigen.library.signatures.local import detect
from nijigen.library.signatures.signature import Row

FEATURES = 600
"""Local features of a query; pictures of the library have fewer."""
_RATIO = 0.85
"""A match counts if it is that much better than the second best."""
_FEWEST = 6
"""Matches that agree, for a placement to be compared."""
_SNAPPED = 4.0
"""Pixels of a thumbnail by which local features may miss the corners of what is whole."""
_ANGLED = 12
"""Local features that agree on a similarity, for a projective placement to be tried."""
HALF = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]])
"""From positions of OpenCV, where centers of pixels are whole numbers, to those where edges are."""
_UNHALF = np.linalg.inv(HALF)
_SMALL = 96
"""Longer side in pixels of small versions, where all positions are tried."""
FEW = 10
"""Fewer local features may agree by chance: measured up to 8."""
_UNLIKE, _UNLIKE_AGREEING = 0.6, 0.35
"""Correlation of small versions up to which larger ones are not compared, and the same where more
than a few local features agree."""
_LEAST_COMMON, _LEAST_SMALL = 400, 36
"""Pixels of the common area at least, and the same of small versions."""
_SURE = 1.1
"""Likeness, with a hundredth for each local feature, from which on no mirror image is tried."""
_SCALES = tuple(0.28 * 1.1**step for step in range(14))

VIEWS = (0, 1)
"""The views of a query: itself and its mirror image."""

Matrix = NDArray[np.floating[Any]]
Box = tuple[int, int, int, int]
Fit = tuple[Matrix, int]
"""From pixels of a view to those of a thumbnail, and how many local features agree with it."""
Features = tuple[NDArray[np.float32], NDArray[np.uint8]]


@dataclass(frozen=True)
class Placement:
    """Where a query is in another picture."""

    matrix: Matrix
    """``(3, 3)``: from pixels of the query's view, mirrored if it is, to those of the other."""
    mirrored: bool
    likeness: float
    """Correlation of the luma where both overlap, from -1 to 1."""
    inliers: int = 0
    """Local features that agree with it."""
    tried: bool = False
    """Whether it is the best of very many, so that chance alone makes it somewhat alike."""


class Luma:
    """The luma of a picture, from 0 to 255, and a small version of it.

    Args:
        view: RGB.
    """

    def __init__(self, view: View) -> None:
        self.full = gray_of(view)
        self.small = _reduced(self.full)


class Query:
    """A picture that is looked for.

    Args:
        view: RGB, as :func:`nijigen.library.matching.views.view_of` returns it.
        features: Points in its pixels and descriptors, if they are known.
    """

    def __init__(self, view: View, features: Features | None = None) -> None:
        self.views = (view, mirrored(view))
        self.lumas = tuple(Luma(one) for one in self.views)
        """Those of the view and of its mirror image."""
        self._features: dict[int, Features] = {} if features is None else {0: features}

    def features(self, index: int) -> Features:
        """Return points and descriptors of the view, or of its mirror image."""
        if index not in self._features:
            view = self.views[index]
            # A feature has at least 31 pixels: of a small picture these are too much of it to be
            # found in a larger one. Twice is not too large for those of pictures that are as small.
            larger = enlarged(view, min(SIDE, 2 * max(view.shape[:2])))
            points, descriptors = detect(larger, FEATURES)
            scale = [view.shape[1] / larger.shape[1], view.shape[0] / larger.shape[0]]
            self._features[index] = (points * np.array(scale, np.float32), descriptors)
        return self._features[index]


def place(
    query: Query, other: Luma, local: Row | None, scale: float, views: Sequence[int] = VIEWS
) -> Placement:
    """Return the best placement by local features, and as a whole.

    Args:
        query: The picture.
        other: Of the thumbnail of another.
        local: Its local features, if there are any.
        scale: Pixels of the thumbnail for one of the other's view.
        views: The views of the query to place, in this order. The second one is left out if the
            first one is sure.
    """
    found = []
    for index in views:
        fitted = None if local is None else fit(query, index, local, scale)
        found.append(place_as(query, index, other, fitted))
        if _worth(found[-1]) > _SURE:
            break
    return max(found, key=_worth)


def place_as(query: Query, index: int, other: Luma, fitted: Fit | None) -> Placement:
    """Return the better one of a placement by local features and one as a whole.

    Args:
        query: The picture.
        index: Which view of it.
        other: Of the thumbnail of another.
        fitted: Where local features place the view in it, if they do.
    """
    height, width = query.views[index].shape[:2]
    whole = np.diag([other.full.shape[1] / width, other.full.shape[0] / height, 1.0])
    found = [_compared(query, index, whole, other, 0)]
    if fitted is not None:
        found.append(_compared(query, index, fitted[0], other, fitted[1]))
        missed = corners((height, width), fitted[0]) - corners((height, width), whole)
        if np.abs(missed).max() < _SNAPPED:
            found.append(_compared(query, index, whole, other, fitted[1]))
    return max(found, key=_worth)


def place_by_trying(query: Query, other: Luma) -> Placement | None:
    """Return the best placement of the query in another picture, or of that in the query.

    All positions are tried at several scales of a small version.
    """
    import cv2

    gray = other.full
    best: tuple[float, int, Matrix] | None = None
    for index in (0, 1):
        full, small = query.lumas[index].full, query.lumas[index].small
        for inner, outer, inverse in ((full, other.small, False), (gray, small, True)):
            for share in _SCALES:
                fit = share * min(outer.shape[1] / inner.shape[1], outer.shape[0] / inner.shape[0])
                size = (round(inner.shape[1] * fit), round(inner.shape[0] * fit))
                if min(size) < 12:
                    continue
                part = cv2.resize(inner, size, interpolation=cv2.INTER_AREA)
                if part.std() < 4:
                    continue
                scores = cv2.matchTemplate(outer, part, cv2.TM_CCOEFF_NORMED)
                _, top, _, (left, upper) = cv2.minMaxLoc(scores)
                if best is not None and top <= best[0]:
                    continue
                around = np.array([[fit, 0, left], [0, fit, upper], [0, 0, 1]], np.float64)
                if inverse:
                    # From the other into the query: turned round, then from small to full pixels.
                    shrunk = outer.shape[1] / full.shape[1]
                    matrix = np.linalg.inv(around) @ np.diag([shrunk, shrunk, 1.0])
                else:
                    grown = gray.shape[1] / outer.shape[1]
                    matrix = np.diag([grown, grown, 1.0]) @ around
                best = (top, index, matrix)
    if best is None:
        return None
    return replace(_compared(query, best[1], best[2], other, 0), tried=True)


def of_part(placement: Placement, query: Query, part: Query, box: Box, other: Luma) -> Placement:
    """Return a placement of a part of a query as one of the whole query.

    Args:
        placement: Where the part is.
        query: The whole.
        part: The part, whose view may have another scale.
        box: Where the part is in the view of the whole.
        other: Of the thumbnail that it is placed in.
    """
    left, top, right, bottom = box
    if placement.mirrored:
        width = query.views[0].shape[1]
        left, right = width - right, width - left
    height, width = part.views[0].shape[:2]
    across, down = width / (right - left), height / (bottom - top)
    into = np.array([[across, 0, -left * across], [0, down, -top * down], [0, 0, 1]])
    matrix = placement.matrix @ into
    whole = _compared(query, int(placement.mirrored), matrix, other, placement.inliers)
    return replace(whole, tried=placement.tried)


def _worth(placement: Placement) -> float:
    return placement.likeness + min(placement.inliers, 40) / 100


def fit(query: Query, index: int, local: Row, scale: float) -> Fit | None:
    """Return where local features place a view, and how many agree; None if too few do.

    Args:
        query: The picture.
        index: Which view of it.
        local: Local features of another.
        scale: Pixels of the thumbnail for one of the other's view.
    """
    import cv2

    count = int(local["count"])
    points, descriptors = query.features(index)
    if count < _FEWEST or len(points) < _FEWEST:
        return None
    known = np.ascontiguousarray(local["descriptors"][:count])
    # As BFMatcher, but without an object for each match.
    apart, nearest = cv2.batchDistance(
        known, descriptors, cv2.CV_32S, K=2, normType=cv2.NORM_HAMMING
    )
    good = np.flatnonzero(apart[:, 0] < _RATIO * apart[:, 1])
    if len(good) < _FEWEST:
        return None
    source = points[nearest[good, 0]] + np.float32(0.5)
    target = local["points"][good].astype(np.float32)
    target = (target + np.float32(0.5)) * np.float32(scale)
    similar, inside = cv2.estimateAffinePartial2D(
        source, target, method=cv2.RANSAC, ransacReprojThreshold=4 * scale, maxIters=1000
    )
    if similar is None or int(inside.sum()) < _FEWEST:
        return None
    grown = float(np.hypot(similar[0, 0], similar[1, 0]))
    if not 0.05 < grown < 20:
        return None
    agreeing = int(inside.sum())
    matrix = np.vstack([similar, [0, 0, 1]])
    if agreeing >= _ANGLED:
        # Photographed from an angle, more agrees where lines may converge.
        angled, also = cv2.findHomography(source, target, cv2.RANSAC, 3 * scale)
        if (
            angled is not None
            and int(also.sum()) > 1.2 * agreeing
            and is_sane(angled, query, index)
        ):
            return angled, int(also.sum())
    return matrix, agreeing


def is_sane(matrix: Matrix, query: Query, index: int) -> bool:
    """Return whether a picture stays a convex quadrangle that is not turned over."""
    moved = corners(query.views[index].shape, matrix)
    sides = np.roll(moved, -1, 0) - moved
    following = np.roll(sides, -1, 0)
    turns = sides[:, 0] * following[:, 1] - sides[:, 1] * following[:, 0]
    return bool((turns > 0).all())


def _compared(query: Query, index: int, matrix: Matrix, other: Luma, inliers: int) -> Placement:
    # Most placements are far from right, which small versions show in a tenth of the time.
    one = query.lumas[index]
    shrunk = scaling(other.full, other.small)
    likeness = _likeness(
        one.small, shrunk @ matrix @ scaling(one.small, one.full), other.small, _LEAST_SMALL
    )
    if likeness == 0 or likeness > (_UNLIKE if inliers < FEW else _UNLIKE_AGREEING):
        likeness = _likeness(one.full, matrix, other.full, _LEAST_COMMON)
    return Placement(matrix, bool(index), likeness, inliers)


def _likeness(
    source: NDArray[np.float32], matrix: Matrix, gray: NDArray[np.float32], least: int
) -> float:
    """Return the correlation of two lumas where they overlap; 0 where that is small or flat."""
    import cv2

    moved, inside = warped(source, matrix, (gray.shape[1], gray.shape[0]))
    if np.count_nonzero(inside) < least:
        return 0.0
    one, other = (cv2.GaussianBlur(plane, (0, 0), 1.2)[inside] for plane in (moved, gray))
    one, other = one - one.mean(), other - other.mean()
    spread = float(np.sqrt(np.dot(one, one) * np.dot(other, other))) / len(one)
    return float(np.dot(one, other)) / len(one) / spread if spread > 9 else 0.0


def warped(
    plane: NDArray[np.float32], matrix: Matrix, size: tuple[int, int]
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Return a picture in the frame of another, and where it covers that.

    Args:
        plane: ``(h, w)`` or ``(h, w, 3)``.
        matrix: From its pixels to those of the frame.
        size: Width and height of the frame.
    """
    import cv2

    height, width = plane.shape[:2]
    grown = enlargement(plane.shape, matrix)
    if grown < 0.7:
        # Reduced first: warping would take single pixels.
        reduced = (max(1, round(width * grown)), max(1, round(height * grown)))
        plane = cv2.resize(plane, reduced, interpolation=cv2.INTER_AREA)
        matrix = matrix @ np.diag([width / reduced[0], height / reduced[1], 1.0])
    matrix = _UNHALF @ matrix @ HALF
    moved = cv2.warpPerspective(plane, matrix, size, borderMode=cv2.BORDER_REPLICATE)
    ones = np.ones(plane.shape[:2], np.uint8)
    cover = cv2.warpPerspective(ones, matrix, size, flags=cv2.INTER_NEAREST)
    return moved, cover.astype(bool)


def corners(shape: tuple[int, ...], matrix: Matrix) -> Matrix:
    """Return where the corners of a picture are, clockwise from the top left: ``(4, 2)``."""
    height, width = shape[:2]
    points = np.array([[0, 0, 1], [width, 0, 1], [width, height, 1], [0, height, 1]], np.float64)
    moved = points @ matrix.T
    made: Matrix = moved[:, :2] / moved[:, 2:]
    return made


def enlargement(shape: tuple[int, ...], matrix: Matrix) -> float:
    """Return how many pixels there are for one of a picture, along a side."""
    height, width = shape[:2]
    placed = corners(shape, matrix)
    (x0, y0), (x1, y1) = placed[2] - placed[0], placed[3] - placed[1]
    return float(np.sqrt(abs(x0 * y1 - y0 * x1) / 2 / (height * width)))


def scaling(plane: NDArray[Any], other: NDArray[Any]) -> Matrix:
    """Return the matrix from pixels of a picture to those of another size of it."""
    return np.diag([other.shape[1] / plane.shape[1], other.shape[0] / plane.shape[0], 1.0])


def gray_of(view: View) -> NDArray[np.float32]:
    """Return the luma of a picture, from 0 to 255."""
    import cv2

    found: NDArray[np.float32] = cv2.cvtColor(view, cv2.COLOR_RGB2GRAY).astype(np.float32)
    return found


def _reduced(plane: NDArray[np.float32]) -> NDArray[np.float32]:
    import cv2

    height, width = plane.shape
    scale = min(1.0, _SMALL / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    reduced: NDArray[np.float32] = cv2.resize(plane, size, interpolation=cv2.INTER_AREA)
    return reduced
