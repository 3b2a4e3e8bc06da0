"""Landmarks: find 64 points on every face."""

from nijigen.core.operation import operation
from nijigen.core.picture import Picture
from nijigen.core.run import SILENT, Run
from nijigen.faces._find import Depth, find
from nijigen.faces._formats import Output, format_faces
from nijigen.faces._settings import (
    CASCADE,
    CONFIDENCE,
    Cascade,
    Confidence,
    Engine,
    Format,
    KnownFaces,
    Query,
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
    given: KnownFaces = None,
    format: Format = "json",
    run: Run = SILENT,
) -> Output:
    """Find 64 points on every drawn face.

    Contour, eyes with irises, brows, nose and mouth, each point with the probability that it is
    visible. Left is the viewer's left. The names are in ``nijigen.faces.LANDMARKS``.

    Args:
        picture: Any size, color or gray; transparent parts count as white.

    Returns:
        The faces, the most confident first; for each frame of an animation.

    Raises:
        InputError: The given faces are invalid or belong to another picture.
        ModelError: Weights are missing or corrupt, or the engine is not installed.

    Example:
        >>> import numpy as np
        >>> from nijigen import Picture
        >>> from nijigen.faces.landmarks import landmarks
        >>> landmarks(Picture(np.full((64, 64, 3), 255, np.uint8))).faces
        ()
    """
    depth: Depth = "attributes" if format == "animeface" else "landmarks"
    found = find(picture, Query(engine, confidence, smallest, cascade, given), depth, run)
    return format_faces(found, format, picture.info.history.source)
