"""Attributes: measure colors, eyes, mouth and pose of every face."""

from nijigen.core.operation import operation
from nijigen.core.picture import Picture
from nijigen.core.run import SILENT, Run
from nijigen.faces._find import find
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
def attributes(
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
    """Measure colors, eyes, mouth and pose of every drawn face.

    Colors of skin, hair and irises are measured in the picture at the landmarks; names of hair
    and eye colors come from a network. The result also has how far eyes and mouth are open, the
    head's rotation in degrees, and boxes and landmarks.

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
        >>> from nijigen.faces.attributes import attributes
        >>> attributes(Picture(np.full((64, 64, 3), 255, np.uint8))).faces
        ()
    """
    found = find(picture, Query(engine, confidence, smallest, cascade, given), "attributes", run)
    return format_faces(found, format, picture.info.history.source)
