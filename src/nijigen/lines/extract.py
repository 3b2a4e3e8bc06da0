"""Extract: take clean line art out of any drawing, painting or animation frame."""

from typing import Annotated, Literal

from nijigen.core.artwork import Artwork
from nijigen.core.operation import Setting, operation
from nijigen.core.picture import Picture
from nijigen.core.run import SILENT, Run
from nijigen.lines._coverage import Coverage
from nijigen.lines._drawing import Style, as_ink, as_layers, as_page


@operation(alpha="drop", version=2)
def extract(
    picture: Picture,
    *,
    detail: Annotated[float, Setting(ge=0, le=1, step=0.05)] = 0.5,
    thickness: Annotated[float, Setting(ge=-4, le=4, step=0.25, unit="px")] = 0.0,
    shadows: bool = False,
    hatching: bool = True,
    blacks: bool = True,
    color: Literal["black", "original"] = "black",
    binary: bool = False,
    result: Literal["page", "ink", "layers"] = "page",
    run: Run = SILENT,
) -> Picture | Artwork:
    """Take clean line art out of a drawing, a painting or a page with tones.

    Contours, lines within them, borders of shadows and hatching are told apart. Lines in dark areas
    and lines that are lighter than what they are drawn on come out like all others.

    Args:
        picture: Any size.
        detail: How small the lines are that are found. 0.5 suits a whole figure; more finds the
            texture of cloth too, less only what matters.
        thickness: By how much lines are made thicker, or thinner if negative.
        shadows: Draw the borders of shadows and highlights too, as colorists do.
        hatching: Keep hatching.
        blacks: Fill what is solid black on a page without color, and thick lettering on any
            picture, instead of outlining it.
        color: Draw lines in black, or in the color that they have in the picture.
        binary: Draw each pixel as line or paper, without gray.
        result: A page, gray on white; ink, lines on a transparent ground; or a layer for each kind
            of line over white paper, with the borders of shadows in blue, as animators mark them.

    Returns:
        Line art of the size of the picture, or its layers: paper, shadow, hatching, interior,
        contour.

    Raises:
        ModelError: The weights are missing or corrupt.

    Source:
        A network of our own, trained on generated characters and on samples of Style2Paints.

    Example:
        >>> import numpy as np
        >>> from nijigen import Picture
        >>> from nijigen.lines.extract import extract
        >>> extract(Picture(np.full((20, 30, 3), 200, np.uint8)))
        <Picture 30×20 gray 8 bit>
    """
    run.result_size(picture.size)
    coverage = Coverage(picture, detail, run.part(0, 0.9), blacks=blacks)
    style = Style(
        thickness=thickness, shadows=shadows, hatching=hatching, color=color, binary=binary
    )
    if result == "layers":
        return as_layers(picture, coverage, style)
    if result == "ink":
        return as_ink(picture, coverage, style)
    return as_page(picture, coverage, style)
