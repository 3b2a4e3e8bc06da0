"""Vectorize: turn line art into strokes that vector programs can edit."""

from functools import partial
from typing import Annotated, Literal

import numpy as np

from nijigen.core.drawing import Drawing
from nijigen.core.operation import Setting, operation
from nijigen.core.picture import Picture
from nijigen.core.run import SILENT, Run
from nijigen.imaging.line_art.ink import LineArt, line_art


@operation(alpha="own", version=2)
def vectorize(
    picture: Picture,
    *,
    strokes: Literal["outline", "center"] = "outline",
    tolerance: Annotated[float, Setting(ge=0.1, le=5, step=0.05, unit="px")] = 0.75,
    smoothness: Annotated[float, Setting(ge=0, le=1, step=0.05)] = 0.25,
    width_variation: Annotated[float, Setting(ge=0, le=1, step=0.05)] = 1.0,
    min_length: Annotated[float, Setting(ge=0, le=100, step=0.5, unit="px")] = 2.0,
    max_width: Annotated[
        float | None, Setting(ge=4, le=80, step=1, unit="px", advanced=True)
    ] = None,
    run: Run = SILENT,
) -> Drawing:
    """Turn line art into strokes that vector programs can edit.

    Each stroke that was drawn becomes one path, straight through crossings. Positions and widths
    are measured in the gray of its edges, finer than a pixel. Black that is wider than strokes
    becomes filled shapes. Paper and ink may have any colors, light lines on dark paper included;
    all lines get the color of most of them.

    The result can be saved as SVG, as PSD or ORA with the layers paper, areas and lines, or as a
    picture.

    Args:
        picture: Line art: gray or colored, on paper or transparent. Shading and screentone are
            traced like lines; remove them first with ``lines.extract``.
        strokes: ``outline`` fills the shape of each stroke, with all changes of its width;
            ``center`` draws a line of constant width along its middle, and begins another where
            the width has changed: fewer points, easier to edit.
        tolerance: Maximum distance of curves from the drawn line. More gives fewer points.
        smoothness: How much trembling of the hand, and of pixels, is smoothed; corners stay.
        width_variation: How much strokes vary in width: 1 as drawn, 0 not at all.
        min_length: Strokes and dots shorter than this that stand alone are dropped.
        max_width: Width of the widest stroke; what is wider becomes a filled shape. By default it
            follows from the lines of the page.

    Returns:
        A drawing of the size of the picture.

    Source: Guo and Hall, Parallel thinning with two-subiteration algorithms, 1989; Schneider, An
        algorithm for automatically fitting digitized curves, Graphics Gems, 1990.

    Example:
        >>> import numpy as np
        >>> from nijigen import Picture
        >>> from nijigen.lines.vectorize import vectorize
        >>> page = np.full((60, 60), 255, np.uint8)
        >>> page[30:33, 10:50] = 0
        >>> drawing = vectorize(Picture(page), strokes="center")
        >>> drawing.svg().count("<path")
        1
    """
    run.result_size(picture.size)
    from nijigen.lines._suited import note_areas
    from nijigen.lines._vectors.rendering import layers_of, pixels_of
    from nijigen.lines._vectors.shapes import shapes_of
    from nijigen.lines._vectors.svg import Colors, svg_of
    from nijigen.lines._vectors.tracing import traced

    note_areas(picture, run)
    art = line_art(picture, run.part(0, 0.3))
    found = traced(
        art.ink,
        smoothness=smoothness,
        min_length=min_length,
        widest=max_width or 0.0,
        run=run.part(0.3, 0.6),
    )
    shapes = shapes_of(
        found,
        strokes,
        tolerance=tolerance,
        width_variation=width_variation,
        run=run.part(0.6, 0.9),
    )
    if not shapes.anchors:
        run.note("assumed", "no lines were found")
    seen = picture.channels < 4 or bool(picture.pixels[:, :, 3].min() > 0)
    colors = Colors(_usual(art), "#{:02x}{:02x}{:02x}".format(*art.paper) if seen else None)
    pixels = pixels_of(shapes, picture.size, colors, run.part(0.9, 1))
    run.progress(1)
    again = (shapes, picture.size, colors)
    return Drawing(pixels, svg=partial(svg_of, *again), artwork=partial(layers_of, *again))


def _usual(art: LineArt) -> str:
    """Return the color of most lines, ``#rrggbb``."""
    step = max(1, art.ink.size >> 20)
    strong = np.flatnonzero(art.ink.ravel()[::step] >= 200)
    if not len(strong):
        return "#000000"
    color = art.color.reshape(-1, art.color.shape[2])[::step][strong]
    red, green, blue = np.median(color, axis=0).astype(int).tolist()
    return f"#{red:02x}{green:02x}{blue:02x}"
