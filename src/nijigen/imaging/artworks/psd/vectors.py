"""Vector masks of PSD: closed paths of cubic Bézier curves, drawn with exact horizontal coverage.

Source: Adobe Photoshop File Formats Specification (November 2019), "Path resource format".
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nijigen.core.blending import Floats
from nijigen.core.errors import BadPicture

KEYS = (b"vmsk", b"vsms")
_INVERTED, _DISABLED = 1, 4
_CLOSED, _KNOTS, _FILL = 0, (1, 2), 8
"""Kinds of path record: the start of a closed path, its knots, what there is without a path."""
_RECORD = 26
_STEPS = 16
"""Lines of a curve."""
_ROWS = 8
"""Rows of samples in a pixel."""
_MOST_CROSSINGS = 2**24
Points = NDArray[np.float64]


@dataclass(frozen=True)
class VectorMask:
    """The paths of a vector mask."""

    disabled: bool
    inverted: bool
    filled: bool
    """Whether everything is shown if there is no path."""
    paths: tuple[tuple[int, Points], ...]
    """How each combines with those before (exclude, add, subtract, intersect, from 0), and its
    knots ``(N, 3, 2)``: control point before, knot, control point after; x and y as shares of the
    document."""

    @classmethod
    def of(cls, blocks: dict[bytes, bytes]) -> VectorMask | None:
        """Return the vector mask that the blocks of a layer describe, if they do.

        Raises:
            BadPicture: It is damaged, or has open paths.
        """
        data = next((blocks[key] for key in KEYS if key in blocks), None)
        if data is None:
            return None
        if len(data) < 8:
            raise BadPicture("a vector mask that ends too early")
        flags = int.from_bytes(data[4:8], "big")
        paths: list[tuple[int, list[tuple[float, ...]]]] = []
        filled, left = False, 0
        for at in range(8, len(data) - _RECORD + 1, _RECORD):
            kind, first, second = struct.unpack_from(">Hhh", data, at)
            if kind == _CLOSED:
                paths.append((second, []))
                left = first
            elif kind in _KNOTS and paths and left > 0:
                numbers = struct.unpack_from(">6i", data, at + 2)
                paths[-1][1].append(tuple(number / 2**24 for number in numbers))
                left -= 1
            elif kind == _FILL:
                filled = first == 1
            elif kind in (3, 4, 5):
                raise BadPicture("a vector mask with an open path")
        knots = tuple(
            # The file has y before x.
            (how, np.array(points).reshape(-1, 3, 2)[:, :, ::-1])
            for how, points in paths
            if points
        )
        return cls(bool(flags & _DISABLED), bool(flags & _INVERTED), filled, knots)

    def cover(self, size: tuple[int, int], margin: int) -> Floats:
        """Draw it.

        Args:
            size: Width and height of the document.
            margin: Pixels to draw beyond each of its edges.

        Returns:
            The share of each pixel that is shown, 0 to 1, ``(H + 2 margin, W + 2 margin)``.

        Raises:
            BadPicture: It has more lines than any real one.
        """
        width, height = (side + 2 * margin for side in size)
        start = float(self.filled and not self.paths)
        total: Floats = np.full((height, width), start, np.float32)
        groups: list[tuple[int, list[Points]]] = []
        for how, knots in self.paths:
            outline = _outline(knots * size + margin)
            # Others, such as holes, belong to the path before them.
            if how in (0, 1, 2, 3) or not groups:
                groups.append((how, []))
            groups[-1][1].append(outline)
        for n, (how, outlines) in enumerate(groups):
            part = _coverage(outlines, width, height)
            if how == 2:
                # Subtracting from nothing leaves all the rest.
                total = (np.float32(1) if n == 0 else total) * (1 - part)
            elif how == 3:
                total = part if n == 0 else total * part
            elif how == 0:
                total = total + part - 2 * total * part
            else:
                total = total + part - total * part
        return 1 - total if self.inverted else total


def _outline(knots: Points) -> Points:
    """Return the corners ``(N, 2)`` of a polygon that follows the curves between knots."""
    following = np.roll(knots, -1, axis=0)
    start, one, two, end = knots[:, 1], knots[:, 2], following[:, 0], following[:, 1]
    t = np.linspace(0, 1, _STEPS, endpoint=False)[None, :, None]
    a, b, c, d = (points[:, None] for points in (start, one, two, end))
    curve = a * (1 - t) ** 3 + 3 * b * t * (1 - t) ** 2 + 3 * c * t**2 * (1 - t) + d * t**3
    corners: Points = curve.reshape(-1, 2)
    return corners


def _coverage(outlines: list[Points], width: int, height: int) -> Floats:
    """Return the coverage of polygons by the even-odd rule."""
    begin = np.concatenate(outlines)
    end = np.concatenate([np.roll(outline, -1, axis=0) for outline in outlines])
    upper, lower = np.minimum(begin[:, 1], end[:, 1]), np.maximum(begin[:, 1], end[:, 1])
    # The rows of samples, at the middles of eighths of pixels, that each line crosses.
    first = np.ceil(upper * _ROWS - 0.5).clip(0, height * _ROWS).astype(np.int64)
    last = np.ceil(lower * _ROWS - 0.5).clip(0, height * _ROWS).astype(np.int64)
    counts = last - first
    if counts.sum() > _MOST_CROSSINGS:
        raise BadPicture("a vector mask of too many lines")
    line = np.repeat(np.arange(len(begin)), counts)
    row = np.arange(len(line)) - np.repeat(np.cumsum(counts) - counts, counts) + first[line]
    y = (row + 0.5) / _ROWS
    slope = (end[line, 0] - begin[line, 0]) / (end[line, 1] - begin[line, 1])
    x = (begin[line, 0] + (y - begin[line, 1]) * slope).clip(0, width)
    order = np.lexsort((x, row))
    x, row = x[order], row[order]
    # Between an odd and an even crossing of a row it is inside.
    sign = np.where(np.arange(len(x)) % 2 == 0, 1.0, -1.0) / _ROWS
    column = np.floor(x).astype(np.int64)
    share = x - column
    edges = np.zeros((height, width + 2), np.float64)
    np.add.at(edges, (row // _ROWS, column), sign * (1 - share))
    np.add.at(edges, (row // _ROWS, column + 1), sign * share)
    covered: Floats = np.cumsum(edges, axis=1)[:, :width].clip(0, 1).astype(np.float32)
    return covered
