"""Align: make every face upright, with eyes and mouth at fixed positions."""

from typing import Annotated, Literal

from nijigen.core.artwork import Artwork
from nijigen.core.operation import Setting, operation
from nijigen.core.picture import Picture, PixelFormat
from nijigen.core.run import SILENT, Run
from nijigen.faces._aligning import Border, align_face
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
from nijigen.faces._sheet import contact_sheet, select_faces


@operation(alpha="own", version=4)
def align(
    picture: Picture,
    *,
    size: Annotated[int, Setting(ge=16, le=2048, unit="px")] = 256,
    zoom: Annotated[float, Setting(ge=0.25, le=2, step=0.05, unit="×")] = 1.0,
    border: Border = "edge",
    which: Literal["all", "largest"] = "all",
    format: PixelFormat = "zip",
    engine: Engine = "nijigen",
    confidence: Confidence = CONFIDENCE,
    smallest: Smallest = None,
    cascade: Cascade = CASCADE,
    given: KnownFaces = None,
    run: Run = SILENT,
) -> Artwork:
    """Rotate every face upright, with eyes and mouth at fixed positions.

    Each face is translated, rotated and scaled, but not distorted, so that the centers of its
    eyes and mouth come as close as possible to fixed positions, as data sets and morphing need.

    Args:
        picture: Any size.
        size: Side of the square results.
        zoom: 1 shows the head; larger values come closer.
        border: Outside the picture, repeat its edge pixels, mirror it, or leave transparency.
        which: All faces, or only the largest.
        format: File format of the result: a ZIP has a PNG for each face, a PSD or ORA a layer;
            other formats become a contact sheet.

    Returns:
        The faces as numbered layers, laid out as a contact sheet.

    Raises:
        InputError: The given faces are invalid or belong to another picture.
        ModelError: Weights are missing or corrupt, or the engine is not installed.

    Example:
        >>> import numpy as np
        >>> from nijigen import Picture
        >>> from nijigen.faces.align import align
        >>> align(Picture(np.full((64, 64, 3), 255, np.uint8))).layers
        ()
    """
    found = find(picture, Query(engine, confidence, smallest, cascade, given), "landmarks", run)
    made = [align_face(picture, face, size, zoom, border) for face in select_faces(found, which)]
    return contact_sheet(picture, made, size, format)
