"""Geometry: where one picture is in another, by local features or by trying all positions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nijigen.library.matching.views import View, mirrored
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
_REFINED = 0.1
"""Change of size or angle, as a factor, that a refined placement has at most."""
_BETTER = 0.97
"""By what the misfit is less at most: what is in its place already is not moved."""
_HALF = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]])
"""From positions of OpenCV, where centers of pixels are whole numbers, to those where edges are."""
_TRIED = 96
"""Longer side in pixels where all positions are tried."""
_SCALES = tuple(0.28 * 1.1**step for step in range(14))

Matrix = NDArray[np.floating[Any]]
Box = tuple[int, int, int, int]
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


class Query:
    """A picture that is looked for.

    Args:
        view: RGB, as :func:`nijigen.library.matching.views.view_of` returns it.
        features: Points in its pixels and descriptors, if they are known.
    """

    def __init__(self, view: View, features: Features | None = None) -> None:
        self.views = (view, mirrored(view))
        self._features: dict[int, Features] = {} if features is None else {0: features}

    def features(self, index: int) -> Features:
        """Return points and descriptors of the view, or of its mirror image."""
        if index not in self._features:
            self._features[index] = detect(self.views[index], FEATURES)
        return self._features[index]

    @cached_property
    def grays(self) -> tuple[NDArray[np.float32], ...]:
        """The luma of the view and of its mirror image."""
        return tuple(gray_of(view) for view in self.views)


def place(query: Query, other: View, local: Row | None, scale: float) -> Placement:
    """Return the best placement by local features, and as a whole.

    Args:
        query: The picture.
        other: The thumbnail of another.
        local: Its local features, if there are any.
        scale: Pixels of the thumbnail for one of the other's view.
    """
    gray = gray_of(other)
    found = []
    for index in (0, 1):
        height, width = query.views[index].shape[:2]
        whole = np.diag([gray.shape[1] / width, gray.shape[0] / height, 1.0])
        found.append(_compared(query, index, whole, gray, 0))
        if local is not None and (fitted := _fitted(query, index, local, scale)) is not None:
            found.append(_compared(query, index, fitted[0], gray, fitted[1]))
            missed = corners((height, width), fitted[0]) - corners((height, width), whole)
            if np.abs(missed).max() < _SNAPPED:
                found.append(_compared(query, index, whole, gray, fitted[1]))
    return max(found, key=_worth)


def place_by_trying(query: Query, other: View) -> Placement | None:
    """Return the best placement of the query in another picture, or of that in the query.

    All positions are tried at several scales of a small version.
    """
    import cv2

    gray = gray_of(other)
    small_other = _reduced(gray)
    best: tuple[float, int, Matrix] | None = None
    for index in (0, 1):
        full = query.grays[index]
        small = _reduced(full)
        for inner, outer, inverse in ((full, small_other, False), (gray, small, True)):
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
    return replace(_compared(query, best[1], best[2], gray, 0), tried=True)


def of_part(placement: Placement, query: Query, part: Query, box: Box, other: View) -> Placement:
    """Return a placement of a part of a query as one of the whole query.

    Args:
        placement: Where the part is.
        query: The whole.
        part: The part, whose view may have another scale.
        box: Where the part is in the view of the whole.
        other: The thumbnail that it is placed in.
    """
    left, top, right, bottom = box
    if placement.mirrored:
        width = query.views[0].shape[1]
        left, right = width - right, width - left
    height, width = part.views[0].shape[:2]
    across, down = width / (right - left), height / (bottom - top)
    into = np.array([[across, 0, -left * across], [0, down, -top * down], [0, 0, 1]])
    matrix = placement.matrix @ into
    whole = _compared(query, int(placement.mirrored), matrix, gray_of(other), placement.inliers)
    return replace(whole, tried=placement.tried)


def _worth(placement: Placement) -> float:
    return placement.likeness + min(placement.inliers, 40) / 100


def _fitted(query: Query, index: int, local: Row, scale: float) -> tuple[Matrix, int] | None:
    """Return a similarity that local features agree on, and how many do."""
    import cv2

    count = int(local["count"])
    points, descriptors = query.features(index)
    if count < _FEWEST or len(points) < _FEWEST:
        return None
    pairs = cv2.BFMatcher(cv2.NORM_HAMMING).knnMatch(
        np.ascontiguousarray(local["descriptors"][:count]), descriptors, k=2
    )
    good = [p[0] for p in pairs if len(p) == 2 and p[0].distance < _RATIO * p[1].distance]
    if len(good) < _FEWEST:
        return None
    source = points[[match.trainIdx for match in good]] + np.float32(0.5)
    target = local["points"][[match.queryIdx for match in good]].astype(np.float32)
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
    moved = corners(query.grays[index].shape, matrix)
    sides = np.roll(moved, -1, 0) - moved
    following = np.roll(sides, -1, 0)
    turns = sides[:, 0] * following[:, 1] - sides[:, 1] * following[:, 0]
    return bool((turns > 0).all())


def _compared(
    query: Query, index: int, matrix: Matrix, gray: NDArray[np.float32], inliers: int
) -> Placement:
    likeness = _likeness(query.grays[index], matrix, gray)
    return Placement(matrix, bool(index), likeness, inliers)


def _likeness(source: NDArray[np.float32], matrix: Matrix, gray: NDArray[np.float32]) -> float:
    """Return the correlation of two lumas where they overlap; 0 where that is small or flat."""
    import cv2

    moved, inside = warped(source, matrix, (gray.shape[1], gray.shape[0]))
    if inside.sum() < 400:
        return 0.0
    one, other = (cv2.GaussianBlur(plane, (0, 0), 1.2)[inside] for plane in (moved, gray))
    one, other = one - one.mean(), other - other.mean()
    spread = float(np.sqrt((one * one).mean() * (other * other).mean()))
    return float((one * other).mean()) / spread if spread > 9 else 0.0


def refined(source: NDArray[np.float32], matrix: Matrix, gray: NDArray[np.float32]) -> Matrix:
    """Return a placement that is exact to a fraction of a pixel, if it is near already.

    Source: Evangelidis and Psarakis, "Parametric Image Alignment Using Enhanced Correlation
    Coefficient Maximization", 2008; OpenCV.

    Args:
        source: The luma of the query.
        matrix: From its pixels to those of the other.
        gray: The luma of the other.
    """
    import cv2

    moved, inside = warped(source, matrix, (gray.shape[1], gray.shape[0]))
    stop = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 30, 1e-4)
    step = np.eye(3, dtype=np.float32)
    try:
        _, found = cv2.findTransformECC(
            gray, moved, step, cv2.MOTION_HOMOGRAPHY, stop, inside.astype(np.uint8), 5
        )
    except cv2.error:
        # Nothing to follow, as in plain pictures.
        return matrix
    step = np.asarray(found, np.float32)
    if not np.isfinite(step).all() or np.abs(step - np.eye(3))[:2, :2].max() > _REFINED:
        return matrix
    made: Matrix = _HALF @ np.linalg.inv(_HALF @ step.astype(np.float64)) @ matrix
    better = _misfit(source, made, gray) < _BETTER * _misfit(source, matrix, gray)
    return made if better else matrix


def _misfit(source: NDArray[np.float32], matrix: Matrix, gray: NDArray[np.float32]) -> float:
    """Return how far the slopes of two lumas are apart at most edges, whatever a part does."""
    import cv2

    moved, inside = warped(source, matrix, (gray.shape[1], gray.shape[0]))
    slopes = [
        np.stack([cv2.Sobel(plane, cv2.CV_32F, 1, 0), cv2.Sobel(plane, cv2.CV_32F, 0, 1)])
        for plane in (cv2.GaussianBlur(one, (0, 0), 1.0) for one in (moved, gray))
    ]
    steep = np.hypot(*slopes[1])
    inside &= steep > np.median(steep)
    if inside.sum() < 64:
        return 0.0
    one, other = (
        slope[:, inside] / max(float(np.median(np.abs(slope[:, inside]))), 1e-3) for slope in slopes
    )
    return float(np.median(np.abs(one - other)))


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
    grown = float(np.sqrt(_area(corners(plane.shape, matrix)) / (height * width)))
    if grown < 0.7:
        # Reduced first: warping would take single pixels.
        reduced = (max(1, round(width * grown)), max(1, round(height * grown)))
        plane = cv2.resize(plane, reduced, interpolation=cv2.INTER_AREA)
        matrix = matrix @ np.diag([width / reduced[0], height / reduced[1], 1.0])
    matrix = np.linalg.inv(_HALF) @ matrix @ _HALF
    moved = cv2.warpPerspective(plane, matrix, size, borderMode=cv2.BORDER_REPLICATE)
    cover = cv2.warpPerspective(np.ones(plane.shape[:2], np.uint8), matrix, size)
    return moved, cover.astype(bool)


def corners(shape: tuple[int, ...], matrix: Matrix) -> Matrix:
    """Return where the corners of a picture are, clockwise from the top left: ``(4, 2)``."""
    height, width = shape[:2]
    points = np.array([[0, 0, 1], [width, 0, 1], [width, height, 1], [0, height, 1]], np.float64)
    moved = points @ matrix.T
    made: Matrix = moved[:, :2] / moved[:, 2:]
    return made


def _area(polygon: Matrix) -> float:
    x, y = polygon.T
    return abs(float((x * np.roll(y, -1) - y * np.roll(x, -1)).sum())) / 2


def gray_of(view: View) -> NDArray[np.float32]:
    """Return the luma of a picture, from 0 to 255."""
    import cv2

    found: NDArray[np.float32] = cv2.cvtColor(view, cv2.COLOR_RGB2GRAY).astype(np.float32)
    return found


def _reduced(plane: NDArray[np.float32]) -> NDArray[np.float32]:
    import cv2

    height, width = plane.shape
    scale = min(1.0, _TRIED / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    reduced: NDArray[np.float32] = cv2.resize(plane, size, interpolation=cv2.INTER_AREA)
    return reduced
