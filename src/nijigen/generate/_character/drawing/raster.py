"""The rasterizer: fixed-point polygons on planes of ids, inks, shades and lights.

Coordinates are rounded to 1/16 of a sample before drawing; everything after that is integer
arithmetic, so that all machines give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from nijigen.generate._character.drawing.curves import Points, along, pressure, sides
from nijigen.generate._character.drawing.scene import Cover, Fill, Item, Scene, Stroke

Plane = NDArray[np.uint8]
Fixed = NDArray[np.int32]
_SHIFT = 4
BITS = {"shade": np.uint8(1), "light": np.uint8(2), "blush": np.uint8(4)}


def looked_up(table: NDArray[Any], plane: Plane) -> NDArray[Any]:
    """Look up each sample in a table of 256 entries; three times as fast as indexing."""
    flat = np.ascontiguousarray(table)
    wide = flat.dtype == np.uint32
    result: NDArray[Any] = cv2.LUT(plane, flat.view(np.int32) if wide else flat)
    return result.view(np.uint32) if wide else result


@dataclass(frozen=True)
class View:
    """The visible part of the figure: ``pixel = (point - left_top) * scale``."""

    left: float
    top: float
    scale: float
    width: int
    height: int

    def pixels(self, points: Points) -> Points:
        """Return figure units as pixels of the result."""
        return (points - (self.left, self.top)) * self.scale


@dataclass(frozen=True)
class Planes:
    """The content of each sample, ``(height * samples, width * samples)`` each.

    Attributes:
        part: Id of the visible part; 0 is the background.
        ink: 0, or the index in ``inks`` of the ink of a line or brush stroke.
        tones: Bit 1 in shadow, 2 in light, 4 on blush.
    """

    part: Plane
    ink: Plane
    tones: Plane
    inks: tuple[str, ...]
    paints: tuple[bool, ...]
    samples: int
    view: View

    @property
    def lines(self) -> Plane:
        """1 where there is a line, not a brush stroke."""
        table = np.zeros(256, np.uint8)
        table[1 : len(self.inks) + 1] = [not paint for paint in self.paints]
        return looked_up(table, self.ink)

    @property
    def shade(self) -> Plane:
        """1 in shadow."""
        return self.tones & np.uint8(1)

    @property
    def light(self) -> Plane:
        """1 in light."""
        return (self.tones >> np.uint8(1)) & np.uint8(1)

    @property
    def blush(self) -> Plane:
        """1 on blush."""
        return self.tones >> np.uint8(2)


def rasterized(scene: Scene, view: View, samples: int, width: float = 1.0) -> Planes:
    """Paint a scene on planes; ``width`` is a factor on the line width."""
    canvas = Canvas(scene, view, samples, width)
    for item in scene.items:
        canvas.paint(item)
    return canvas.planes()


class Canvas:
    """The planes while a scene is painted, item by item in its order."""

    def __init__(self, scene: Scene, view: View, samples: int, width: float = 1.0) -> None:
        self.scene, self.view, self.samples = scene, view, samples
        self.scale = view.scale * samples
        self.origin = np.array((view.left, view.top))
        self.size = (view.height * samples, view.width * samples)
        self.part, self.ink, self.tones = np.zeros((3, *self.size), np.uint8)
        strokes = [item for item in scene.items if isinstance(item, Stroke)]
        self._ribbons = self.ribbons(strokes, width)
        self._inks: dict[tuple[str, bool], int] = {}

    def paint(self, item: Item) -> None:
        """Paint the next item."""
        if isinstance(item, Fill):
            self.fill(item)
        elif isinstance(item, Stroke):
            color = item.ink or self.scene.parts[item.part - 1].ink
            number = self._inks.setdefault((color, item.paint), len(self._inks) + 1)
            self.stroke(item, next(self._ribbons), number)
        else:
            self.cover(item)

    def planes(self) -> Planes:
        """Return what was painted so far."""
        inks, paints = tuple(ink for ink, _ in self._inks), tuple(paint for _, paint in self._inks)
        return Planes(self.part, self.ink, self.tones, inks, paints, self.samples, self.view)

    def device(self, points: Points) -> Fixed:
        # Minus a half: OpenCV has sample centers at integers.
        samples = (points - self.origin) * self.scale - 0.5
        fixed: Fixed = np.rint(samples * (1 << _SHIFT)).astype(np.int32)
        return fixed

    def ribbons(self, strokes: list[Stroke], width: float) -> Iterator[Fixed]:
        """Yield the links of each stroke, ``(n, 4, 2)``, computed for all strokes at once.

        A figure has 160 strokes of 24 points: one by one, numpy would take three times as long.
        """
        if not strokes:
            return
        counts = np.array([len(item.points) for item in strokes])
        points = np.concatenate([item.points for item in strokes])
        given = np.array([(item.width * width, item.start, item.end) for item in strokes])
        full, start, end = np.repeat(given, counts, axis=0).T
        widths = full * pressure(along(points, counts), start, end)
        # At least one sample wide: thin lines must not break up into dots.
        edges = sides(points, np.maximum(widths, 0.7 / self.scale), counts)
        first, second = (self.device(edge) for edge in edges)
        links = np.empty((len(points), 4, 2), np.int32)
        links[:, 0], links[:, 3] = first, second
        links[:-1, 1], links[:-1, 2] = first[1:], second[1:]
        for last, count in zip(np.cumsum(counts).tolist(), counts.tolist(), strict=True):
            yield links[last - count : last - 1]

    def fill(self, item: Fill) -> None:
        outline = self.device(item.points)
        if not item.within:
            cv2.fillPoly(self.part, [outline], item.part, cv2.LINE_8, _SHIFT)
            for plane in (self.ink, self.tones):
                cv2.fillPoly(plane, [outline], 0, cv2.LINE_8, _SHIFT)
            return
        clipped = self.clipped(outline, item.within)
        if clipped is not None:
            box, mask = clipped
            _put(self.part[box], mask, item.part)
            for plane in (self.ink, self.tones):
                _put(plane[box], mask, 0)

    def stroke(self, item: Stroke, links: Fixed, ink: int) -> None:
        if not item.within:
            # Every other link, then the links between them: where a ribbon turns sharply, a single
            # outline would cross itself and leave a hole.
            for some in (links[::2], links[1::2]):
                if len(some):
                    cv2.fillPoly(self.ink, list(some), ink, cv2.LINE_8, _SHIFT)
            return
        edges = links[:, 0], links[-1:, 1], links[-1:, 2], links[::-1, 3]
        clipped = self.clipped(np.concatenate(edges), item.within)
        if clipped is not None:
            box, mask = clipped
            plane = self.ink[box]
            if item.paint:
                mask[plane != 0] = 0
            _put(plane, mask, ink)

    def cover(self, item: Cover) -> None:
        clipped = self.clipped(self.device(item.points), item.within)
        if clipped is not None:
            box, mask = clipped
            self.tones[box] |= mask & BITS[item.tone]

    def clipped(
        self, outline: Fixed, within: tuple[int, ...]
    ) -> tuple[tuple[slice, slice], Plane] | None:
        """Return a box, and a mask of the samples in it that the outline covers on these parts."""
        left, top, wide, high = cv2.boundingRect(outline >> _SHIFT)
        low = max(left - 1, 0), max(top - 1, 0)
        end = min(left + wide + 1, self.size[1]), min(top + high + 1, self.size[0])
        if end[0] <= low[0] or end[1] <= low[1] or not within:
            return None
        box = (slice(low[1], end[1]), slice(low[0], end[0]))
        mask = np.zeros((end[1] - low[1], end[0] - low[0]), np.uint8)
        moved = outline - np.array(low, np.int32) * (1 << _SHIFT)
        cv2.fillPoly(mask, [moved], 255, cv2.LINE_8, _SHIFT)
        mask &= self._where(box, within)
        return box, mask

    def _where(self, box: tuple[slice, slice], parts: tuple[int, ...]) -> Plane:
        """Return 255 where one of these parts is."""
        if len(parts) == 1:
            # Half the time of a table.
            return np.asarray(cv2.compare(self.part[box], float(parts[0]), cv2.CMP_EQ), np.uint8)
        there = np.zeros(256, np.uint8)
        there[list(parts)] = 255
        return np.asarray(cv2.LUT(self.part[box], there), np.uint8)


def _put(plane: Plane, mask: Plane, value: int) -> None:
    """Write a value where the mask is 255; three times as fast as boolean indexing."""
    plane &= ~mask
    plane |= mask & np.uint8(value)
