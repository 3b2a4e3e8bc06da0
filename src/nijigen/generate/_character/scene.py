"""The scene: named parts with fills, strokes, shades and lights, in the order of painting."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from nijigen.generate._character.curves import Points, sides, spline

Tone = Literal["shade", "light", "blush"]


@dataclass(frozen=True)
class Part:
    """One thing that is filled with one paint.

    Attributes:
        name: Its own name, as in ``hair_front.3``.
        region: What it is, as in ``hair``; parts of one region share a label.
        layer: The layer of an artwork it belongs to.
        color: Of the flat.
        shade: Of the shadow on it.
        light: Of the highlight on it.
        ink: Of the lines around and on it.
        end: Color that the flat turns into from ``top`` to ``bottom``.
        top: Height in figure units where the gradient starts.
        bottom: Height where it ends.
    """

    name: str
    region: str
    layer: str
    color: str
    shade: str
    light: str
    ink: str
    end: str = ""
    top: float = 0.0
    bottom: float = 1.0


@dataclass(frozen=True)
class Fill:
    """A part's area; where ``within`` is given, only on those parts."""

    part: int
    points: Points
    within: tuple[int, ...] = ()


@dataclass(frozen=True)
class Stroke:
    """A pen stroke of a part: a line, its width, and where the pressure swells and dwindles."""

    part: int
    points: Points
    width: float
    start: float = 0.15
    end: float = 0.15
    within: tuple[int, ...] = ()
    ink: str = ""
    paint: bool = False
    """Color laid on with the brush, under all ink: it is seen in the picture, but is no line."""


@dataclass(frozen=True)
class Cover:
    """A shade, light or blush on parts that are painted already."""

    tone: Tone
    points: Points
    within: tuple[int, ...]


Item = Fill | Stroke | Cover


@dataclass(frozen=True)
class Landmark:
    """A named point of the drawing, and the parts of which one must show there."""

    name: str
    x: float
    y: float
    on: tuple[str, ...]


@dataclass
class Scene:
    """All parts of a drawing and what is painted of them, first to last.

    Coordinates are figure units: the head's middle is the origin, x to the right and y down, and
    a head is about 240 high.
    """

    taper: float = 1.0
    weight: float = 1.0
    parts: list[Part] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    landmarks: list[Landmark] = field(default_factory=list)
    boxes: dict[str, tuple[float, float, float, float]] = field(default_factory=dict)

    def part(self, part: Part) -> int:
        """Add a part; the number returned is its id, from 1."""
        self.parts.append(part)
        return len(self.parts)

    def fill(self, part: int, points: Points, *, within: tuple[int, ...] = ()) -> None:
        """Fill a closed path with a part's paint."""
        self.items.append(Fill(part, points, within))

    def stroke(
        self,
        part: int,
        points: Points,
        width: float = 2.2,
        *,
        start: float = 0.12,
        end: float = 0.12,
        within: tuple[int, ...] = (),
        ink: str = "",
        paint: str = "",
    ) -> None:
        """Draw a line; ``start`` and ``end`` are the parts of its length that taper.

        ``ink`` is another color for it; with ``paint`` it is a stripe of that color and no line.
        """
        if len(points) < 4:
            # Pressure is known at the points: between few it could not swell.
            place = np.linspace(0, len(points) - 1, 9)
            axes = [np.interp(place, np.arange(len(points)), axis) for axis in points.T]
            points = np.stack(axes, axis=1)
        taper = 0.35 + 0.65 * self.taper
        self.items.append(
            Stroke(part, points, width * self.weight, start * taper, end * taper, within,
                   paint or ink, bool(paint))
        )  # fmt: skip

    def line(self, part: int, *knots: tuple[float, float], width: float = 1.6) -> None:
        """Draw a curve through points."""
        self.stroke(part, spline(knots), width, start=0.3, end=0.5)

    def outlined(
        self, part: int, points: Points, width: float = 2.2, *, within: tuple[int, ...] = ()
    ) -> None:
        """Fill a closed path and draw its outline."""
        self.fill(part, points, within=within)
        closed = np.concatenate([points, points[:1]])
        self.stroke(part, closed, width, start=0.02, end=0.02, within=within)

    def wire(self, part: int, line: Points, width: float, edge: float = 1.5) -> None:
        """Draw a thing as thin as a wire: its area, and a line along both of its edges."""
        first, second = sides(line, width)
        self.fill(part, np.concatenate([first, second[::-1]]))
        for rim in (first, second):
            self.stroke(part, rim, edge, start=0.01, end=0.01)

    def shade(self, points: Points, *within: int) -> None:
        """Lay a shadow on parts."""
        self.items.append(Cover("shade", points, within))

    def light(self, points: Points, *within: int) -> None:
        """Lay a light on parts."""
        self.items.append(Cover("light", points, within))

    def blush(self, points: Points, *within: int) -> None:
        """Lay a blush on parts."""
        self.items.append(Cover("blush", points, within))

    def mark(self, name: str, point: tuple[float, float] | Points, *on: str) -> None:
        """Name a point of the drawing, seen where one of these regions shows."""
        self.landmarks.append(Landmark(name, float(point[0]), float(point[1]), on))

    def ids(self, *regions: str) -> tuple[int, ...]:
        """Return the parts of these regions that are there so far."""
        return tuple(n + 1 for n, part in enumerate(self.parts) if part.region in regions)
