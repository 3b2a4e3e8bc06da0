"""The rasterizer: fixed-point polygons on planes of ids, inks, shades and lights.

Every coordinate is rounded to 1/16 of a sample before it is drawn, and everything after that is
arithmetic of whole numbers, so that all machines give the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from nijigen.generate._character.curves import Points, along, pressure, ribbon
from nijigen.generate._character.scene import Cover, Fill, Scene, Stroke

Plane = NDArray[np.uint8]
_SHIFT = 4
_BITS = {"shade": np.uint8(1), "light": np.uint8(2), "blush": np.uint8(4)}


def looked_up(table: NDArray[Any], plane: Plane) -> NDArray[Any]:
    """Return the entry of a table of 256 for each sample; thrice as fast as indexing."""
    flat = np.ascontiguousarray(table)
    wide = flat.dtype == np.uint32
    result: NDArray[Any] = cv2.LUT(plane, flat.view(np.int32) if wide else flat)
    return result.view(np.uint32) if wide else result


@dataclass(frozen=True)
class View:
    """What of the figure is seen: ``pixel = (point - left_top) * scale``."""

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
    """What stands at each sample, ``(height * samples, width * samples)`` each.

    Attributes:
        part: Id of the part that shows; 0 is the background.
        ink: 0, or the number of the ink of a line in ``inks``, or of a stripe that is painted.
        tones: Bit 1 in shadow, 2 in light, 4 on blushing cheeks.
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
        """1 where there is a line, not just a stripe of paint."""
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
        """1 on blushing cheeks."""
        return self.tones >> np.uint8(2)


def rasterized(scene: Scene, view: View, samples: int, width: float = 1.0) -> Planes:
    """Paint a scene on planes; ``width`` is a factor on that of the lines."""
    canvas = _Canvas(view, samples)
    inks: dict[tuple[str, bool], int] = {}
    for item in scene.items:
        if isinstance(item, Fill):
            canvas.fill(item)
        elif isinstance(item, Stroke):
            color = item.ink or scene.parts[item.part - 1].ink
            number = inks.setdefault((color, item.paint), len(inks) + 1)
            canvas.stroke(item, number, width)
        else:
            canvas.cover(item)
    colors, paints = tuple(ink[0] for ink in inks), tuple(ink[1] for ink in inks)
    return Planes(canvas.part, canvas.ink, canvas.tones, colors, paints, samples, view)


class _Canvas:
    def __init__(self, view: View, samples: int) -> None:
        self.scale = view.scale * samples
        self.origin = np.array((view.left, view.top))
        self.size = (view.height * samples, view.width * samples)
        self.planes = np.zeros((3, *self.size), np.uint8)
        self.part, self.ink, self.tones = self.planes

    def device(self, points: Points) -> NDArray[np.int32]:
        # Minus a half: sample centers are where OpenCV has whole numbers.
        samples = (points - self.origin) * self.scale - 0.5
        fixed: NDArray[np.int32] = np.rint(samples * (1 << _SHIFT)).astype(np.int32)
        return fixed

    def fill(self, item: Fill) -> None:
        outline = self.device(item.points)
        if item.within:
            clipped = self.clipped(outline, item.within)
            if clipped is None:
                return
            box, mask = clipped
            for plane in self.planes[1:]:
                plane[box][mask] = 0
            self.part[box][mask] = item.part
            return
        cv2.fillPoly(self.part, [outline], item.part, cv2.LINE_8, _SHIFT)
        for plane in self.planes[1:]:
            cv2.fillPoly(plane, [outline], 0, cv2.LINE_8, _SHIFT)

    def stroke(self, item: Stroke, ink: int, width: float) -> None:
        points = item.points
        place = along(points)
        widths = item.width * width * pressure(place, item.start, item.end)
        # Nothing thinner than a sample: a hair must not break up into dots.
        outline = self.device(ribbon(points, np.maximum(widths, 0.7 / self.scale)))
        if not item.within:
            self._ribbon(self.ink, outline, ink)
            return
        clipped = self.clipped(outline, item.within)
        if clipped is not None:
            box, mask = clipped
            if item.paint:
                mask &= self.ink[box] == 0
            self.ink[box][mask] = ink

    def _ribbon(self, plane: Plane, outline: NDArray[np.int32], value: int) -> None:
        # Every other link, then the links between: where a ribbon turns sharply, one outline
        # would cross itself and leave a hole.
        half = len(outline) // 2
        first, second = outline[:half], outline[half:][::-1]
        links = np.empty((half - 1, 4, 2), np.int32)
        links[:, 0], links[:, 1], links[:, 2], links[:, 3] = (
            first[:-1],
            first[1:],
            second[1:],
            second[:-1],
        )
        for some in (links[::2], links[1::2]):
            if len(some):
                cv2.fillPoly(plane, list(some), value, cv2.LINE_8, _SHIFT)

    def cover(self, item: Cover) -> None:
        clipped = self.clipped(self.device(item.points), item.within)
        if clipped is not None:
            box, mask = clipped
            self.tones[box][mask] |= _BITS[item.tone]

    def clipped(
        self, outline: NDArray[np.int32], within: tuple[int, ...]
    ) -> tuple[tuple[slice, slice], NDArray[np.bool_]] | None:
        """Return a box and the samples in it that the outline covers on these parts."""
        low = np.maximum((outline.min(axis=0) >> _SHIFT) - 1, 0)
        high = np.minimum((outline.max(axis=0) >> _SHIFT) + 2, self.size[::-1])
        if (high <= low).any() or not within:
            return None
        box = (slice(low[1], high[1]), slice(low[0], high[0]))
        mask = np.zeros((high[1] - low[1], high[0] - low[0]), np.uint8)
        cv2.fillPoly(mask, [outline - (low << _SHIFT)], 1, cv2.LINE_8, _SHIFT)
        there = np.zeros(256, np.uint8)
        there[list(within)] = 1
        inside: NDArray[np.bool_] = (mask & there[self.part[box]]).view(np.bool_)
        return box, inside
