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


@operation(alpha="own", version=1)
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
        engine: What finds the faces: our network, the LBP cascade of nagadomi, whose file you
            bring, or AnimeFace 2009, where its package is installed.
        confidence: Faces that are less certain are left out.
        smallest: Side in pixels of the smallest faces to look for. By default 32, or a 200th of
            the longer side of a very large page; smaller ones take more time.
        cascade: Name of the cascade: its file lies in ``cascades`` in your folder of models.
        given: Faces that are known already, as JSON: what ``faces.detect`` wrote, edited or not,
            or boxes ``[[left, top, right, bottom]]``. Then nothing is searched for.
        format: Our own JSON, which the other operations on faces read; COCO with keypoints; a label
            file of YOLO; a table; or the JSON of AnimeFace 2009.

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
