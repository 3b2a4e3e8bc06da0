"""SVG: the scene as named groups of paths that an editor can change."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import quoteattr

import numpy as np

from nijigen.generate._character.curves import Points, along, pressure, ribbon
from nijigen.generate._character.figure import figure
from nijigen.generate._character.parameters import traits
from nijigen.generate._character.raster import View
from nijigen.generate._character.scene import Cover, Fill, Item, Part, Scene, Stroke
from nijigen.generate._character.view import framed

_INKSCAPE = "http://www.inkscape.org/namespaces/inkscape"


def svg(scene: Scene, view: View) -> str:
    """Return the drawing as the text of an SVG file, with a group for each layer and part."""
    writer = _Writer(scene, view)
    body = writer.groups()
    return "\n".join(
        [
            '<?xml version="1.0" encoding="UTF-8"?>',
            f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:inkscape="{_INKSCAPE}" '
            f'width="{view.width}" height="{view.height}" '
            f'viewBox="0 0 {view.width} {view.height}">',
            "<defs>",
            *writer.defs.values(),
            "</defs>",
            *body,
            "</svg>",
            "",
        ]
    )


def character_svg(
    seed: int = 7,
    *,
    width: int = 512,
    height: int = 512,
    given: Mapping[str, Any] | None = None,
    vary: Mapping[Any, int] | None = None,
) -> str:
    """Return a character as the text of an SVG file.

    Args:
        seed: Rolls what is not given.
        width: Width in pixels.
        height: Height in pixels.
        given: Parameters by name.
        vary: Other seeds for some groups, as ``{"pose": 3}``.

    Raises:
        SettingsError: A parameter is unknown or contradicts another.
    """
    person = traits(seed, given or {}, vary)
    scene, _, _ = figure(person)
    return svg(scene, framed(person.scene.framing, width, height))


class _Writer:
    def __init__(self, scene: Scene, view: View) -> None:
        self.scene, self.view = scene, view
        self.defs: dict[str, str] = {}
        self.paths: dict[int, str] = {}
        self.shapes: dict[int, list[str]] = {}

    def groups(self) -> list[str]:
        lines: list[str] = []
        layer = name = ""
        seen: dict[str, int] = {}
        for item in self.scene.items:
            part = self._part(item)
            if part.layer != layer:
                lines += ["</g>"] * (bool(name) + bool(layer))
                layer, name = part.layer, ""
                lines.append(self._open(layer, seen, layer=True))
            if part.name != name:
                lines += ["</g>"] * bool(name)
                name = part.name
                lines.append(self._open(name, seen, layer=False))
            lines.append(self._element(item, part))
        return lines + ["</g>"] * (bool(name) + bool(layer))

    def _part(self, item: Item) -> Part:
        number = item.within[0] if isinstance(item, Cover) else item.part
        return self.scene.parts[number - 1]

    def _open(self, name: str, seen: dict[str, int], *, layer: bool) -> str:
        seen[name] = seen.get(name, 0) + 1
        id_ = name if seen[name] == 1 else f"{name}-{seen[name]}"
        mode = ' inkscape:groupmode="layer"' if layer else ""
        return f"<g id={quoteattr(id_)} inkscape:label={quoteattr(name)}{mode}>"

    def _element(self, item: Item, part: Part) -> str:
        if isinstance(item, Fill):
            path = curve(self.view.pixels(item.points))
            self.shapes.setdefault(item.part, []).append(path)
            return f'<path d="{path}" fill="{self._paint(part)}"{self._clip(item.within)}/>'
        if isinstance(item, Stroke):
            place = along(item.points)
            widths = np.maximum(item.width * pressure(place, item.start, item.end), 0.15)
            path = curve(self.view.pixels(ribbon(item.points, widths)))
            return (
                f'<path class="line" d="{path}" fill="{item.ink or part.ink}"'
                f"{self._clip(item.within)}/>"
            )
        path = curve(self.view.pixels(item.points))
        color = {"shade": part.shade, "light": part.light, "blush": "#f06060"}[item.tone]
        opacity = ' opacity="0.35"' if item.tone == "blush" else ""
        return (
            f'<path class="{item.tone}" d="{path}" fill="{color}"{opacity}'
            f"{self._clip(item.within)}/>"
        )

    def _paint(self, part: Part) -> str:
        if not part.end:
            return part.color
        top, bottom = self.view.pixels(np.array(((0.0, part.top), (0.0, part.bottom))))[:, 1]
        key = f"grade-{part.color[1:]}-{part.end[1:]}-{round(float(top))}-{round(float(bottom))}"
        self.defs.setdefault(
            key,
            f'<linearGradient id="{key}" gradientUnits="userSpaceOnUse" x1="0" x2="0" '
            f'y1="{top:.2f}" y2="{bottom:.2f}"><stop offset="0" stop-color="{part.color}"/>'
            f'<stop offset="1" stop-color="{part.end}"/></linearGradient>',
        )
        return f"url(#{key})"

    def _clip(self, within: tuple[int, ...]) -> str:
        there = [number for number in within if number in self.shapes]
        if not there:
            return ""
        key = "clip-" + "-".join(map(str, there))
        if key not in self.defs:
            shapes = [f'<path d="{path}"/>' for number in there for path in self.shapes[number]]
            self.defs[key] = f'<clipPath id="{key}">{"".join(shapes)}</clipPath>'
        return f' clip-path="url(#{key})"'


def curve(points: Points) -> str:
    """Return a closed path of cubic curves through the telling points, in pixels."""
    size = points.max(axis=0) - points.min(axis=0)
    knots = _simplified(points, min(0.18, 0.02 * float(size.max()) + 0.01))
    count = len(knots)
    before, after = np.roll(knots, 1, axis=0), np.roll(knots, -1, axis=0)
    first, second = knots - before, after - knots
    product = np.sqrt((first * first).sum(1) * (second * second).sum(1))
    cosine = (first * second).sum(1) / np.maximum(product, 1e-9)
    # What turns by more than 40 degrees is a corner and has no tangent.
    tangent = np.where((cosine > math.cos(math.radians(40)))[:, None], (after - before) / 6, 0.0)
    steps = np.sqrt((second * second).sum(1))
    reach = np.sqrt((tangent * tangent).sum(1))
    parts = [f"M{_number(knots[0, 0])} {_number(knots[0, 1])}"]
    for number in range(count):
        next_ = (number + 1) % count
        a = tangent[number] * min(1.0, steps[number] / 3 / max(reach[number], 1e-9))
        b = tangent[next_] * min(1.0, steps[number] / 3 / max(reach[next_], 1e-9))
        numbers = (*(knots[number] + a), *(knots[next_] - b), *knots[next_])
        parts.append("C" + " ".join(_number(value) for value in numbers))
    return "".join(parts) + "Z"


def _number(value: float) -> str:
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def _simplified(points: Points, tolerance: float) -> Points:
    """Return the points without those that a line between others tells (Douglas, Peucker 1973)."""
    keep = np.zeros(len(points), bool)
    keep[[0, len(points) // 2, -1]] = True
    stack = [(0, len(points) // 2), (len(points) // 2, len(points) - 1)]
    while stack:
        low, high = stack.pop()
        if high - low < 2:
            continue
        way = points[high] - points[low]
        length = max(float(np.sqrt(way @ way)), 1e-9)
        off = points[low + 1 : high] - points[low]
        far = np.abs(off[:, 0] * way[1] - off[:, 1] * way[0]) / length
        worst = int(far.argmax())
        if far[worst] > tolerance or length < 1e-6:
            middle = low + 1 + worst
            keep[middle] = True
            stack += [(low, middle), (middle, high)]
    return points[keep]
