"""MagicaVoxel: columns as voxels in a palette of 255 colors."""

from __future__ import annotations

import struct
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from nijigen.core.picture import Picture
from nijigen.effects._voxel.columns import Columns
from nijigen.imaging.color_spaces import oklab
from nijigen.imaging.main_colors import extract

_LONGEST = 256
"""Voxels of a side of a model."""
_COLORS = 255


def vox_of(columns: Columns) -> bytes:
    """Return the content of a ``.vox`` file.

    Only voxels that can be seen are written; a picture stands with its upper edge behind. Larger
    ones are split into models of at most 256 voxels, placed in a scene.

    Source: MagicaVoxel's description of its file format: index c is entry c − 1 of the palette,
    z is up, and the position of a model is that of its center, rounded down.
    """
    palette, indices = _palette(columns)
    voxels = _voxels(columns, indices)
    size = (*columns.heights.shape[::-1], max(1, round(float(columns.heights.max()))))
    models, places = [], []
    for low, part in _split(voxels, size):
        extent = part[:, :3].max(axis=0, initial=0) + 1
        models.append((extent, part))
        places.append(np.array(low) + extent // 2 - (size[0] // 2, size[1] // 2, 0))
    content = b""
    for extent, part in models:
        content += _chunk(b"SIZE", struct.pack("<3i", *extent.tolist()))
        content += _chunk(b"XYZI", struct.pack("<i", len(part)) + part.astype(np.uint8).tobytes())
    content += _scene([tuple(place.tolist()) for place in places])
    entries = np.zeros((256, 4), np.uint8)
    entries[:, 3] = 255
    entries[: len(palette), :3] = palette
    content += _chunk(b"RGBA", entries.tobytes())
    return b"VOX " + struct.pack("<i", 150) + _chunk(b"MAIN", b"", content)


def _palette(columns: Columns) -> tuple[NDArray[np.uint8], NDArray[np.intp]]:
    """Return the palette, and the entry of each cell."""
    colors = columns.colors.reshape(-1, 3)
    used, which = np.unique(colors, axis=0, return_inverse=True)
    if len(used) <= _COLORS:
        return used, which.reshape(columns.heights.shape)
    palette = extract(Picture(columns.colors), _COLORS).bytes
    values, targets = oklab(used), oklab(palette)
    nearest = np.empty(len(used), np.intp)
    for start in range(0, len(used), 4096):
        part = values[start : start + 4096]
        # The square of a difference without what is the same for all entries.
        nearest[start : start + 4096] = np.argmin(
            (targets**2).sum(axis=1) - 2 * part @ targets.T, axis=1
        )
    return palette, nearest[which].reshape(columns.heights.shape)


def _voxels(columns: Columns, entries: NDArray[np.intp]) -> NDArray[np.int32]:
    """Return x, y, z and index of each voxel that has an open side; y is up the picture."""
    heights = np.where(columns.filled, np.maximum(1, np.round(columns.heights)), 0).astype(np.int32)
    around = np.pad(heights, 1)
    lowest = np.minimum(
        np.minimum(around[:-2, 1:-1], around[2:, 1:-1]),
        np.minimum(around[1:-1, :-2], around[1:-1, 2:]),
    )
    begin = np.minimum(lowest, heights - 1)
    found = []
    for level in range(int(heights.max(initial=0))):
        is_solid = heights > level
        row, column = np.nonzero(is_solid & ((level >= begin) | (level == 0)))
        index = entries[row, column] + 1
        z = np.full(len(row), level)
        found.append(np.stack([column, heights.shape[0] - 1 - row, z, index], axis=1))
    if not found:
        return np.zeros((0, 4), np.int32)
    return np.concatenate(found).astype(np.int32)


def _split(
    voxels: NDArray[np.int32], size: tuple[int, ...]
) -> Iterator[tuple[tuple[int, int, int], NDArray[np.int32]]]:
    """Yield the voxels of models, and where each begins; one that is empty if there are none."""
    if not len(voxels):
        yield (0, 0, 0), voxels
        return
    for z in range(0, size[2], _LONGEST):
        for y in range(0, size[1], _LONGEST):
            for x in range(0, size[0], _LONGEST):
                low = np.array([x, y, z])
                inside = ((voxels[:, :3] >= low) & (voxels[:, :3] < low + _LONGEST)).all(axis=1)
                if inside.any():
                    part = voxels[inside].copy()
                    part[:, :3] -= low
                    yield (x, y, z), part


def _scene(places: list[tuple[int, ...]]) -> bytes:
    """Return the nodes of a scene: a group of models, each moved to its place."""
    nodes = _transform(0, 1, None)
    children = struct.pack(f"<{len(places)}i", *(2 + 2 * number for number in range(len(places))))
    nodes += _chunk(
        b"nGRP", struct.pack("<i", 1) + _dict({}) + struct.pack("<i", len(places)) + children
    )
    for number, place in enumerate(places):
        nodes += _transform(2 + 2 * number, 3 + 2 * number, place)
        nodes += _chunk(
            b"nSHP",
            struct.pack("<i", 3 + 2 * number)
            + _dict({})
            + struct.pack("<2i", 1, number)
            + _dict({}),
        )
    return nodes


def _transform(node: int, child: int, place: tuple[int, ...] | None) -> bytes:
    frame = {} if place is None else {"_t": " ".join(map(str, place))}
    layer = -1 if place is None else 0
    return _chunk(
        b"nTRN",
        struct.pack("<i", node)
        + _dict({})
        + struct.pack("<4i", child, -1, layer, 1)
        + _dict(frame),
    )


def _dict(values: dict[str, str]) -> bytes:
    content = struct.pack("<i", len(values))
    for pair in values.items():
        for text in pair:
            content += struct.pack("<i", len(text)) + text.encode()
    return content


def _chunk(name: bytes, content: bytes, children: bytes = b"") -> bytes:
    return name + struct.pack("<2i", len(content), len(children)) + content + children
