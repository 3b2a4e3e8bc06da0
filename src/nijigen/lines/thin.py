"""Thin: make the lines of a drawing thinner."""

from typing import Annotated

from nijigen.core.operation import Setting, operation
from nijigen.core.picture import Picture
from nijigen.core.run import SILENT, Run


@operation(alpha="own", version=1)
def thin(
    picture: Picture,
    *,
    by: Annotated[float, Setting(ge=0, le=40, step=0.25, unit="px")] = 1.0,
    run: Run = SILENT,
) -> Picture:
    """Make the lines of a drawing thinner.

    No line vanishes: one that is thinner than what is taken off keeps its middle.

    Args:
        picture: Line art of any size: dark on light, light on dark, or on a transparent ground.
        by: How much narrower lines become, half of it on each side.

    Returns:
        A picture of the same size and kind.

    Example:
        >>> import numpy as np
        >>> from nijigen import Picture
        >>> from nijigen.lines.thin import thin
        >>> page = np.full((9, 9), 255, np.uint8)
        >>> page[3:6] = 0
        >>> thin(Picture(page), by=2).pixels[:, 4, 0].tolist()
        [255, 255, 255, 255, 0, 255, 255, 255, 255]
    """
    run.result_size(picture.size)
    from nijigen.lines._thickness import with_thickness

    return with_thickness(picture, -by, run)
