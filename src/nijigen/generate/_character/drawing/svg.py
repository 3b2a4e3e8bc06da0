"""SVG: the scene as named groups of paths for vector editors."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

import numpy as np
from numpy.typing import NDArray

from nijigen.generate._character.drawing.colors import parsed
from nijigen.generate._character.drawing.curves import Points, along, pressure, ribbon
from nijigen.generate._character.drawing.draw import samples_for
from nijigen.generate._character.drawing.paint import blush_color, blush_strength, toned
from nijigen.generate._character.drawing.raster import View
from nijigen.generate._character.drawing.renderings import PAPER, rendered
from nijigen.generate._character.drawing.scene import Cover, Fill, Item, Part, Scene, Stroke
from nijigen.generate._character.drawing.view import framed
from nijigen.generate._character.figure import figure
from nijigen.generate._character.traits.parameters import Rendering, Traits

_INKSCAPE = "http://www.inkscape.org/namespaces/inkscape"
# Inkscape before 1.3 only resolves xlink:href.
_XLINK = "http://www.w3.org/1999/xlink"
_TONES = {"shade": 1, "light": 2}
_BEND, _TURN = math.cos(math.radians(24)), math.cos(math.radians(40))


def svg_of(person: Traits, width: int, height: int, rendering: Rendering) -> str:
    """Return a character as the text of an SVG file, with a group for each layer and part.

    Line art keeps white areas, which hide the lines behind them, on white paper.
    """
    style = person.style
    scene = rendered(figure(person)[0], rendering, style.shading)
    view = framed(person, width, height)
    writer = _Writer(scene, view, soft=style.shading == "soft")
    body = list(writer.groups())
    paper = f'<rect width="{width}" height="{height}" fill="{PAPER}"/>'
    return "\n".join(
        [
            '<?xml version="1.0" encoding="UTF-8"?>',
            f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:inkscape="{_INKSCAPE}" '
            f'xmlns:xlink="{_XLINK}" '
            f'width="{width}" height="{height}" viewBox="0 0 {width} {height}">',
            # All chosen parameters, for programs that show them with the drawing.
            f'<metadata id="traits">{escape(json.dumps(person.tags()))}</metadata>',
            "<defs>",
            *writer.defs.values(),
            "</defs>",
            *([paper] if rendering == "lines" else []),
            *body,
            "</svg>",
            "",
        ]
    )


@dataclass(frozen=True)
class _Area:
    """An area with the tones and lines that are painted on it before anything hides it."""

    fill: Fill
    lights: list[Cover] = field(default_factory=list)
    shades: list[Cover] = field(default_factory=list)
    blushes: list[Cover] = field(default_factory=list)
    strokes: list[Stroke] = field(default_factory=list)

    def add(self, item: Cover | Stroke) -> None:
        """Add an item on this area if it may be seen there."""
        if not _meet(item.points, self.fill.points):
            return
        if isinstance(item, Stroke):
            self.strokes.append(item)
        else:
            named = {"light": self.lights, "shade": self.shades, "blush": self.blushes}
            named[item.tone].append(item)


def _placed(items: list[Item]) -> list[_Area | Stroke]:
    """Return areas and free lines in an order for painting one over the other.

    Shade, and lines within a part, apply to what is visible of the part at that time; shade is
    under all ink. In vectors this holds if it is painted on each area of the part separately,
    before the items that hide it.
    """
    made: list[_Area | Stroke] = []
    areas: dict[int, list[_Area]] = {}
    for item in items:
        if isinstance(item, Fill):
            area = _Area(item)
            made.append(area)
            # An area within its own part does not enlarge the part.
            if not item.within or set(item.within) != {item.part}:
                areas.setdefault(item.part, []).append(area)
        elif isinstance(item, Stroke) and not item.within:
            made.append(item)
        else:
            for number in item.within:
                for on in areas.get(number, ()):
                    on.add(item)
    return made


def _meet(first: Points, second: Points) -> bool:
    """Return whether the boxes of two shapes overlap."""
    return bool(
        (first.min(axis=0) < second.max(axis=0)).all()
        and (first.max(axis=0) > second.min(axis=0)).all()
    )


class _Writer:
    def __init__(self, scene: Scene, view: View, *, soft: bool) -> None:
        self.scene, self.view, self.soft = scene, view, soft
        self.defs: dict[str, str] = {}
        self.areas: dict[int, dict[str, tuple[int, ...]]] = {}
        """Ids of the paths of each part's areas so far, and the parts that clip them."""
        self.clips: dict[str, tuple[str, ...]] = {}
        """Each clip path, followed by those that clip it."""
        self.lights = 0

    def groups(self) -> Iterator[str]:
        layer = name = ""
        seen: dict[str, int] = {}
        for item in _placed(self.scene.items):
            elements = list(self._elements(item))
            if not elements:
                continue
            number = item.part if isinstance(item, Stroke) else item.fill.part
            part = self.scene.parts[number - 1]
            if part.layer != layer:
                yield from ["</g>"] * (bool(name) + bool(layer))
                layer, name = part.layer, ""
                yield self._open(layer, seen, layer=True)
            if part.name != name:
                yield from ["</g>"] * bool(name)
                name = part.name
                yield self._open(name, seen, layer=False)
            yield from elements
        yield from ["</g>"] * (bool(name) + bool(layer))

    def _open(self, name: str, seen: dict[str, int], *, layer: bool) -> str:
        seen[name] = seen.get(name, 0) + 1
        id_ = name if seen[name] == 1 else f"{name}-{seen[name]}"
        mode = ' inkscape:groupmode="layer"' if layer else ""
        return f"<g id={quoteattr(id_)} inkscape:label={quoteattr(name)}{mode}>"

    def _elements(self, item: _Area | Stroke) -> Iterator[str]:
        """Yield paths; none if the parts that an area is on do not exist."""
        if isinstance(item, Stroke):
            yield self._stroke(item)
            return
        number = item.fill.part
        part = self.scene.parts[number - 1]
        clips = self._clips(item.fill.within)
        if clips is None:
            return
        id_ = self._named(item.fill)
        path = f'd="{self._path(item.fill.points)}" fill="{self._paint(part, 0)}"'
        yield _clipped(f"<path{id_} {path}/>", clips)
        inside = self._within_last(number) if id_ else clips
        for light in item.lights:
            yield _clipped(self._tone(part, light), inside)
        if item.shades:
            yield from self._shades(part, item, inside)
        for blush in item.blushes:
            key = self._blur("blush", 4, blush.points)
            opacity = f' opacity="{blush_strength(part) / 256:.2f}" filter="url(#{key})"'
            d, color = self._path(blush.points), blush_color(self.scene)
            yield _clipped(f'<path class="blush" d="{d}" fill="{color}"{opacity}/>', inside)
        # Brush strokes are under lines.
        for stroke in sorted(item.strokes, key=lambda stroke: not stroke.paint):
            yield _clipped(self._stroke(stroke), inside)

    def _shades(self, part: Part, item: _Area, inside: tuple[str, ...]) -> Iterator[str]:
        """Yield the shade of an area, and again with the color of light where it is on light."""
        over: list[tuple[int, tuple[str, ...]]] = [(1, inside)]
        for light in item.lights:
            if any(_meet(light.points, shade.points) for shade in item.shades):
                key = f"light-{self.lights}"
                self.lights += 1
                d = self._path(light.points)
                self.defs[key] = f'<clipPath id="{key}"><path d="{d}"/></clipPath>'
                over.append((3, (*inside, key)))
        for tone, clips in over:
            paths = "".join(self._tone(part, shade, tone) for shade in item.shades)
            if self.soft:
                mix = (
                    '<feComposite operator="arithmetic" in2="SourceGraphic" k2="0.625" k3="0.375"/>'
                )
                key = self._blur("soft", 5, item.fill.points, mix)
                # Together, since their soft edges must not add up.
                paths = f'<g filter="url(#{key})">{paths}</g>'
            elif len(item.shades) > 1 and clips:
                paths = f"<g>{paths}</g>"
            yield _clipped(paths, clips)

    def _tone(self, part: Part, item: Cover, tone: int = 0) -> str:
        paint = self._paint(part, tone or _TONES[item.tone])
        return f'<path class="{item.tone}" d="{self._path(item.points)}" fill="{paint}"/>'

    def _stroke(self, item: Stroke) -> str:
        place = along(item.points)
        # The rasterizer fills every sample that an edge touches: about one more across a line.
        more = 1.0 / (self.view.scale * samples_for(self.view.width, self.view.height))
        widths = np.maximum(item.width * pressure(place, item.start, item.end), 0.7 * more) + more
        path = self._path(ribbon(item.points, widths))
        kind = "paint" if item.paint else "line"
        ink = item.ink or self.scene.parts[item.part - 1].ink
        return f'<path class="{kind}" d="{path}" fill="{ink}"/>'

    def _named(self, item: Fill) -> str:
        """Return the id of the path of an area, by which it clips others."""
        outer = tuple(number for number in item.within if number != item.part)
        if item.within and not outer:
            return ""
        name = f"area-{item.part}-{len(self.areas.get(item.part, ())) + 1}"
        self.areas.setdefault(item.part, {})[name] = outer
        return f' id="{name}"'

    def _path(self, points: Points) -> str:
        return curve(self.view.pixels(points), 8 * self.view.scale)

    def _blur(self, name: str, radius: float, around: Points, more: str = "") -> str:
        """Define a blur of what is seen ``around`` some points, and return its id.

        Viewers compute a filter for its whole region: shadows reach far beyond what they fall on.
        """
        # The rasterizer blurs with two boxes, whose deviation is 0.82 of their radius.
        deviation = 0.82 * radius * self.view.scale
        spots, beyond = self.view.pixels(around), math.ceil(3 * deviation)
        size = self.view.width, self.view.height
        low = np.maximum(np.floor(spots.min(axis=0)), 0).astype(int) - beyond
        high = np.minimum(np.ceil(spots.max(axis=0)), size).astype(int) + beyond
        wide, tall = np.maximum(high - low, 1).tolist()
        key = f"{name}-{low[0]}-{low[1]}-{wide}-{tall}".replace("--", "-m")
        self.defs[key] = (
            f'<filter id="{key}" filterUnits="userSpaceOnUse" x="{low[0]}" y="{low[1]}" '
            f'width="{wide}" height="{tall}" color-interpolation-filters="sRGB">'
            f'<feGaussianBlur stdDeviation="{deviation:.2f}"/>{more}</filter>'
        )
        return key

    def _paint(self, part: Part, tone: int) -> str:
        color = toned(part, tone)
        if not part.end:
            return color
        top, bottom = self.view.pixels(np.array(((0.0, part.top), (0.0, part.bottom))))[:, 1]
        change = np.array(parsed(part.end)) - parsed(part.color)
        last = "#" + bytes((np.array(parsed(color)) + change).clip(0, 255).tolist()).hex()
        key = f"grade-{color[1:]}-{last[1:]}-{round(float(top))}-{round(float(bottom))}"
        self.defs.setdefault(
            key,
            f'<linearGradient id="{key}" gradientUnits="userSpaceOnUse" x1="0" x2="0" '
            f'y1="{top:.2f}" y2="{bottom:.2f}"><stop offset="0" stop-color="{color}"/>'
            f'<stop offset="1" stop-color="{last}"/></linearGradient>',
        )
        return f"url(#{key})"

    def _clips(self, within: tuple[int, ...]) -> tuple[str, ...] | None:
        """Return the clips that restrict a path to these parts; None if there are no such parts."""
        if not within:
            return ()
        there = [number for number in within if number in self.areas]
        if not there:
            return None
        # An iris is within the white of an eye: their union is the white.
        areas = {
            area: outer
            for number in there
            for area, outer in self.areas[number].items()
            if not outer or not set(outer) <= set(there)
        }
        return self._clip(areas)

    def _within_last(self, number: int) -> tuple[str, ...]:
        """Return the clips that restrict a path to the last area of a part."""
        name, outer = list(self.areas[number].items())[-1]
        return self._clip({name: outer})

    def _clip(self, areas: dict[str, tuple[int, ...]]) -> tuple[str, ...]:
        key = "on-" + "-".join(name.removeprefix("area-") for name in areas)
        if key not in self.clips:
            # Clips of the areas themselves: not every viewer applies them to used elements.
            outer = set(areas.values())
            cut = self._clips(outer.pop()) if len(outer) == 1 else ()
            self.clips[key] = (key, *(cut or ()))
            # References to the areas: moving one in an editor moves the clip as well.
            uses = "".join(f'<use xlink:href="#{area}"/>' for area in areas)
            self.defs[key] = f'<clipPath id="{key}">{uses}</clipPath>'
        return self.clips[key]


