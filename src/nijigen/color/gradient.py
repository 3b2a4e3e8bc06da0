"""Gradient: soft transitions inside flat colors, from cel to watercolor."""

from nijigen.color._document.dials import Transitions
from nijigen.color._document.layers import Sheet
from nijigen.core.artwork import Artwork
from nijigen.core.operation import operation
from nijigen.core.picture import Picture
from nijigen.core.run import SILENT, Run


@operation(alpha="own", version=3)
def gradient(
    picture: Picture | Artwork,
    *,
    amount: Transitions = 0.5,
    run: Run = SILENT,
) -> Artwork:
    """Add soft transitions to flat colors, from cel to watercolor.

    Flats get darker near dense lines and lighter in open areas, hair lighter from root to tip, and
    skin rosy towards its borders. Colors do not bleed into each other. The layer ``gradient`` is
    added or replaced, clipped to ``flat``; other layers stay.

    Args:
        picture: An artwork with the layers ``flat`` and ``line``, or plain line art.

    Returns:
        Layers.

    Example:
        >>> import numpy as np
        >>> from nijigen import Picture
        >>> from nijigen.color.gradient import gradient
        >>> page = np.full((48, 48), 255, np.uint8)
        >>> page[8:40, (8, 39)] = page[(8, 39), 8:40] = 0
        >>> [layer.name for layer in gradient(Picture(page)).layers]
        ['paper', 'flat', 'gradient', 'line']
    """
    run.result_size(picture.size)
    from nijigen.color._light.transitions import with_gradient

    return with_gradient(Sheet.of(picture, run.part(0, 0.4)), amount).artwork()
