"""Differences: which parts of two pictures are not the same drawing, when they are laid over.

What compression, another size, a blur, other colors or a placement that is off by a pixel do is no
difference. All of these act on the whole picture, so how much they do is measured there, and only
what exceeds it counts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.float32]
Mask = NDArray[np.bool_]
_LUMA = np.array([0.299, 0.587, 0.114], np.float32)
_WINDOW = 1.6
"""Standard deviation of the window of local statistics, in pixels: a mouth has a few."""
_BLURS = (0.6, 1.0, 1.5, 2.2, 3.2)
"""What is tried to make the sharper picture as soft as the other, in pixels."""
_FLOOR = 6.0
"""Unexplained contrast, in levels of luma, that WebP leaves in flat areas."""
_TEXTURED = 5.0
"""Local contrast from which on structure can be compared."""
_COLOR_FLOOR = 16.0
"""Difference of a color, in levels, that is seen."""
_NOISE = 10.0
"""Levels of a channel that paper may vary by."""
_REPAINTED = 6.0
"""Mean change of the colors, in levels, from which on they are not compared themselves."""
_BRIGHTEST = 250
_GRAY = 1.5
"""Mean chroma, in levels, of gray pictures."""
_LEAST = 16
"""Pixels of a changed part at least."""
_LEAST_REPAINTED = 0.005
"""The same, as a share of the common area, where the colors are others."""
_SAMPLED = 8000
"""Pixels that tell what most are like."""
_MARGIN = 3
"""Pixels at the border of the common area that interpolation makes uncertain."""


@dataclass(frozen=True)
class Differences:
    """How two pictures differ where both are."""

    changed: Mask
    """Where they are not the same drawing, and about two pixels around."""
    compared: Mask
    """Where they could be compared."""
    structure: float
    """How much of the local structure agrees outside of that, from -1 to 1."""
    recolored: float
    """Mean difference of the colors, without the luma and what is changed, in levels."""
    moved: Plane
    """The first picture with the colors and the sharpness of the second: ``(h, w, 3)``."""

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """The changed part: left, top, right, bottom; zeros if there is none."""
        rows, columns = np.flatnonzero(self.changed.any(1)), np.flatnonzero(self.changed.any(0))
        if not len(rows):
            return 0.0, 0.0, 0.0, 0.0
        return float(columns[0]), float(rows[0]), float(columns[-1] + 1), float(rows[-1] + 1)

    @property
    def share(self) -> float:
        """Share of the common area that is changed."""
        return float(self.changed.sum()) / max(int(self.compared.sum()), 1)


def differences(moved: Plane, other: Plane, inside: Mask, least: int = _LEAST) -> Differences:
    """Compare two pictures.

    Args:
        moved: RGB ``(h, w, 3)`` from 0 to 255, laid over the other.
        other: The other, of the same size.
        inside: Where the first is.
        least: Pixels of a changed part at least.
    """
    import cv2

    edge = np.ones((2 * _MARGIN + 1,) * 2, np.uint8)
    framed = cv2.copyMakeBorder(inside.astype(np.uint8), *(1,) * 4, cv2.BORDER_CONSTANT, value=0)
    compared = cv2.erode(framed, edge)[1:-1, 1:-1].astype(bool)
    if compared.sum() < 64:
        compared = inside
    moved, other = _equally_sharp(moved, other, compared)
    chroma = [_chroma(rgb) for rgb in (moved, other)]
    if min(_mean_apart(plane, None, compared) for plane in chroma) < _GRAY:
        moved, other = (np.repeat(_luma(rgb)[:, :, None], 3, 2) for rgb in (moved, other))
    fitted = _in_colors_of(moved, other, compared)
    # What is beyond the border is no difference to what is near it.
    if not inside.all():
        fitted = np.where(inside[:, :, None], fitted, other)
    one, two = _luma(fitted), _luma(other)
    varied = [_local(plane * plane) - _local(plane) ** 2 for plane in (one, two)]
    shared = _local(one * two) - _local(one) * _local(two)
    spread = np.sqrt(np.maximum(varied[0], 0) * np.maximum(varied[1], 0))
    textured = compared & (np.maximum(*varied) > _TEXTURED**2)
    share = shared**2 / np.maximum(varied[0] * varied[1], 1.0)
    contrast = np.sqrt(np.maximum(np.maximum(*varied), 0))
    lost = np.sqrt(np.clip(1 - share, 0, 1))
    both = textured & (np.minimum(*varied) > _TEXTURED**2)
    usual = float(np.median(_some(lost, both))) if both.any() else 0.0
    # What a placement that is off by a part of a pixel does to colors.
    shifted = 2.5 * usual * contrast
    changed = compared & (contrast * lost > _FLOOR + shifted)
    apart = _largest(np.abs(cv2.GaussianBlur(fitted - other, (0, 0), _WINDOW)))
    lined = both & (lost <= 2 * usual)
    if not _is_repainted(moved, fitted, compared, _some(apart - shifted, lined)):
        noise = float(np.median(_some(apart, compared))) if compared.any() else 0.0
        changed |= compared & (apart > _COLOR_FLOOR + 5 * noise + shifted)
    else:
        # Other colors are no exact map of the first, and what was too bright for them is lost.
        changed &= _largest(np.maximum(moved, other)) < _BRIGHTEST
        least = max(least, round(_LEAST_REPAINTED * int(compared.sum())))
    recolored = _mean_apart(chroma[0], chroma[1], compared)
    changed = _parts(changed, least)
    same = textured & ~changed
    structure = float(shared[same].sum() / max(spread[same].sum(), 1e-3))
    return Differences(changed, compared, structure, recolored, fitted)


def _is_repainted(moved: Plane, fitted: Plane, compared: Mask, unlike: Plane) -> bool:
    """Return whether a drawing has so different colors that these are no sign of a changed part.

    Args:
        moved: A picture.
        fitted: The same in the colors of the other.
        compared: Where they are compared.
        unlike: By how much they are still apart where both have the same lines, beyond what those
            lines explain. A white ground is the same in other colors too, so only lines tell.
    """
    if _mean_apart(fitted, moved, compared) >= _REPAINTED:
        return True
    return len(unlike) > 0 and float(np.quantile(unlike, 0.75)) > 0


def _mean_apart(one: Plane, other: Plane | None, where: Mask) -> float:
    """Return the mean difference of three channels, or the mean size of one's; 0 if nowhere."""
    import cv2

    mask = where.view(np.uint8)
    if other is None:
        total = cv2.norm(one, cv2.NORM_L1, mask)
    else:
        total = cv2.norm(one, other, cv2.NORM_L1, mask)
    return total / max(3 * cv2.countNonZero(mask), 1)


