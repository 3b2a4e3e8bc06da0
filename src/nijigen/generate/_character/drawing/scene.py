"""The scene: named parts with fills, strokes, shades and lights, in the order of painting."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from nijigen.generate._character.drawing.curves import Points, sides, spline

Tone = Literal["shade", "light", "blush"]


@dataclass(frozen=True)
class Part:
    """An object that is filled with one paint.

    Attributes:
        name: Unique name, such as ``hair_front.3``.
        region: Region, such as ``hair``; parts of one region share a label.
        layer: The artwork layer that it belongs to.
        color: Flat color.
        shade: Color of shadows on it.
        light: Color of highlights on it.
        ink: Color of lines around and on it.
        end: End color of the gradient from ``top`` to ``bottom``.
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
    """An area of a part, clipped to the parts in ``within`` if given."""

    part: int
    points: Points
    within: tuple[int, ...] = ()


@dataclass(frozen=True)
class Stroke:
    """A pen stroke of a part: a line, its width, and where the pressure rises and falls."""

    part: int
    points: Points
    width: float
    start: float = 0.15
    end: float = 0.15
    within: tuple[int, ...] = ()
    ink: str = ""
    paint: bool = False
    """Whether it is a brush stroke of color under all ink, not a line."""


@dataclass(frozen=True)
class Cover:
    """Shade, light or blush on parts that are already painted."""

    tone: Tone
    points: Points
    within: tuple[int, ...]


Item = Fill | Stroke | Cover


@dataclass(frozen=True)
class Landmark:
    """A named point of the drawing; it is visible where one of its parts is."""

    name: str
    x: float
    y: float
    on: tuple[str, ...]


@dataclass
class Scene:
    """All parts of a drawing and their paint operations, in order.

    Coordinates are figure units: the origin is the center of the head, x points right and y down,
    and a head is about 240 high.
    """

    taper: float = 1.0
    weight: float = 1.0
    parts: list[Part] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    landmarks: list[Landmark] = field(default_factory=list)
    boxes: dict[str, tuple[float, float, float, float]] = field(default_factory=dict)

    def part(self, part: Part) -> int:
        """Add a part and return its id, from 1."""
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
        """Draw a line; ``start`` and ``end`` are the shares of its length that taper.

        ``ink`` overrides its color; with ``paint`` it is a brush stroke of that color, not a line.
        """
        if len(points) < 4:
            # Pressure is defined at the points; a line of few points needs more.
            place = np.linspace(0, len(points) - 1, 9)
            axes = [np.interp(place, np.arange(len(points)), axis) for axis in points.T]
            points = np.stack(axes, axis=1)
        taper = 0.35 + 0.65 * self.taper
        self.items.append(
            Stroke(part, points, width * self.weight, start * taper, end * taper, within,
                   paint or ink, bool(paint))
        )  # fmt: skip

    def line(self, part: int, *knots: tuple[float, float], width: float = 1.4) -> None:
        """Draw a curve through points."""
        self.stroke(part, spline(knots), width, start=0.3, end=0.5)

    def outlined(
        self, part: int, points: Points, width: float = 2.5, *, within: tuple[int, ...] = ()
    ) -> None:
        """Fill a closed path and draw its outline."""
        self.fill(part, points, within=within)
        closed = np.concatenate([points, points[:1]])
        self.stroke(part, closed, width, start=0.02, end=0.02, within=within)

    def wire(self, part: int, line: Points, width: float, edge: float = 1.5) -> None:
        """Draw a thin object such as a wire: its area, and lines along both edges."""
        first, second = sides(line, width)
        self.fill(part, np.concatenate([first, second[::-1]]))
        for rim in (first, second):
            self.stroke(part, rim, edge, start=0.01, end=0.01)

    def shade(self, points: Points, *within: int) -> None:
        """Add a shadow on parts."""
        self.items.append(Cover("shade", points, within))

    def shade_rim(self, points: Points, away: tuple[float, float], *within: int) -> None:
        """Shade the rim that the outline, moved by ``away`` towards the light, leaves."""
        lit = points + away
        # Two loops of opposite direction: the parts clip what the second adds.
        self.shade(np.concatenate([points, points[:1], lit[:1], lit[::-1]]), *within)

    def light(self, points: Points, *within: int) -> None:
        """Add a highlight on parts."""
        self.items.append(Cover("light", points, within))

    def blush(self, points: Points, *within: int) -> None:
        """Add a blush on parts."""
        self.items.append(Cover("blush", points, within))

    def mark(self, name: str, point: tuple[float, float] | Points, *on: str) -> None:
        """Add a landmark, visible where one of these regions is."""
        self.landmarks.append(Landmark(name, float(point[0]), float(point[1]), on))

    def ids(self, *regions: str) -> tuple[int, ...]:
        """Return the parts of these regions added so far."""
        return tuple(n + 1 for n, part in enumerate(self.parts) if part.region in regions)
