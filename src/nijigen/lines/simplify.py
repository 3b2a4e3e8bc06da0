"""Simplify: make a rough pencil drawing one of clean single lines."""

from typing import Annotated, Literal

from nijigen.core.artwork import Artwork
from nijigen.core.operation import Setting, operation
from nijigen.core.picture import Picture
from nijigen.core.run import SILENT, Run


@operation(alpha="drop", version=1)
def simplify(
    picture: Picture,
    *,
    strength: Annotated[float, Setting(ge=0, le=1, step=0.05)] = 0.5,
    thickness: Annotated[float, Setting(ge=-4, le=4, step=0.25, unit="px")] = 0.0,
    pencils: Literal["all", "graphite"] = "all",
    straighten: bool = False,
    binary: bool = False,
    result: Literal["page", "ink", "layers"] = "page",
    run: Run = SILENT,
) -> Picture | Artwork:
    """Make a rough pencil drawing one of clean single lines.

    Strokes over each other become one line. Paper, smudges, faint construction lines and shadows
    across a photographed page go away.

    Args:
        picture: A scan or photograph of a pencil drawing, of any size; also light pencil on black
            paper.
        strength: How far apart strokes may be to become one line, and how faint a stroke may be to
            be left out. 0 keeps details and doubled lines, 1 only what is drawn large.
        thickness: By how much lines are made thicker, or thinner if negative.
        pencils: Draw all pencils, or leave out colored ones, as used for construction.
        straighten: First cut out the page along its edges, or turn a scan that lies a little askew
            and cut off its dark rim.
        binary: Draw each pixel as line or paper, without gray.
        result: A page, gray on white; ink, lines on a transparent ground; or white paper and a
            layer for the lines of each pencil, in its color: graphite, blue, red and others.

    Returns:
        Line art of the size and resolution (dpi) of the picture.

    Raises:
        ModelError: The weights are missing or corrupt.

    Source:
        A network of our own, trained on drawings that ``lines.rough`` made rough.

    Example:
        >>> import numpy as np
        >>> from nijigen import Picture
        >>> from nijigen.lines.simplify import simplify
        >>> simplify(Picture(np.full((20, 30, 3), 200, np.uint8)))
        <Picture 30×20 gray 8 bit>
    """
    from nijigen.lines._cleaning import Cleaned
    from nijigen.lines._scan import straightened

    if straighten:
        picture = straightened(picture, run.part(0, 0.1))
    run.result_size(picture.size)
    cleaned = Cleaned(picture, strength, thickness, binary, run.part(0.1, 1))
    if result == "layers":
        return cleaned.layers(pencils)
    return cleaned.page(pencils) if result == "page" else cleaned.ink(pencils)
