"""Classify: tell line art from pictures with colors or tones."""

from typing import Literal

from nijigen.core.artwork import Artwork, Layer
from nijigen.core.document import Value
from nijigen.core.operation import operation
from nijigen.core.picture import Picture


class Drawing(Value):
    """What kind of picture a drawing is, and the shares of it that say so, 0 to 1."""

    kind: Literal["line_art", "colored"]
    paper: float
    """Paper with the lines on it."""
    colored: float
    """Areas in another color than the paper."""
    toned: float
    """Areas darker than the paper: colored, gray or screentone."""


@operation(alpha="own", version=1)
def classify(picture: Picture | Artwork) -> Drawing:
    """Tell line art from pictures with colors or tones.

    Line art is paper with lines and solid blacks: it can be colored or made vectors as it is. Out
    of a colored picture the lines have to be taken first.

    Args:
        picture: Any size; transparent parts are white. Of an artwork with a layer ``line``, as
            coloring makes them, this layer is looked at.

    Returns:
        The kind, and the shares of paper, of colored and of toned areas.

    Example:
        >>> import numpy as np
        >>> from nijigen import Picture
        >>> from nijigen.lines.classify import classify
        >>> page = np.full((64, 64, 3), 255, np.uint8)
        >>> page[:, 30:32] = 0
        >>> classify(Picture(page)).kind
        'line_art'
        >>> page[:, 32:] = (250, 200, 180)
        >>> classify(Picture(page)).kind
        'colored'
    """
    from nijigen.imaging.line_art.filled import filled

    if isinstance(picture, Artwork):
        lines = next((node for node in picture.layers if node.name == "line"), None)
        picture = lines.pixels if isinstance(lines, Layer) else picture.shown()
    found = filled(picture)
    return Drawing(
        kind="line_art" if found.is_line_art else "colored",
        paper=round(found.paper, 3),
        colored=round(found.colored, 3),
        toned=round(found.toned, 3),
    )
