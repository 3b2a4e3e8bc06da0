"""Rendering: columns as pixels, one column of the picture at a time, all of them at once.

Seen orthographically, a column of pixels shows a vertical slice through the grid. Going away from
the camera, what rises above everything before is seen, and nothing else: the floating horizon.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nijigen.effects._voxel.camera import COOL, WARM, Camera, Look
from nijigen.effects._voxel.columns import Columns
from nijigen.effects._voxel.light import Shadows
from nijigen.imaging.color_spaces import to_code, to_linear

Floats = NDArray[np.floating[Any]]
_STEP = 0.5
"""Cells between two looks along a slice: what is cut off of a corner is smaller."""
_NOTHING = np.float32(-1e6)
_CODES = (to_code(np.linspace(0, 1, 4096)) * 255 + 0.5).astype(np.uint8)
_LIGHT = to_linear(np.arange(256) / 255).astype(np.float32)
_BEFORE = 0.12
"""Cells in front of a side where its light is looked up."""
_GROUND_SHADOW = 0.45
"""Opacity of a full shadow on transparent ground."""


class _Hits(NamedTuple):
    """What pixels show, row by row from below within each column."""

    at: NDArray[np.intp]
    """Pixels that show a column."""
    cell: NDArray[np.int32]
    x: Floats
    y: Floats
    z: Floats
    side: NDArray[np.int8]
    """0 for a top, 1 for a side whose normal is along x, 2 along y."""


def rendered(
    columns: Columns, look: Look, camera: Camera, size: tuple[int, int], shadows: Shadows, fine: int
) -> NDArray[np.uint8]:
    """Return columns as RGBA.

    Args:
        columns: The columns.
        look: How they are lit.
        camera: How they are seen, with ``scale`` for pixels of the result.
        size: Width and height of the result.
        shadows: Of the lamp as it stands to the turned grid.
        fine: Samples of a pixel in each direction.
    """
    width, height = size[0] * fine, size[1] * fine
    scale = camera.scale * fine
    right = (np.arange(width, dtype=np.float32) + 0.5) / scale + camera.left
    up = camera.top - (np.arange(height, dtype=np.float32)[::-1] + 0.5) / scale
    hits = _hits(columns, camera, right, up)
    # Rows begin below, and the result is turned upright at the end.
    shape = (size[0], fine, size[1], fine)
    planes = [
        _averaged(hits.at, part, shape) for part in _shaded(columns, look, camera, hits, shadows)
    ]
    solid = _averaged(hits.at, np.float32(1), shape)
    total = solid
    if look.shadow:
        # Shadows on the ground are soft: one look for a pixel is enough.
        at = np.nonzero(solid < 1)
        place = (np.arange(size[0]) + 0.5) / camera.scale + camera.left
        above = camera.top - (np.arange(size[1])[::-1] + 0.5) / camera.scale
        shade = _on_ground(camera, place[at[0]], above[at[1]], shadows) * np.float32(look.shadow)
        total = solid.copy()
        total[at] += shade * (1 - solid[at])
    result = np.zeros((size[1], size[0], 4), np.uint8)
    share = np.float32(4095) / np.maximum(total, np.float32(1e-4))
    for channel, plane in enumerate(planes):
        codes = _CODES.take((plane * share + np.float32(0.5)).astype(np.uint16))
        result[:, :, channel] = codes.T[::-1]
    result[:, :, 3] = (total * np.float32(255) + np.float32(0.5)).T[::-1]
    result[result[:, :, 3] == 0] = 0
    return result


def _averaged(at: NDArray[np.intp], values: Any, shape: tuple[int, int, int, int]) -> Floats:
    """Return values at some samples as means of pixels, ``(columns, rows)``."""
    plane = np.zeros(shape[0] * shape[1] * shape[2] * shape[3], np.float32)
    plane[at] = values
    if shape[1] == 1:
        return plane.reshape(shape[0], shape[2])
    samples = plane.reshape(shape)
    total = sum(samples[:, i, :, j] for i in range(shape[1]) for j in range(shape[3]))
    return np.asarray(total * np.float32(1 / shape[1] ** 2))


def _hits(columns: Columns, camera: Camera, right: Floats, up: Floats) -> _Hits:
    """Return what is seen at places right of and above the center of the grid, in cells."""
    rows, width = columns.heights.shape
    (ahead_x, ahead_y), (aside_x, aside_y) = camera.ahead, camera.aside
    reach = 0.5 * float(np.hypot(rows, width)) + 1
    along = np.arange(-reach, reach, _STEP, dtype=np.float32)
    start_x = (width / 2 + right * aside_x).astype(np.float32)[:, None]
    start_y = (rows / 2 + right * aside_y).astype(np.float32)[:, None]
    x, y = start_x + along * np.float32(ahead_x), start_y + along * np.float32(ahead_y)
    # A border of nothing around the grid takes what lies outside.
    column = np.clip(x + 1, 0, width + 1).astype(np.int32)
    row = np.clip(y + 1, 0, rows + 1).astype(np.int32)
    stride = width + 2
    heights = np.pad(columns.heights, 1)
    heights[heights == 0] = _NOTHING
    cell = row * np.int32(stride) + column
    leave = np.minimum(_crossing(column, start_x, ahead_x, 1), _crossing(row, start_y, ahead_y, 1))
    sine, cosine = np.float32(camera.sine), np.float32(camera.cosine)
    leave *= sine
    leave += heights.ravel().take(cell) * cosine
    horizon = np.maximum.accumulate(leave, axis=1)
    # The first pixel above the horizon before each look; the last look to claim a pixel keeps it.
    step = float(up[1] - up[0]) if len(up) > 1 else 1.0
    first = np.clip(np.ceil((horizon - up[0]) / np.float32(step)), 0, len(up)).astype(np.int32)
    shown = np.full((len(right), len(up) + 1), 0, np.int32)
    rises = np.empty(first.shape, bool)
    rises[:, 0] = True
    rises[:, 1:] = first[:, 1:] > first[:, :-1]
    at_column, look = np.nonzero(rises)
    begin = np.where(look > 0, first[at_column, np.maximum(look - 1, 0)], 0)
    shown[at_column, begin] = look
    shown[np.arange(len(right)), first[:, -1]] = len(along)
    shown = np.maximum.accumulate(shown, axis=1)[:, :-1]
    at_column, at_row = np.nonzero(shown < len(along))
    at = at_column * len(up) + at_row
    chosen = at_column * len(along) + shown.ravel().take(at)
    v = up.take(at_row)
    which = cell.ravel().take(chosen)
    column, row = column.ravel().take(chosen), row.ravel().take(chosen)
    from_x, from_y = start_x.ravel().take(at_column), start_y.ravel().take(at_column)
    enter_x, enter_y = _crossing(column, from_x, ahead_x, 0), _crossing(row, from_y, ahead_y, 0)
    enter = np.maximum(enter_x, enter_y)
    top = heights.ravel().take(which)
    distance = (v - top * cosine) / sine
    side = np.zeros(len(at), np.int8)
    z = top.copy()
    # Where a look missed the corner of the column before, its top is seen, which is as high.
    maybe = np.flatnonzero(distance < enter)
    hit = (v.take(maybe) - enter.take(maybe) * sine) / np.float32(max(camera.cosine, 1e-6))
    by_x = enter_x.take(maybe) > enter_y.take(maybe)
    behind = np.where(by_x, np.sign(ahead_x), np.sign(ahead_y) * stride).astype(np.int32)
    before = heights.ravel().take(which.take(maybe) - behind, mode="clip")
    true = (before < hit - np.float32(0.01)) | (hit < 0)
    maybe, by_x = maybe[true], by_x[true]
    side[maybe] = np.where(by_x, 1, 2)
    z[maybe] = hit[true]
    distance = np.maximum(distance, enter)
    real = (top > 0) & (z >= 0)
    keep = np.flatnonzero(real)
    return _Hits(
        at[keep],
        ((row - 1) * width + column - 1)[keep],
        (from_x + distance * np.float32(ahead_x))[keep],
        (from_y + distance * np.float32(ahead_y))[keep],
        z[keep].astype(np.float32),
        side[keep],
    )


def _crossing(cell: NDArray[np.int32], start: Floats, ahead: float, far: int) -> Floats:
    """Return how far along a slice it enters a cell, or leaves it (far), along one axis.

    Cells are counted from the border, which is one outside.
    """
    if abs(ahead) < 1e-5:
        return np.full(cell.shape, 1e6 if far else -1e6, np.float32)
    edge = cell - np.float32(1 - (far if ahead > 0 else 1 - far))
    return np.asarray((edge - start) * np.float32(1 / ahead), np.float32)


def _on_ground(camera: Camera, right: Floats, up: Floats, shadows: Shadows) -> Floats:
    """Return the opacity of the shadow on the ground."""
    deep = up / camera.sine
    x = (camera.size[1] / 2 + right * camera.aside[0] + deep * camera.ahead[0]).astype(np.float32)
    y = (camera.size[0] / 2 + right * camera.aside[1] + deep * camera.ahead[1]).astype(np.float32)
    lit, open_ = shadows.on_ground(x, y)
    closed = 1 - lit * (np.float32(0.35) + np.float32(0.65) * open_)
    return np.asarray(closed * np.float32(_GROUND_SHADOW))


def _shaded(
    columns: Columns, look: Look, camera: Camera, hits: _Hits, shadows: Shadows
) -> list[Floats]:
    """Return the linear light of hits, red, green and blue."""
    toward_x, toward_y = -np.sign(camera.ahead[0]), -np.sign(camera.ahead[1])
    along_x, along_y = hits.side == 1, hits.side == 2
    base = (np.where(along_x, toward_x, 0), np.where(along_y, toward_y, 0), hits.side == 0)
    lit, open_ = shadows.on_tops(hits.x, hits.y)
    sides = np.flatnonzero(hits.side)
    x, y = (
        part.take(sides) + np.float32(_BEFORE) * np.asarray(toward).take(sides)
        for part, toward in ((hits.x, base[0]), (hits.y, base[1]))
    )
    lit[sides], open_[sides] = shadows.at(x, y, hits.z.take(sides))
    normal = _bevelled(columns, look.bevel, camera.scale, hits, base)
    lamp, sky = look.light_on(lit, open_, normal)
    colors = _LIGHT.take(columns.colors.reshape(-1, 3).T)
    return [
        np.minimum(color.take(hits.cell) * (lamp * warm + sky * cool), 1)
        for color, warm, cool in zip(colors, WARM, COOL, strict=True)
    ]


def _bevelled(
    columns: Columns, bevel: float, scale: float, hits: _Hits, base: tuple[Any, Any, Any]
) -> tuple[Floats, Floats, Floats]:
    """Return the normals of faces whose edges are rounded."""
    if not bevel:
        return tuple(np.asarray(part, np.float32) for part in base)  # type: ignore[return-value]
    # Edges that are thinner than a pixel would be hit or missed by chance: wider and weaker ones
    # look the same.
    strength = np.float32(0.8 * min(1.0, bevel * scale))
    bevel = min(0.5, max(bevel, 1 / scale))
    share = np.float32(1 / bevel)
    row, column = np.divmod(hits.cell, np.int32(columns.heights.shape[1]))

    def round_off(place: Floats) -> Floats:
        """0 in the middle, −1 and 1 at the edges."""
        from_middle = place - np.float32(0.5)
        past = np.maximum(np.abs(from_middle) - np.float32(0.5 - bevel), 0) * share
        return np.asarray(np.copysign(np.minimum(past, 1) ** 2, from_middle), np.float32)

    x, y = round_off(hits.x - column), round_off(hits.y - row)
    if columns.cubes:
        z = round_off(hits.z - np.floor(hits.z))
    else:
        top = columns.heights.ravel().take(hits.cell)
        z = np.maximum(1 - (top - hits.z) * share, 0) ** 2
    parts = [
        np.where(face != 0, face, strength * part).astype(np.float32)
        for face, part in zip(base, (x, y, z), strict=True)
    ]
    length = 1 / np.sqrt(parts[0] ** 2 + parts[1] ** 2 + parts[2] ** 2)
    return parts[0] * length, parts[1] * length, parts[2] * length
