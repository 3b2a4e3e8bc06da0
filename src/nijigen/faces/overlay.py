"""Overlay: draw boxes and landmarks over the picture."""

from nijigen.core.operation import operation
from nijigen.core.picture import Picture
from nijigen.core.run import SILENT, Run
from nijigen.faces._find import find
from nijigen.faces._settings import (
    CASCADE,
    CONFIDENCE,
    Cascade,
    Confidence,
    Engine,
    KnownFaces,
    Query,
    Smallest,
)


@operation(alpha="own", version=4)
def overlay(
    picture: Picture,
    *,
    boxes: bool = True,
    points: bool = True,
    engine: Engine = "nijigen",
    confidence: Confidence = CONFIDENCE,
    smallest: Smallest = None,
    cascade: Cascade = CASCADE,
    given: KnownFaces = None,
    run: Run = SILENT,
) -> Picture:
    """Draw the boxes and landmarks of faces over the picture.

    Faces are framed in blue with their confidence, heads in orange. Hidden points are drawn as
    rings.

    Args:
        picture: Any size, color or gray.
        boxes: Draw the boxes.
        points: Find and draw the landmarks.

    Returns:
        The picture in RGB or RGBA with the overlay.

    Raises:
        InputError: The given faces are invalid or belong to another picture.
        ModelError: Weights are missing or corrupt, or the engine is not installed.

    Example:
        >>> import numpy as np
        >>> from nijigen import Picture
        >>> from nijigen.faces.overlay import overlay
        >>> overlay(Picture(np.full((64, 64, 3), 255, np.uint8)))
        <Picture 64×64 RGB 8 bit>
    """
    query = Query(engine, confidence, smallest, cascade, given)
    found = find(picture, query, "landmarks" if points else "boxes", run)
    from nijigen.faces._drawing import draw_faces

    return draw_faces(picture, found, boxes=boxes, points=points)
