"""Hints: which color goes where, as JSON that can be saved, loaded and shared."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, ClassVar, Literal, NamedTuple, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from nijigen.color._parts.names import PartColor
from nijigen.core.colors import is_see_through, written
from nijigen.core.document import Document, Value
from nijigen.core.values import Color

MOST = 5000
"""Maximum number of hints of one kind; a page of a thousand regions needs no more."""
_FIGURE_MARKS = ((1, 233, 0), (0, 233, 1))
"""Colors by which Style2Paints marks figure and background; they are not paint."""


class Place(NamedTuple):
    """A point in pixels; the middle of the first pixel is 0.5, 0.5."""

    x: float
    y: float


def _sound(place: Place) -> Place:
    if max(abs(place.x), abs(place.y)) > 1e6:
        raise ValueError("it is out of bounds")
    return place


Spot = Annotated[Place, AfterValidator(_sound)]
Number = Annotated[float, Field(ge=-1e6, le=1e6)]
Line = Annotated[tuple[Spot, ...], Field(min_length=1, max_length=20_000)]
Side = Annotated[int, Field(ge=1, le=1_000_000)]


def _opaque(color: Any) -> Any:
    if isinstance(color, str) and is_see_through(color):
        raise ValueError("a hint has no opacity; null leaves its place without a color")
    return color


Paint = Annotated[Color, BeforeValidator(_opaque)]


class PointHint(Value):
    """The region at a point has this color; None leaves it empty."""

    x: Number
    y: Number
    color: Paint | None
    part: str | None = None
    """Which part of a figure it is, as ``color.propose`` says; for information."""
    confidence: Annotated[float, Field(ge=0, le=1)] | None = None
    """How sure the part is, 0 to 1."""


class StrokeHint(Value):
    """The regions that a stroke covers, not merely grazes, have this color."""

    points: Line
    width: Annotated[float, Field(gt=0, le=10_000)] = 1.0
    color: Paint | None


class AreaHint(Value):
    """The regions mostly inside a closed outline have this color."""

    points: Line
    color: Paint | None


class Anchor(Value):
    """Regions without a hint tend to this color: near a point, or everywhere."""

    color: Paint
    x: Number | None = None
    y: Number | None = None
    reach: Annotated[float | None, Field(gt=0, le=1e6)] = None
    """Pixels; None reaches everywhere."""


class Cut(Value):
    """A stroke that splits the region under it."""

    points: Line


V = TypeVar("V", PointHint, StrokeHint, AreaHint, Anchor, Cut)
Many = Field(default=(), max_length=MOST)


class ColorHints(Document):
    """What a person specifies about the colors of one drawing.

    Where hints overlap, later ones win; points override strokes, and strokes override areas. A list
    ``[[x, y, r, g, b], …]`` is read as in Style2Paints: if no coordinate is above 1, x and y are
    fractions of the width and height, y from the bottom; else they are pixels from the top left.
    """

    nouns: ClassVar[str] = "hints"
    example: ClassVar[str] = (
        'give {"points": [{"x": 10, "y": 20, "color": "#ffcc00"}]}, or [[x, y, r, g, b], …]'
    )
    version: Literal[1] = 1
    size: tuple[Side, Side] | None = None
    """Width and height of the picture that the coordinates refer to; scaled to other sizes."""
    points: tuple[PointHint, ...] = Many
    strokes: tuple[StrokeHint, ...] = Many
    areas: tuple[AreaHint, ...] = Many
    anchors: tuple[Anchor, ...] = Many
    parts: tuple[PartColor, ...] = Many
    """The colors of parts: the palette of a proposal."""
    merge: tuple[Line, ...] = Many
    """Points whose regions become one."""
    split: tuple[Cut, ...] = Many
    close: tuple[Line, ...] = Many
    """Lines that close gaps."""
    open: tuple[Spot, ...] = Many
    """The closed gap nearest to each point is opened."""

    @property
    def colored(self) -> bool:
        """Whether any of them has a color."""
        return bool(self.points or self.strokes or self.areas or self.anchors)

    def to_json(self) -> str:
        """Return one line of JSON without default values, which :meth:`from_json` reads."""
        return self.model_dump_json(exclude_defaults=True)

    @model_validator(mode="before")
    @classmethod
    def _of_list(cls, data: Any) -> Any:
        return _of_style2paints(data) if isinstance(data, list) else data

    def fitted(self, width: int, height: int) -> ColorHints:
        """Return the hints in pixels of a picture of this size."""
        if self.size is None or self.size == (width, height):
            return self
        across, down = width / self.size[0], height / self.size[1]
        mean = math.sqrt(across * down)

        def moved(places: Sequence[Place]) -> tuple[Place, ...]:
            return tuple(Place(x * across, y * down) for x, y in places)

        def all_moved(hints: Sequence[V]) -> tuple[V, ...]:
            return tuple(h.model_copy(update=dict(_changes(h))) for h in hints)

        def _changes(hint: V) -> Iterator[tuple[str, Any]]:
            for name, value in hint:
                if value is None:
                    continue
                if name == "points":
                    yield name, moved(value)
                elif name in ("x", "y"):
                    yield name, value * (across if name == "x" else down)
                elif name in ("width", "reach"):
                    yield name, value * mean

        return ColorHints(
            size=(width, height),
            points=all_moved(self.points),
            strokes=all_moved(self.strokes),
            areas=all_moved(self.areas),
            anchors=all_moved(self.anchors),
            parts=self.parts,
            merge=tuple(map(moved, self.merge)),
            split=all_moved(self.split),
            close=tuple(map(moved, self.close)),
            open=moved(self.open),
        )


def _of_style2paints(rows: list[Any]) -> dict[str, Any]:
    """Read points of Style2Paints V3 (with a kind behind the color) and later.

    Source: the server of Style2Paints V4, which turns y around and multiplies by the sides.
    """
    for number, row in enumerate(rows, 1):
        numbers = isinstance(row, list) and all(isinstance(n, int | float) for n in row)
        if not numbers or len(row) not in (5, 6) or not all(abs(n) <= 1e6 for n in row):
            raise ValueError(f"row {number} is not x, y, red, green, blue")
        if not all(0 <= n <= 255 for n in row[2:5]):
            raise ValueError(f"row {number}: colors must be from 0 to 255")
    shares = all(0 <= n <= 1 for row in rows for n in row[:2])
    unit = 1_000_000
    points = [
        {
            "x": row[0] * unit if shares else row[0],
            "y": (1 - row[1]) * unit if shares else row[1],
            "color": written(*row[2:5]),
        }
        for row in rows
        if not (shares and tuple(row[2:5]) in _FIGURE_MARKS)
    ]
    return {"points": points, "size": (unit, unit) if shares else None}
