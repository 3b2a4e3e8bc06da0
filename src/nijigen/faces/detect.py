"""Detect: find the faces in a picture."""

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
def detect(
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
    """Find drawn faces and heads.

    A face box goes from hairline to chin and from ear to ear, a head box takes in the hair of the
    skull. Large pages are searched at several scales and in tiles; one pass takes a few hundredths
    of a second. The confidence is calibrated: of the faces with 0.8, four in five are right.

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
        >>> from nijigen.faces.detect import detect
        >>> detect(Picture(np.full((64, 64, 3), 255, np.uint8))).faces
        ()
    """
    depth: Depth = "attributes" if format == "animeface" else "boxes"
    found = find(picture, Asked(engine, confidence, smallest, cascade, given), depth, run)
    return told(found, format, picture.info.history.source)
