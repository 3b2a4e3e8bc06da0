"""Taper: let the lines of a drawing end in points."""

from typing import Annotated

from nijigen.core.operation import Setting, operation
from nijigen.core.picture import Picture
from nijigen.core.run import SILENT, Run


@operation(alpha="own", version=2)
def taper(
    picture: Picture,
    *,
    length: Annotated[float, Setting(ge=1, le=500, step=1, unit="px")] = 24,
    point: Annotated[float, Setting(ge=0, le=1, step=0.05)] = 0.15,
    run: Run = SILENT,
) -> Picture:
    """Let the lines of a drawing end in points.

    That is how a pen ends that is lifted in movement. Only free ends become points: corners,
    crossings and lines that leave the picture stay as they are. The number of ends is reported.

    Args:
        picture: Line art of any size: dark on light, light on dark, or on a transparent ground.
            Above 3000 pixels lines are followed at a reduced size.
        length: How far before its end a line begins to narrow; a shorter line narrows from its
            middle, or from the line that it comes from.
        point: How much of its width is left at the end.

    Returns:
        A picture of the same size and kind.

    Example:
        >>> import numpy as np
        >>> from nijigen import Picture
        >>> from nijigen.lines.taper import taper
        >>> page = np.full((21, 80), 255, np.uint8)
        >>> page[7:14, 10:70] = 0
        >>> made = taper(Picture(page), length=20).pixels[:, :, 0]
        >>> [int((made[:, x] < 128).sum()) for x in (15, 25, 40)]
        [1, 5, 7]
    """
    run.result_size(picture.size)
    from nijigen.imaging.line_art.ink import line_art
    from nijigen.lines._linework import Linework
    from nijigen.lines._suited import note_areas
    from nijigen.lines._tapering import tapered

    note_areas(picture, run)
    lines = Linework(line_art(picture, run.part(0, 0.5)))
    made, count = tapered(picture, lines, length, point)
    run.note("assumed", f"ends of lines made to points: {count}")
    return made
