"""Runs: what each layer of a scene paints, hidden or not, in the order of painting."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from nijigen.generate._character.drawing.raster import BITS, Canvas, Plane, Planes, View
from nijigen.generate._character.drawing.scene import Cover, Fill, Item, Scene

Box = tuple[slice, slice]


@dataclass
class Run:
    """The samples that consecutive items of one layer painted, within ``box``.

    Attributes:
        layer: Name of the layer.
        box: Rows and columns of the samples; whole pixels.
        part: Part of each sample; 0 where the run painted none.
        ink: Ink of each sample; 0 where the run drew no line.
        tones: Tones of the parts, also those that later runs add, such as the shadow of bangs.
    """

    layer: str
    box: Box
    part: Plane
    ink: Plane
    tones: Plane

    def toned(self, box: Box, mask: Plane, part: int, bit: np.uint8) -> None:
        """Add a tone of a later item where it is on a part of this run."""
        rows, columns = (
            slice(max(a.start, b.start), min(a.stop, b.stop))
            for a, b in zip(box, self.box, strict=True)
        )
        if rows.start >= rows.stop or columns.start >= columns.stop:
            return
        own = tuple(
            slice(s.start - b.start, s.stop - b.start)
            for s, b in zip((rows, columns), self.box, strict=True)
        )
        its = tuple(
            slice(s.start - b.start, s.stop - b.start)
            for s, b in zip((rows, columns), box, strict=True)
        )
        self.tones[own] |= (mask[its] & bit) * (self.part[own] == part)


def runs_of(scene: Scene, view: View, samples: int) -> tuple[list[Run], Planes]:
    """Return the runs of a scene in painting order, and the planes of the whole drawing."""
    canvas = Canvas(scene, view, samples)
    runs: list[Run] = []
    of_part: dict[int, list[Run]] = {}
    for layer, items in _grouped(scene):
        before = [plane.copy() for plane in (canvas.part, canvas.ink, canvas.tones)]
        for item in items:
            if isinstance(item, Cover):
                _cover(canvas, item, of_part)
            canvas.paint(item)
        run = _run(canvas, layer, before)
        if run is None:
            continue
        runs.append(run)
        for number in {item.part for item in items if isinstance(item, Fill)}:
            of_part.setdefault(number, []).append(run)
    return runs, canvas.planes()


def _grouped(scene: Scene) -> Iterator[tuple[str, list[Item]]]:
    """Yield items of one layer that follow one another; shade belongs to those around it."""
    layer, items = "", list[Item]()
    for item in scene.items:
        own = layer if isinstance(item, Cover) else scene.parts[item.part - 1].layer
        if own != layer and layer and items:
            yield layer, items
            items = []
        layer = own
        items.append(item)
    if items:
        yield layer, items


def _cover(canvas: Canvas, item: Cover, of_part: dict[int, list[Run]]) -> None:
    for number in item.within:
        if number not in of_part:
            continue
        found = canvas.clipped(canvas.device(item.points), (number,))
        if found is not None:
            for run in of_part[number]:
                run.toned(*found, number, BITS[item.tone])


def _run(canvas: Canvas, layer: str, before: list[Plane]) -> Run | None:
    part, ink, tones = before
    filled = canvas.part != part
    filled |= (ink != 0) & (canvas.ink == 0)
    filled |= (tones & ~canvas.tones) != 0
    inked = (canvas.ink != 0) & ((canvas.ink != ink) | filled)
    seen = filled | inked
    rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
    if not len(rows):
        return None
    s = canvas.samples
    box = (
        slice(int(rows[0]) // s * s, -(-(int(rows[-1]) + 1) // s) * s),
        slice(int(columns[0]) // s * s, -(-(int(columns[-1]) + 1) // s) * s),
    )
    there, lines = filled[box].view(np.uint8), inked[box].view(np.uint8)
    return Run(
        layer, box, canvas.part[box] * there, canvas.ink[box] * lines, canvas.tones[box] * there
    )
