"""SVG: shapes as the text of a vector file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from nijigen.core.values import rgb
from nijigen.lines._geometry import Floats, lengths
from nijigen.lines._vectors.shapes import Shape, Shapes

_INKSCAPE = "http://www.inkscape.org/namespaces/inkscape"
_STRAIGHT = 0.03
"""Distance in pixels of handles from the chord below which a curve is written as a line."""
_AT_ONCE = 1 << 12
"""Paths that are written at once."""


@dataclass(frozen=True)
class Colors:
    """Colors as ``#rrggbb``; without paper the page is transparent."""

    ink: str
    paper: str | None

    def are_gray(self) -> bool:
        """Return whether all are gray."""
        return all(len(set(rgb(color))) == 1 for color in (self.ink, self.paper) if color)


def svg_of(shapes: Shapes, size: tuple[int, int], colors: Colors) -> str:
    """Return a page as the text of an SVG file.

    Args:
        shapes: What is drawn.
        size: Width and height of the page in pixels.
        colors: Its colors.
    """
    return page_of(body_of(shapes, size, colors), size, slice(0, size[1]))


def page_of(body: str, size: tuple[int, int], rows: slice) -> str:
    """Return the text of an SVG file that shows some rows of a page, given its layers."""
    width, seen = size[0], rows.stop - rows.start
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:inkscape="{_INKSCAPE}" '
        f'width="{width}" height="{seen}" viewBox="0 {rows.start} {width} {seen}">\n'
        f"{body}\n</svg>\n"
    )


def body_of(shapes: Shapes, size: tuple[int, int], colors: Colors) -> str:
    """Return the layers of a page as text."""
    return "\n".join(_body(shapes, size, colors))


def _body(shapes: Shapes, size: tuple[int, int], colors: Colors) -> Iterator[str]:
    if colors.paper is not None:
        yield _layer("paper")
        yield f'<rect width="{size[0]}" height="{size[1]}" fill="{colors.paper}"/>'
        yield "</g>"
    if shapes.areas:
        yield _layer("areas", f' fill="{colors.ink}" fill-rule="evenodd"')
        yield from (f'<path d="{data}"/>' for data in _data(shapes.areas))
        yield "</g>"
    filled = f' fill="{colors.ink}"'
    drawn = f' fill="none" stroke="{colors.ink}" stroke-linecap="round" stroke-linejoin="round"'
    if shapes.lines:
        outlined = shapes.lines[0].width == 0
        yield _layer("lines", filled if outlined else drawn)
        for shape, data in zip(shapes.lines, _data(shapes.lines), strict=True):
            width = f' stroke-width="{shape.width:.2f}"' if shape.width else ""
            yield f'<path{width} d="{data}"/>'
        yield "</g>"
    if len(shapes.dots):
        yield _layer("dots", filled)
        for x, y, across in shapes.dots.tolist():
            yield f'<circle cx="{x:.2f}" cy="{y:.2f}" r="{across / 2:.2f}"/>'
        yield "</g>"


def _layer(name: str, more: str = "") -> str:
    return f'<g id="{name}" inkscape:label="{name}" inkscape:groupmode="layer"{more}>'


def _data(shapes: Sequence[Shape]) -> Iterator[str]:
    """Yield the path data of shapes."""
    for first in range(0, len(shapes), _AT_ONCE):
        yield from _written(shapes[first : first + _AT_ONCE])


def _written(shapes: Sequence[Shape]) -> Iterator[str]:
    """Yield path data relative to the rounded pen position, so that errors do not add up."""
    control = np.concatenate([chain for shape in shapes for chain in shape.chains])
    grid = np.rint(control * 100).astype(np.int64)
    # The pen is at the end of the curve before.
    pen = grid[:, 0]
    moves = (grid[:, 1:] - pen[:, None]).reshape(-1, 6)
    straight = _are_straight(control)
    values, place = np.unique(moves, return_inverse=True)
    place = place.reshape(moves.shape)
    words = np.array([_number(value) for value in values.tolist()], object)
    leading = np.array([word.lstrip(" ") for word in words.tolist()], object)
    cells = np.full((len(control), 7), "", object)
    cells[:, 0] = np.where(straight, "l", "c")
    cells[:, 1:] = words[place]
    cells[straight, 1:5] = ""
    cells[~straight, 1] = leading[place[~straight, 0]]
    cells[straight, 5] = leading[place[straight, 4]]
    text = cells.ravel().tolist()
    begin = pen.tolist()
    at = 0
    for shape in shapes:
        parts = []
        for chain in shape.chains:
            end = at + len(chain)
            pen_down = "".join(map(_number, begin[at])).lstrip(" ")
            parts += ["M", pen_down, *text[7 * at : 7 * end], "z" * shape.closed]
            at = end
        yield "".join(parts)


def _are_straight(control: Floats) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    chord = control[:, 3] - control[:, 0]
    size = np.maximum(lengths(chord), 1e-9)
    off = np.zeros(len(control))
    for n in (1, 2):
        arm = control[:, n] - control[:, 0]
        off = np.maximum(off, np.abs(arm[:, 0] * chord[:, 1] - arm[:, 1] * chord[:, 0]) / size)
    return off < _STRAIGHT


@lru_cache(1 << 16)
def _number(hundredths: int) -> str:
    """Return a number with what separates it from one before."""
    whole, rest = divmod(abs(hundredths), 100)
    digits = f"{whole or ''}.{rest:02d}".rstrip("0").rstrip(".") or "0"
    return ("-" if hundredths < 0 else " ") + digits
