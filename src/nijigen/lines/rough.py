"""Rough: draw clean line art again as a pencil sketch."""

from typing import Annotated, Literal

from nijigen.core.operation import Setting, operation
from nijigen.core.picture import Picture
from nijigen.core.run import SILENT, Run
from nijigen.core.values import Color, rgb

MOST = 3600
"""Longer side in pixels at which strokes are drawn; larger pages are enlarged from it."""

Share = Annotated[float, Setting(ge=0, le=1, step=0.05)]


@operation(alpha="own", version=2)
def rough(
    picture: Picture,
    *,
    strokes: Annotated[float, Setting(ge=1, le=6, step=0.1)] = 2.2,
    jitter: Annotated[float, Setting(ge=0, le=4, step=0.1)] = 0.6,
    overshoot: Annotated[float, Setting(ge=0, le=20, step=0.5)] = 2.5,
    length: Annotated[float, Setting(ge=5, le=200, step=1)] = 35,
    width: Annotated[float, Setting(ge=0.3, le=3, step=0.05, unit="×")] = 0.9,
    pressure: Share = 0.7,
    construction: Share = 0.4,
    pencil: Color = "#3c3c40",
    construction_pencil: Color = "#5a78c8",
    paper: Literal["white", "gray", "cream", "ruled", "squared", "black"] = "white",
    grain: Share = 0.5,
    smudges: Share = 0.3,
    shadow: Share = 0.0,
    seed: Annotated[int, Setting(ge=0, le=2**31 - 1)] = 0,
    run: Run = SILENT,
) -> Picture:
    """Draw clean line art again as a pencil sketch.

    Each line becomes several strokes over each other, drawn in pieces, with pressure that rises and
    falls; areas of ink are shaded. Lengths are multiples of the usual width of the drawing's lines,
    so that a page looks the same at any resolution. This is also how the rough drawings are made
    that ``lines.simplify`` was trained on.

    Args:
        picture: Line art of any size, on paper or transparent. Above 3600 pixels it is drawn at
            that size and enlarged.
        strokes: How often a line is drawn over, on average.
        jitter: How far strokes stray from the line, in line widths.
        overshoot: How far strokes go on beyond their ends, in line widths.
        length: Length of a stroke, in line widths.
        width: Width of strokes, as a multiple of the line's.
        pressure: How dark strokes are.
        construction: How many circles, axes and lines for construction are below.
        pencil: Color of the pencil; on black paper it is inverted.
        construction_pencil: Color of the pencil for construction.
        paper: The paper; ``ruled`` and ``squared`` are pages of a notebook.
        grain: How rough the paper is.
        smudges: How much graphite a hand has wiped over the page.
        shadow: How deep the shadow on the page is, as in a photograph.
        seed: Another number draws it again.

    Returns:
        RGB, of the same size.

    Example:
        >>> import numpy as np
        >>> from nijigen import Picture
        >>> from nijigen.lines.rough import rough
        >>> page = np.full((48, 64), 255, np.uint8)
        >>> page[8:40, (8, 55)] = page[(8, 39), 8:56] = 0
        >>> rough(Picture(page))
        <Picture 64×48 RGB 8 bit>
    """
    run.result_size(picture.size)
    import numpy as np

    from nijigen.imaging.line_art.ink import line_art
    from nijigen.imaging.resize import resize
    from nijigen.lines._pencil.drawing import drawn, traced
    from nijigen.lines._pencil.page import Sheet, on_paper
    from nijigen.lines._pencil.strokes import Hand

    scale = min(1.0, MOST / max(picture.size))
    small = picture
    if scale < 1:
        width_there, height_there = (max(1, round(side * scale)) for side in picture.size)
        small = resize(picture, (width_there, height_there), "box")
        run.note("assumed", f"drawn at {width_there} × {height_there} pixels and enlarged")
    art = traced(line_art(small, run.part(0, 0.3)).ink)
    hand = Hand(
        strokes=strokes,
        jitter=jitter * art.usual,
        overshoot=overshoot * art.usual,
        length=length * art.usual,
        width=width,
        pressure=pressure,
    )
    rng = np.random.default_rng(seed)
    graphite = drawn(art, hand, construction, rng)
    run.progress(0.7)
    sheet = Sheet(paper, grain, smudges, shadow, cell=max(small.size) / 28 + 2)
    layers = [(graphite.construction, rgb(construction_pencil)), (graphite.lines, rgb(pencil))]
    page = picture.with_pixels(on_paper(layers, sheet, rng))
    return page if scale == 1 else resize(page, picture.size, "bicubic")