def _clipped(element: str, clips: tuple[str, ...]) -> str:
    """Return an element with its clips, each around it, since librsvg ignores nested clip paths."""
    for key in clips:
        if element.startswith("<path") and element.count("<") == 1 and "clip-path" not in element:
            element = f'{element[:-2]} clip-path="url(#{key})"/>'
        else:
            element = f'<g clip-path="url(#{key})">{element}</g>'
    return element


def curve(points: Points, straight: float = 8.0) -> str:
    """Return a closed path of curves and lines through simplified points, in pixels.

    Points farther apart than ``straight`` are connected by a line.
    """
    size = points.max(axis=0) - points.min(axis=0)
    kept = _telling(points, min(0.18, 0.02 * float(size.max()) + 0.01))
    knots = points[kept]
    count = len(knots)
    before, after = np.roll(knots, 1, axis=0), np.roll(knots, -1, axis=0)
    second = after - knots
    # Points that turn by more than 24 degrees from point to point, or by more than 40 from knot to
    # knot, are corners without a tangent.
    smooth = (_cosines(points)[kept] > _BEND) & (_cosines(knots) > _TURN)
    tangent = np.where(smooth[:, None], (after - before) / 6, 0.0)
    steps = np.sqrt((second * second).sum(1))
    reach = np.sqrt((tangent * tangent).sum(1))
    apart = np.diff(kept, append=kept[0] + len(points))
    line = ~(smooth | np.roll(smooth, -1)) | ((apart == 1) & (steps > straight))
    # In hundredths, relative to the rounded pen position, so that errors do not accumulate.
    pen = np.rint(knots[0] * 100).astype(int)
    parts = ["M" + _numbers(pen)]
    for number in range(count):
        next_ = (number + 1) % count
        a = tangent[number] * min(1.0, steps[number] / 3 / max(reach[number], 1e-9))
        b = tangent[next_] * min(1.0, steps[number] / 3 / max(reach[next_], 1e-9))
        way = (knots[number] + a, knots[next_] - b, knots[next_])
        moves = np.rint(np.array(way) * 100).astype(int) - pen
        pen = pen + moves[2]
        if not line[number]:
            parts.append("c" + _numbers(moves.ravel()))
        elif next_:
            parts.append("l" + _numbers(moves[2]))
    return "".join(parts) + "z"


def _numbers(hundredths: Points) -> str:
    """Return numbers in the shortest form of SVG: no redundant zeros or spaces."""
    text = ""
    for value in hundredths.tolist():
        whole, rest = divmod(abs(value), 100)
        digits = f"{whole or ''}.{rest:02d}".rstrip("0").rstrip(".") or "0"
        sign = "-" if value < 0 else " " if text else ""
        text += sign + digits
    return text


def _cosines(points: Points) -> Points:
    """Return the cosine of the turn at each point of a closed path."""
    first, second = points - np.roll(points, 1, axis=0), np.roll(points, -1, axis=0) - points
    product = np.sqrt((first * first).sum(1) * (second * second).sum(1))
    cosines: Points = (first * second).sum(1) / np.maximum(product, 1e-9)
    return cosines


def _telling(points: Points, tolerance: float) -> NDArray[np.intp]:
    """Return which points a simplification keeps (Douglas, Peucker 1973)."""
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
    return np.flatnonzero(keep)
