"""Attributes: read colors, eyes, mouth and pose of every face."""

from nijigen.core.operation import operation
from nijigen.core.picture import Picture
from nijigen.core.run import SILENT, Run
from nijigen.faces._find import find
from nijigen.faces._formats import Told, told
from nijigen.faces._settings import (
    CASCADE,
    CONFIDENCE,
    Asked,
    Cascade,
    Confidence,
    Engine,
    Format,
    Given,
    Smallest,
)


@operation(alpha="own", version=4)
def attributes(
    picture: Picture,
    *,
    engine: Engine = "nijigen",
    confidence: Confidence = CONFIDENCE,
    smallest: Smallest = None,
    cascade: Cascade = CASCADE,
    given: Given = None,
    format: Format = "json",
    run: Run = SILENT,
) -> Told:
    """Read colors, eyes, mouth and pose of every drawn face.

    Colors of skin, hair and irises are measured on the picture where the landmarks say that they
    are; names of hair and eye colors come from a network. Also told: how open eyes and mouth are,
    and how the head is turned, in degrees. Boxes and landmarks come with them.

    Args:
        picture: Any size, color or gray; transparent parts count as white.

    Returns:
        The faces, the most certain first; for each frame of an animation.

    Raises:
        InputError: The faces that are given are of another picture, or no faces.
        ModelError: Weights are missing or corrupt, or the engine is not installed.

    Example:
        >>> import numpy as np
        >>> from nijigen import Picture
        >>> from nijigen.faces.attributes import attributes
        >>> attributes(Picture(np.full((64, 64, 3), 255, np.uint8))).faces
        ()
    """
    found = find(picture, Asked(engine, confidence, smallest, cascade, given), "attributes", run)
    return told(found, format, picture.info.history.source)
