"""Zones: the connected areas of one color in flats from any source."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nijigen.color._light.bodies import borders, connected, joint
from nijigen.imaging.diffusion import Labels
from nijigen.imaging.line_art.graph import grown

Bytes = NDArray[np.uint8]

# Colors that differ by less in each of red, green and blue are steps of one gradient.
_STEP = 4
# A flat with fewer pixels than this is the blurred edge between two others.
_LEAST_PIXELS = 24


def zones_of(flat: Bytes) -> tuple[Labels, Bytes]:
    """Return connected pixels of one color, without the background.

    Args:
        flat: RGBA; blurred edges between colors are resolved.

    Returns:
        int32 ``(H, W)``, 0 is outside the figure; and uint8 ``(zones, 3)``, the first is for 0.
    """
    seen = flat[:, :, 3] >= 128
    zones, kept = _large_zones(flat, seen)
    if seen.any() and kept[zones][seen].mean() < 0.9:
        # Painted or photographed: colors are quantized coarsely.
        coarse = flat.copy()
        coarse[:, :, :3] = (flat[:, :, :3] & 0xE0) | 0x10
        zones, kept = _large_zones(coarse, seen)
        zones = _grown(zones, kept)
    else:
        zones = _run_together(zones, _grown(zones, kept), flat)
    _, zones_flat = np.unique(zones, return_inverse=True)
    zones = zones_flat.reshape(seen.shape).astype(np.int32)
    count = int(zones.max()) + 1
    colors = _middle_colors(flat, zones, count)
    empty = np.bincount(zones.ravel(), ~seen.ravel(), count) * 2 > np.bincount(zones.ravel())
    empty |= _background(zones, colors, empty)
    numbers = np.where(empty, 0, np.cumsum(~empty)).astype(np.int32)
    white = np.full((1, 3), 255, np.uint8)
    return numbers[zones], np.concatenate([white, colors[~empty]])


def _large_zones(flat: Bytes, seen: NDArray[np.bool_]) -> tuple[Labels, NDArray[np.bool_]]:
    red, green, blue = (flat[:, :, c].astype(np.int64) for c in range(3))
    zones = connected(np.where(seen, red << 16 | green << 8 | blue, -1))
    least = min(_LEAST_PIXELS, max(1, zones.size // 64))
    return zones, np.bincount(zones.ravel()) >= least


def _run_together(exact: Labels, large: Labels, flat: Bytes) -> Labels:
    """Join adjacent zones whose colors hardly differ: the steps of a gradient are one flat.

    Args:
        exact: Connected pixels of one color.
        large: The same without small zones.
        flat: RGBA.
    """
    colors = np.zeros((int(exact.max()) + 1, 4), np.int16)
    colors[exact.ravel()] = flat.reshape(-1, 4)
    i, j = borders(large)[0].T
    near = np.abs(colors[i, :3] - colors[j, :3]).max(axis=1) < _STEP
    near &= (colors[i, 3] >= 128) & (colors[j, 3] >= 128)
    links = np.stack([i, j], axis=1)[near]
    return joint(len(colors), links)[large] if near.any() else large


def _grown(zones: Labels, kept: NDArray[np.bool_]) -> Labels:
    """Assign the pixels of dropped zones to the nearest kept one."""
    loose = ~kept[zones]
    return grown(np.where(loose, 0, zones + 1)) - 1 if loose.any() else zones


def _middle_colors(flat: Bytes, zones: Labels, count: int) -> Bytes:
    """Return the mean color of each zone."""
    weights = (flat[:, :, 3] >= 128).ravel().astype(np.float64)
    pixels = np.maximum(np.bincount(zones.ravel(), weights, count), 1)
    sums = [np.bincount(zones.ravel(), weights * flat[:, :, c].ravel(), count) for c in range(3)]
    return (np.stack(sums, axis=1) / pixels[:, None] + 0.5).astype(np.uint8)


def _background(zones: Labels, colors: Bytes, empty: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which zones are a colored background: along the frame, or of such a color."""
    rim = np.concatenate([zones[0], zones[-1], zones[1:-1, 0], zones[1:-1, -1]])
    shares = np.bincount(rim, minlength=len(colors)) / len(rim)
    behind = shares > 0.4
    if zones[0, 0] == zones[0, -1]:
        behind[zones[0, 0]] = True
    behind &= ~empty
    if behind.all() or np.count_nonzero(~empty & ~behind) == 0:
        return np.zeros_like(behind)
    alike = (colors[:, None, :] == colors[None, behind, :]).all(axis=2).any(axis=1)
    return np.asarray(alike & ~empty)