def _some(plane: Plane, where: Mask) -> Plane:
    """Return the values at some places, spread evenly: all if they are few."""
    chosen = np.flatnonzero(where)
    found: Plane = plane.ravel()[chosen[:: max(1, len(chosen) // _SAMPLED)]]
    return found


def _largest(planes: Plane) -> Plane:
    """Return the largest of three channels: NumPy's `max` takes thirty times as long."""
    found: Plane = np.maximum(np.maximum(planes[..., 0], planes[..., 1]), planes[..., 2])
    return found


def _local(plane: Plane) -> Plane:
    import cv2

    return np.asarray(cv2.GaussianBlur(plane, (0, 0), _WINDOW), np.float32)


def _luma(rgb: Plane) -> Plane:
    import cv2

    # NumPy multiplies small matrices row by row of the picture.
    return np.asarray(cv2.transform(rgb, _LUMA[None]), np.float32)


def _chroma(rgb: Plane) -> Plane:
    import cv2

    return np.asarray(cv2.transform(rgb, np.eye(3, dtype=np.float32) - _LUMA[None]), np.float32)


def _equally_sharp(one: Plane, other: Plane, where: Mask) -> tuple[Plane, Plane]:
    """Return both, the sharper one blurred until it is like the other."""
    import cv2

    def sharpness(plane: Plane) -> float:
        spread = max(float(cv2.meanStdDev(plane, mask=mask)[1][0, 0]), 1.0)
        return cv2.norm(cv2.Laplacian(plane, cv2.CV_32F), cv2.NORM_L1, mask) / spread

    mask = where.view(np.uint8)
    lumas = _luma(one), _luma(other)
    first, second = (sharpness(luma) for luma in lumas)
    sharper, luma, softer = (one, lumas[0], second) if first > second else (other, lumas[1], first)
    chosen = 0.0
    for sigma in _BLURS:
        if sharpness(np.asarray(cv2.GaussianBlur(luma, (0, 0), sigma), np.float32)) < softer:
            break
        chosen = sigma
    if chosen:
        sharper = np.asarray(cv2.GaussianBlur(sharper, (0, 0), chosen), np.float32)
    return (sharper, other) if first > second else (one, sharper)


def _in_colors_of(moved: Plane, other: Plane, where: Mask) -> Plane:
    """Return a picture with its colors mapped to those of the other, by an affine map.

    It is fitted to what agrees best, so that changed parts do not count.
    """
    import cv2

    chosen = np.flatnonzero(where)
    chosen = chosen[:: max(1, len(chosen) // _SAMPLED)]
    source, target = moved.reshape(-1, 3)[chosen], other.reshape(-1, 3)[chosen]
    source = np.concatenate([source, np.ones((len(source), 1), np.float32)], 1)
    # Gray pictures have no unique map, and drawings on white would be fitted by the noise of the
    # paper: it is the one nearest to the identity, as if colors varied by some levels more.
    ridge = np.diag([len(source) * _NOISE**2] * 3 + [1e-3]).astype(np.float32)
    matrix = identity = np.eye(4, 3, dtype=np.float32)
    for _ in range(4):
        apart = _largest(np.abs(source @ matrix - target))
        keep = apart <= np.partition(apart, len(apart) * 4 // 5)[len(apart) * 4 // 5]
        known, wanted = source[keep], target[keep]
        matrix = np.linalg.solve(known.T @ known + ridge, known.T @ wanted + ridge @ identity)
    made: Plane = cv2.transform(moved, np.ascontiguousarray(matrix.T))
    return np.clip(made, 0, 255, out=made)


def _parts(changed: Mask, least: int) -> Mask:
    """Return the changed pixels without specks, and without the thin seams of a shift."""
    import cv2

    opened = cv2.morphologyEx(changed.astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(opened)
    large = stats[:count, cv2.CC_STAT_AREA] >= least
    large[0] = False
    kept: Mask = large[labels]
    return kept
