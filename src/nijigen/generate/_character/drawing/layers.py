"""Layers: the character as a layered document with complete parts, ready for rigging."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nijigen.core.artwork import Artwork, Group, Layer
from nijigen.generate._character.drawing.colors import parsed
from nijigen.generate._character.drawing.draw import samples_for
from nijigen.generate._character.drawing.paint import (
    Blush,
    Bytes,
    blend,
    blush_color,
    blush_weight,
    flat_color,
    ink_color,
    soft_shade,
    tones_of,
)
from nijigen.generate._character.drawing.raster import Planes, View
from nijigen.generate._character.drawing.renderings import rendered
from nijigen.generate._character.drawing.runs import Box, Run, runs_of
from nijigen.generate._character.drawing.scene import Scene
from nijigen.generate._character.drawing.stack import Stack
from nijigen.generate._character.drawing.view import framed
from nijigen.generate._character.figure import figure
from nijigen.generate._character.traits.parameters import Rendering, Traits

FULL = np.uint8(255)


def artwork_of(person: Traits, width: int, height: int, rendering: Rendering) -> Artwork:
    """Return a character as groups of layers: flat colors, shadow, highlight and lines of each.

    Hidden areas are drawn: hair continues behind the face, the face under the hair. Line art is on
    white paper, and so is each of its groups. Put together, the layers are exactly the drawing.
    """
    scene = rendered(figure(person)[0], rendering, person.style.shading)
    samples = samples_for(width, height)
    runs, planes = runs_of(scene, framed(person, width, height), samples)
    shading = "none" if rendering == "flat" else person.style.shading
    stack = Stack(height, width, samples)
    writer = _Writer(scene, planes, stack, shading)
    groups: list[Layer | Group] = []
    if rendering == "lines":
        everything = slice(0, height * samples), slice(0, width * samples)
        white = np.full((*planes.part.shape, 4), 255, np.uint8)
        groups.append(stack.layer("paper", everything, white, white[:, :, 3]))
    names: dict[str, int] = {}
    for run in runs:
        layers = writer.layers(run)
        if layers:
            names[run.layer] = names.get(run.layer, 0) + 1
            again = names[run.layer]
            groups.append(Group(run.layer if again == 1 else f"{run.layer} {again}", layers))
    return Artwork((width, height), tuple(groups))


class _Writer:
    def __init__(self, scene: Scene, planes: Planes, stack: Stack, shading: str) -> None:
        self.scene, self.planes, self.stack, self.shading = scene, planes, stack, shading
        self.blush: Blush | None = blush_weight(scene, planes)
        self.soft = soft_shade(scene, planes) if shading == "soft" else None

    def layers(self, run: Run) -> tuple[Layer, ...]:
        """Return the layers of a run, from its flat colors to its lines."""
        scene, whole = self.scene, self.planes
        view = _cut(whole.view, run.box, whole.samples)
        planes = Planes(run.part, run.ink, run.tones, whole.inks, whole.paints, whole.samples, view)
        there = (run.part != 0).view(np.uint8) * FULL
        dark = self._shadow(run, planes)
        lines = planes.lines * FULL
        stripes = (run.ink != 0).view(np.uint8) * FULL & ~lines
        made = (
            self._layer("flat", run, there, lambda: flat_color(scene, planes, 0)),
            self._layer("shadow", run, there & dark, lambda: flat_color(scene, planes, 1)),
            self._layer("highlight", run, there & (planes.light * FULL),
                        lambda: self._light(planes, dark)),
            self._blush(run),
            self._layer("details", run, stripes, lambda: ink_color(planes)),
            self._layer("lines", run, lines, lambda: ink_color(planes)),
        )  # fmt: skip
        return tuple(layer for layer in made if layer is not None)

    def _layer(self, name: str, run: Run, cover: Bytes, image: Callable[[], Bytes]) -> Layer | None:
        return self.stack.layer(name, run.box, image(), cover) if cover.any() else None

    def _light(self, planes: Planes, dark: Bytes) -> Bytes:
        """Return the color of highlights, some of which are in shadow."""
        tones = tones_of(planes)
        if self.soft is None:
            return flat_color(self.scene, planes, tones)
        light = flat_color(self.scene, planes, tones & np.uint8(2))
        blend(light, flat_color(self.scene, planes, tones | np.uint8(1)), dark.astype(np.uint16))
        return light

    def _shadow(self, run: Run, planes: Planes) -> Bytes:
        """Return the shadow of each sample; where it is visible, that of the drawing."""
        if self.soft is None:
            return planes.shade * FULL
        visible = self.planes.part[run.box] == run.part
        both = np.where(visible, self.soft[run.box], soft_shade(self.scene, planes))
        return both.astype(np.uint8)

    def _blush(self, run: Run) -> Layer | None:
        blush = self.blush
        if blush is None or not (run.part == blush.part).any():
            return None
        s = self.planes.samples
        pixels = tuple(slice(a.start // s, a.stop // s) for a in run.box)
        weight = blush.weight[pixels].astype(np.uint8).repeat(s, axis=0).repeat(s, axis=1)
        weight *= run.part == blush.part
        image = np.empty((*weight.shape, 4), np.uint8)
        image[:] = (*parsed(blush_color(self.scene)), 255)
        return self._layer("blush", run, weight, lambda: image)


def _cut(view: View, box: Box, samples: int) -> View:
    """Return the view of a box of samples."""
    top, left = (side.start // samples for side in box)
    rows, columns = ((side.stop - side.start) // samples for side in box)
    x, y = view.left + left / view.scale, view.top + top / view.scale
    return View(x, y, view.scale, columns, rows)
