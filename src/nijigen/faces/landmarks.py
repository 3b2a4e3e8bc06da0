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


@operation(alpha="own", version=1)
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
        >>> from nijigen.faces.landmarks import landmarks
        >>> landmarks(Picture(np.full((64, 64, 3), 255, np.uint8))).faces
        ()
    """
    depth: Depth = "attributes" if format == "animeface" else "landmarks"
    found = find(picture, Asked(engine, confidence, smallest, cascade, given), depth, run)
    return told(found, format, picture.info.history.source)
