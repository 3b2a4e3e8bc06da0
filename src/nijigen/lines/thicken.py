"""Thicken: make the lines of a drawing thicker."""

from typing import Annotated

from nijigen.core.operation import Setting, operation
from nijigen.core.picture import Picture
from nijigen.core.run import SILENT, Run


@operation(alpha="own", version=1)
def thicken(
    picture: Picture,
    *,
    by: Annotated[float, Setting(ge=0, le=40, step=0.25, unit="px")] = 1.0,
    run: Run = SILENT,
) -> Picture:
    """Make the lines of a drawing thicker.

    Colored lines keep their color, and lines on a transparent ground stay transparent around.

    Args:
        picture: Line art of any size: dark on light, light on dark, or on a transparent ground.
        by: How much wider lines become, half of it on each side.

    Returns:
        A picture of the same size and kind.

    Example:
        >>> import numpy as np
        >>> from nijigen import Picture
        >>> from nijigen.lines.thicken import thicken
        >>> page = np.full((9, 9), 255, np.uint8)
        >>> page[4] = 0
        >>> thicken(Picture(page), by=2).pixels[:, 4, 0].tolist()
        [255, 255, 255, 0, 0, 0, 255, 255, 255]
    """
    run.result_size(picture.size)
    from nijigen.lines._thickness import with_thickness

    return with_thickness(picture, by, run)
