"""Listing: the regions of a drawing as data."""

from __future__ import annotations

from nijigen.color._regions.regions import Regions
from nijigen.core.colors import written
from nijigen.core.document import Value
from nijigen.core.values import Color


class Region(Value):
    """An area that lines enclose."""

    id: int
    """Its number, as in the labels that ``color.flat`` shows."""
    color: Color | None
    """Its flat color; None where it is left empty."""
    area: int
    """In pixels, including half of the width of the lines around it."""
    box: tuple[int, int, int, int]
    """Left, top, right, bottom in pixels, half open."""
    point: tuple[float, float]
    """A point well inside the region."""
    outside: bool
    """Whether it is the paper around the figure."""
    neighbors: tuple[int, ...]
    """Adjacent regions."""


class LineGap(Value):
    """A place where a line breaks off."""

    points: tuple[tuple[float, float], ...]
    """The stroke that closes it, in pixels."""
    width: float
    """Length of that stroke."""
    closed: bool
    """Whether it separates two regions; else it is only proposed."""


class RegionList(Value):
    """The regions of one drawing."""

    width: int
    """Width of the drawing in pixels."""
    height: int
    paper: Color
    regions: tuple[Region, ...]
    gaps: tuple[LineGap, ...]

    def to_json(self) -> str:
        """Return one line of JSON."""
        return self.model_dump_json()


def listed(regions: Regions, colors: list[str | None], paper: tuple[int, int, int]) -> RegionList:
    """Return the regions of a drawing as data.

    Args:
        regions: Regions of the drawing.
        colors: The flat color of each.
        paper: Color of the paper.
    """
    beside: list[list[int]] = [[] for _ in range(regions.count)]
    for first, second in regions.edges.tolist():
        beside[first].append(second)
        beside[second].append(first)
    areas, boxes, points = regions.areas.tolist(), regions.boxes.tolist(), regions.points.tolist()
    found = tuple(
        Region(
            id=number,
            color=colors[number],
            area=areas[number],
            box=tuple(boxes[number]),
            point=(points[number][0] + 0.5, points[number][1] + 0.5),
            outside=bool(regions.outside[number]),
            neighbors=tuple(sorted(beside[number])),
        )
        for number in range(regions.count)
    )
    gaps = tuple(
        LineGap(
            points=tuple((round(x, 2), round(y, 2)) for x, y in gap.points),
            width=round(gap.length, 2),
            closed=gap.closed,
        )
        for gap in regions.gaps
    )
    height, width = regions.labels.shape
    tint = written(*paper)
    return RegionList(width=width, height=height, paper=tint, regions=found, gaps=gaps)
