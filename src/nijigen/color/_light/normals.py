"""Normals: the surface that a drawing suggests, by inflating its areas between lines."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nijigen.color._light.surfaces import Surfaces
from nijigen.imaging.diffusion import Floats, Labels, enlarged, membrane, reduced_labels, smoothed
from nijigen.imaging.line_art.graph import grown

Bytes = NDArray[np.uint8]

# Longest side at which membranes are solved: surfaces are smooth.
_SIDE = 512
# Weights of the whole figure, of each body, and of the parts between lines.
_WHOLE, _BODY, _LINES = 0.25, 0.35, 0.40
# Area of a hole in a figure that is filled, as a share of the figure's bounding box.
_HOLE = 0.004
# Strength with which lines hold the surface down, times the square of the figure's extent.
_CREASE = 20000.0
# Radius over which normals of hair are averaged, in extents, and the side of the picture for it.
_CALM, _CALM_SIDE = 0.02, 256


def normals_of(surfaces: Surfaces) -> Floats:
    """Return unit normals: x right, y down, z to the viewer; float32 ``(H, W, 3)``.

    Source: Johnston, Lumo: illumination for cel animation, 2002 (normals from lines); the
        height over an area is the root of a Poisson membrane, which makes a disc a hemisphere
        (Sýkora et al., Ink-and-ray, 2014).
    """
    import cv2

    height, width = surfaces.figure.shape
    scale = min(1.0, _SIDE / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    bodies = reduced_labels(surfaces.bodies, size)
    extent = max(surfaces.extent * scale, 4.0)
    heads = _without_holes(reduced_labels(surfaces.heads, size))
    figure = np.asarray(heads > 0, np.int32)
    creases = cv2.resize(surfaces.creases, size, interpolation=cv2.INTER_AREA)
    pull = creases.reshape(bodies.shape) * np.float32(_CREASE / extent**2)
    free = np.zeros_like(pull)
    lift = figure.astype(np.float32)
    mixed = np.zeros((*bodies.shape, 3), np.float32)
    parts = reduced_labels(surfaces.parts, size)
    for share, areas, held in (
        (_WHOLE, figure, free), (_BODY, heads, free), (_LINES, parts, pull)
    ):  # fmt: skip
        u = membrane(areas, held, lift, clamped=True)
        mixed += np.float32(share) * _inflated(u, areas, extent)
    mixed /= np.linalg.norm(mixed, axis=2, keepdims=True)
    full = enlarged(mixed, bodies, surfaces.bodies)
    _fill_rims(full, surfaces)
    full /= np.maximum(np.linalg.norm(full, axis=2, keepdims=True), np.float32(1e-6))
    full[~surfaces.figure] = (0, 0, 1)
    return full


def _without_holes(bodies: Labels) -> Labels:
    """Fill small areas without a color inside of a figure: no surface ends at them."""
    import cv2

    _, numbers, stats, _ = cv2.connectedComponentsWithStats((bodies == 0).astype(np.uint8))
    left, top, width, height, area = stats.T
    inside = (left > 0) & (top > 0)
    inside &= (left + width < bodies.shape[1]) & (top + height < bodies.shape[0])
    holes = inside & (area < _HOLE * bodies.size)
    holes[0] = False
    if not holes.any():
        return bodies
    nearest = grown(bodies)
    return np.asarray(np.where(holes[numbers], nearest, bodies), np.int32)


def calmed(normals: Floats, surfaces: Surfaces) -> Floats:
    """Return normals of hair, averaged over strands, and how fast they turn.

    Returns:
        float32 ``(3, N)`` for the pixels of hair: x, y, and the change of y per row.
    """
    height, width = surfaces.figure.shape
    scale = min(1.0, _CALM_SIDE / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    bodies = reduced_labels(surfaces.bodies, size)
    reach = max(1, round(_CALM * surfaces.extent * scale))
    few = reduced_labels(normals, size)
    x, y = (smoothed(few[:, :, axis], bodies, reach) for axis in (0, 1))
    turn = smoothed(_slopes(y, bodies)[1] * np.float32(scale), bodies, 1)
    full = enlarged(np.stack([x, y, turn], axis=2), bodies, surfaces.bodies)
    return np.ascontiguousarray(full.reshape(-1, 3)[surfaces.hair].T)


def _fill_rims(normals: Floats, surfaces: Surfaces) -> None:
    """Copy normals from inside to the border pixels of parts, whose own slope is unreliable."""
    inside = surfaces.interior.astype(np.float32)
    near = smoothed(inside, surfaces.parts, 2)
    rim = ~surfaces.interior & (near > 0)
    for axis in range(3):
        plane = smoothed(normals[:, :, axis] * inside, surfaces.parts, 2)
        normals[:, :, axis][rim] = plane[rim] / near[rim]


def _inflated(u: Floats, areas: Labels, extent: float) -> Floats:
    """Return the normals of the height ``2 sqrt(u)``."""
    slope_x, slope_y = _slopes(u, areas)
    # Rims are steep but not edge-on: else every area would have a thin dark seam.
    soft = np.sqrt(np.maximum(u, 0) + np.float32((0.018 * extent) ** 2))
    normals = np.stack([-slope_x, -slope_y, soft], axis=2)
    normals /= np.linalg.norm(normals, axis=2, keepdims=True)
    return normals


def _slopes(u: Floats, areas: Labels) -> tuple[Floats, Floats]:
    """Return central differences within areas, one-sided at their borders."""
    slopes = []
    for axis in (1, 0):
        step = np.diff(u, axis=axis)
        step *= np.diff(areas, axis=axis) == 0
        inner = np.diff(areas, axis=axis) == 0
        total, count = np.zeros_like(u), np.zeros_like(u)
        before, after = (np.s_[:, :-1], np.s_[:, 1:]) if axis else (np.s_[:-1], np.s_[1:])
        total[before] += step
        total[after] += step
        count[before] += inner
        count[after] += inner
        slopes.append(total / np.maximum(count, np.float32(1)))
    return slopes[0], slopes[1]


def encoded(normals: Floats) -> Bytes:
    """Return a normal map, ``(n + 1) * 127.5``."""
    codes: Bytes = ((normals + 1) * np.float32(127.5) + np.float32(0.5)).astype(np.uint8)
    return codes
