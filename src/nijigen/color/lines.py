"""Lines: draw lines in the colors of the flats beside them (iro-trace)."""

from nijigen.color._document.dials import CONTOUR, Contour, LineColors
from nijigen.color._document.layers import Sheet
from nijigen.core.artwork import Artwork
from nijigen.core.operation import operation
from nijigen.core.picture import Picture
from nijigen.core.run import SILENT, Run


@operation(alpha="own", version=3)
def lines(
    picture: Picture | Artwork,
    *,
    strength: LineColors = 0.8,
    contour: Contour = CONTOUR,
    run: Run = SILENT,
) -> Artwork:
    """Draw lines in the colors of the flats beside them (iro-trace).

    Each line gets a darker, more saturated mixture of the colors on its two sides, which changes
    smoothly along the line. Only the color of the layer ``line`` changes, not its alpha, and no
    other layer. Lines without flats keep their color; a picture is split into ``paper`` and
    ``line``.

    Args:
        picture: An artwork with the layers ``flat`` and ``line``, or plain line art.

    Returns:
        Layers.

    Example:
        >>> import numpy as np
        >>> from nijigen import Picture
        >>> from nijigen.color.lines import lines
        >>> page = np.full((48, 48), 255, np.uint8)
        >>> page[8:40, (8, 39)] = page[(8, 39), 8:40] = 0
        >>> [layer.name for layer in lines(Picture(page)).layers]
        ['paper', 'line']
    """
    run.result_size(picture.size)
    from nijigen.color._light.line_colors import with_line_colors

    sheet = Sheet.of(picture, run.part(0, 0.8))
    if isinstance(picture, Picture):
        # A page must keep its paper; an all-black one would become empty.
        sheet = sheet.with_paper()
    return with_line_colors(sheet, strength, contour).artwork()
