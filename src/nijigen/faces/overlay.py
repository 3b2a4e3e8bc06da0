"""Overlay: draw boxes and landmarks over the picture."""

from nijigen.core.operation import operation
from nijigen.core.picture import Picture
from nijigen.core.run import SILENT, Run
from nijigen.faces._find import find
from nijigen.faces._settings import (
    CASCADE,
    CONFIDENCE,
    Asked,
    Cascade,
    Confidence,
    Engine,
    Given,
    Smallest,
)


@operation(alpha="own", version=1)
def overlay(
    picture: Picture,
    *,
    boxes: bool = True,
    points: bool = True,
    engine: Engine = "nijigen",
    confidence: Confidence = CONFIDENCE,
    smallest: Smallest = None,
    cascade: Cascade = CASCADE,
    given: Given = None,
    run: Run = SILENT,
) -> Picture:
    """Draw the boxes and landmarks of faces over the picture.

    Faces are framed in blue with their confidence, heads in orange. Points that are hidden are
    drawn as rings.

    Args:
        picture: Any size, color or gray.
        boxes: Draw the boxes.
        points: Draw the landmarks, which are looked for then.
        engine: What finds the faces: our network, the LBP cascade of nagadomi, whose file you
            bring, or AnimeFace 2009, where its package is installed.
        confidence: Faces that are less certain are left out.
        smallest: Side in pixels of the smallest faces to look for. By default 32, or a 200th of
            the longer side of a very large page; smaller ones take more time.
        cascade: Name of the cascade: its file lies in ``cascades`` in your folder of models.
        given: Faces that are known already, as JSON: what ``faces.detect`` wrote, edited or not,
            or boxes ``[[left, top, right, bottom]]``. Then nothing is searched for.

    Returns:
        The picture in RGB or RGBA, drawn over.

    Raises:
        InputError: The faces that are given are of another picture, or no faces.
        ModelError: Weights are missing or corrupt, or the engine is not installed.

    Example:
        >>> import numpy as np
        >>> from nijigen import Picture
        >>> from nijigen.faces.overlay import overlay
        >>> overlay(Picture(np.full((64, 64, 3), 255, np.uint8)))
        <Picture 64×64 RGB 8 bit>
    """
    asked = Asked(engine, confidence, smallest, cascade, given)
    found = find(picture, asked, "landmarks" if points else "boxes", run)
    from nijigen.faces._drawing import drawn_over

    return drawn_over(picture, found, boxes=boxes, points=points)
