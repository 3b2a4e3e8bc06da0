"""Diffusion: membranes over the pixels of a picture, cut along the borders of areas."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[Any]
"""``float32``; numpy's types lose track of it in arithmetic."""
Labels = NDArray[np.int32]

# Sweeps of a level; coarser levels have solved everything wider than about eight pixels.
_SWEEPS = 24
_SWEEPS_OF_THE_COARSEST = 400
_COARSEST = 24


def reduced_labels(labels: Labels, size: tuple[int, int]) -> Labels:
    """Return the labels at the pixel centers of a smaller picture of (width, height)."""
    width, height = size
    rows = ((np.arange(height) + 0.5) * (labels.shape[0] / height)).astype(int)
    columns = ((np.arange(width) + 0.5) * (labels.shape[1] / width)).astype(int)
    return np.ascontiguousarray(labels[rows[:, None], columns[None, :]])


def membrane(labels: Labels, pull: Floats, source: Floats, *, clamped: bool) -> Floats:
    """Return the membrane that minimises bending, cut along the borders of areas.

    It solves ``pull * u - laplace(u) = source`` in pixels, coarse to fine.

    Args:
        labels: Areas, int32 ``(H, W)``; nothing spreads from one to another.
        pull: How strongly each pixel is held at 0; float32 ``(H, W)``.
        source: How strongly each pixel is lifted; float32 ``(H, W)``.
        clamped: Whether the borders of areas are held at 0 (but not the edge of the picture).
    """
    import cv2

    height, width = labels.shape
    if max(height, width) <= _COARSEST:
        return _relaxed(labels, pull, source, np.zeros_like(pull), clamped, _SWEEPS_OF_THE_COARSEST)
    half = (max(1, (width + 1) // 2), max(1, (height + 1) // 2))
    below = reduced_labels(labels, half)
    # Four pixels become one: pull and source add up to four times the mean.
    coarse = membrane(
        below,
        cv2.resize(pull, half, interpolation=cv2.INTER_AREA).reshape(below.shape) * np.float32(4),
        cv2.resize(source, half, interpolation=cv2.INTER_AREA).reshape(below.shape) * np.float32(4),
        clamped=clamped,
    )
    start = enlarged(coarse[:, :, None], below, labels)[:, :, 0]
    return _relaxed(labels, pull, source, np.asarray(start, np.float32), clamped, _SWEEPS)


def _relaxed(
    labels: Labels, pull: Floats, source: Floats, start: Floats, clamped: bool, sweeps: int
) -> Floats:
    """Relax by weighted Jacobi sweeps, whose result does not depend on the order of pixels."""
    across = (labels[:, 1:] == labels[:, :-1]).astype(np.float32)
    down = (labels[1:] == labels[:-1]).astype(np.float32)
    weight = np.zeros_like(start)
    for links, axis in ((across, 1), (down, 0)):
        share = np.ones_like(links) if clamped else links
        weight[_before(axis)] += share
        weight[_after(axis)] += share
    whole = weight + pull
    # Alternating weights: a two-step Chebyshev scheme converges twice as fast as plain 0.8.
    steps = [np.float32(s) / np.maximum(whole, np.float32(1e-6)) for s in (0.95, 0.7)]
    u = start.copy()
    for sweep in range(sweeps):
        rest = source - whole * u
        rest[:, :-1] += across * u[:, 1:]
        rest[:, 1:] += across * u[:, :-1]
        rest[:-1] += down * u[1:]
        rest[1:] += down * u[:-1]
        rest *= steps[sweep % 2]
        u += rest
    return u


def _before(axis: int) -> Any:
    return np.s_[:, :-1] if axis else np.s_[:-1]


def _after(axis: int) -> Any:
    return np.s_[:, 1:] if axis else np.s_[1:]


def enlarged(field: Floats, labels: Labels, fine: Labels) -> Floats:
    """Return a field at the size of ``fine``, interpolated only from pixels of the same area.

    Args:
        field: float32 ``(h, w, C)``.
        labels: Areas of the field's pixels, int32 ``(h, w)``.
        fine: Areas of the result's pixels, int32 ``(H, W)``. Where no pixel of the area is near,
            pixels of any area are used.
    """
    height, width = labels.shape
    if (height, width) == fine.shape:
        return field
    y = ((np.arange(fine.shape[0]) + 0.5) * (height / fine.shape[0]) - 0.5).clip(0, height - 1)
    x = ((np.arange(fine.shape[1]) + 0.5) * (width / fine.shape[1]) - 0.5).clip(0, width - 1)
    top, left = y.astype(int), x.astype(int)
    v, u = (y - top).astype(np.float32)[:, None], (x - left).astype(np.float32)[None, :]
    total = np.zeros((*fine.shape, field.shape[2]), np.float32)
    weights = np.full(fine.shape, 1e-6, np.float32)
    for below, share_y in ((0, 1 - v), (1, v)):
        for right, share_x in ((0, 1 - u), (1, u)):
            rows = np.minimum(top + below, height - 1)[:, None]
            columns = np.minimum(left + right, width - 1)[None, :]
            weight = share_y * share_x * (labels[rows, columns] == fine) + np.float32(1e-4) * (
                share_y * share_x
            )
            total += field[rows, columns] * weight[:, :, None]
            weights += weight
    total /= weights[:, :, None]
    return total


def smoothed(field: Floats, labels: Labels, reach: int) -> Floats:
    """Return a field averaged over a disc around each pixel, within its area.

    Args:
        field: float32 ``(H, W)``.
        labels: Areas, int32 ``(H, W)``.
        reach: Radius of the disc in pixels.
    """
    total, count = field.copy(), np.ones_like(field)
    for dy in range(reach + 1):
        for dx in range(-reach, reach + 1):
            if dx * dx + dy * dy > reach * reach + 1 or (dy == 0 and dx <= 0):
                continue
            here, there = _overlap(labels.shape, dy, dx)
            same = labels[here] == labels[there]
            total[here] += field[there] * same
            total[there] += field[here] * same
            count[here] += same
            count[there] += same
    total /= count
    return total


def _overlap(shape: tuple[int, ...], dy: int, dx: int) -> tuple[Any, Any]:
    """Return the slices of pixels, and of the pixels ``dy`` below and ``dx`` right of them."""
    height, width = shape
    left, right = max(0, -dx), min(width, width - dx)
    here = np.s_[: max(0, height - dy), left : max(left, right)]
    there = np.s_[dy : max(dy, height), left + dx : max(left, right) + dx]
    return here, there
