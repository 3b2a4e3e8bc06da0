"""SVG: shapes as the text of a vector file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from nijigen.core.values import rgb
from nijigen.lines._geometry import Floats, lengths
from nijigen.lines._vectors.shapes import Shape, Shapes

_INKSCAPE = "http://www.inkscape.org/namespaces/inkscape"
_STRAIGHT = 0.03
"""Distance in pixels of handles from the chord below which a curve is written as a line."""


@dataclass(frozen=True)
class Colors:
    """Colors as ``#rrggbb``; without paper the page is transparent."""

    ink: str
    paper: str | None

    def are_gray(self) -> bool:
        """Return whether all are gray."""
        return all(len(set(rgb(color))) == 1 for color in (self.ink, self.paper) if color)


def svg_of(shapes: Shapes, size: tuple[int, int], colors: Colors, rows: slice | None = None) -> str:
    """Return a page as the text of an SVG file.

    Args:
        shapes: What is drawn.
        size: Width and height of the page in pixels.
        colors: Its colors.
        rows: The part of the page that is seen; by default all of it.
    """
    width, height = size
    top, seen = (rows.start, rows.stop - rows.start) if rows else (0, height)
    return "\n".join(
        [
            '<?xml version="1.0" encoding="UTF-8"?>',
            f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:inkscape="{_INKSCAPE}" '
            f'width="{width}" height="{seen}" viewBox="0 {top} {width} {seen}">',
            *_body(shapes, size, colors),
            "</svg>",
            "",
        ]
    )


def _body(shapes: Shapes, size: tuple[int, int], colors: Colors) -> Iterator[str]:
    if colors.paper is not None:
        yield _layer("paper")
        yield f'<rect width="{size[0]}" height="{size[1]}" fill="{colors.paper}"/>'
        yield "</g>"
    if shapes.areas:
        yield _layer("areas", f' fill="{colors.ink}" fill-rule="evenodd"')
        yield from (f'<path d="{_data(shape)}"/>' for shape in shapes.areas)
        yield "</g>"
    filled = f' fill="{colors.ink}"'
    drawn = f' fill="none" stroke="{colors.ink}" stroke-linecap="round" stroke-linejoin="round"'
    if shapes.lines:
        outlined = shapes.lines[0].width == 0
        yield _layer("lines", filled if outlined else drawn)
        for shape in shapes.lines:
            width = f' stroke-width="{shape.width:.2f}"' if shape.width else ""
            yield f'<path{width} d="{_data(shape)}"/>'
        yield "</g>"
    if len(shapes.dots):
        yield _layer("dots", filled)
        for x, y, across in shapes.dots.tolist():
            yield f'<circle cx="{x:.2f}" cy="{y:.2f}" r="{across / 2:.2f}"/>'
        yield "</g>"


def _layer(name: str, more: str = "") -> str:
    return f'<g id="{name}" inkscape:label="{name}" inkscape:groupmode="layer"{more}>'


def _data(shape: Shape) -> str:
    return "".join(_chain(chain, shape.closed) for chain in shape.chains)


def _chain(control: Floats, closed: bool) -> str:
    """Return one subpath, relative to the rounded pen position, so that errors do not add up."""
    grid = np.rint(control * 100).astype(np.int64)
    # The pen is at the end of the curve before.
    pen = grid[:, 0]
    text = "M" + _numbers(pen[0].tolist())
    moves = (grid[:, 1:] - pen[:, None]).reshape(-1, 6)
    straight = _are_straight(control)
    for move, line in zip(moves.tolist(), straight.tolist(), strict=True):
        text += "l" + _numbers(move[4:]) if line else "c" + _numbers(move)
    return text + "z" * closed


def _are_straight(control: Floats) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    chord = control[:, 3] - control[:, 0]
    size = np.maximum(lengths(chord), 1e-9)
    off = np.zeros(len(control))
    for n in (1, 2):
        arm = control[:, n] - control[:, 0]
        off = np.maximum(off, np.abs(arm[:, 0] * chord[:, 1] - arm[:, 1] * chord[:, 0]) / size)
    return off < _STRAIGHT


def _numbers(hundredths: list[int]) -> str:
    """Return numbers in the shortest form of SVG: no redundant zeros or spaces."""
    text = "".join(map(_number, hundredths))
    return text[1:] if text.startswith(" ") else text


@lru_cache(1 << 16)
def _number(hundredths: int) -> str:
    """Return a number with what separates it from one before."""
    whole, rest = divmod(abs(hundredths), 100)
    digits = f"{whole or ''}.{rest:02d}".rstrip("0").rstrip(".") or "0"
    return ("-" if hundredths < 0 else " ") + digits
