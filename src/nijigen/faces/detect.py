"""Detect: find the faces in a picture."""

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
def detect(
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
    """Find drawn faces and heads.

    A face box goes from hairline to chin and from ear to ear, a head box includes the hair on the
    skull. Large pages are searched at several scales and in tiles; one pass takes a few hundredths
    of a second. The confidence is calibrated: of the faces with 0.8, four in five are correct.

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
        >>> from nijigen.faces.detect import detect
        >>> detect(Picture(np.full((64, 64, 3), 255, np.uint8))).faces
        ()
    """
    depth: Depth = "attributes" if format == "animeface" else "boxes"
    found = find(picture, Query(engine, confidence, smallest, cascade, given), depth, run)
    return format_faces(found, format, picture.info.history.source)
