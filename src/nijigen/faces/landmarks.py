"""Landmarks: find 64 points on every face."""

from nijigen.core.operation import operation
from nijigen.core.picture import Picture
from nijigen.core.run import SILENT, Run
from nijigen.faces._find import Depth, find
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
def landmarks(
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
    """Find 64 points on every drawn face.

    Contour, eyes with irises, brows, nose and mouth, each point with how likely it is seen. Left
    is the viewer's left. The names are in ``nijigen.faces.LANDMARKS``.

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
        >>> from nijigen.faces.landmarks import landmarks
        >>> landmarks(Picture(np.full((64, 64, 3), 255, np.uint8))).faces
        ()
    """
    depth: Depth = "attributes" if format == "animeface" else "landmarks"
    found = find(picture, Asked(engine, confidence, smallest, cascade, given), depth, run)
    return told(found, format, picture.info.history.source)
