"""Crop: crop every face from the picture."""

from typing import Annotated, Literal

from nijigen.core.artwork import Artwork
from nijigen.core.operation import Setting, operation
from nijigen.core.picture import Picture, PixelFormat
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
from nijigen.faces._sheet import Part, contact_sheet, crop_face, select_faces


@operation(alpha="own", depth=16, version=4)
def crop(
    picture: Picture,
    *,
    around: Part = "head",
    margin: Annotated[float, Setting(ge=0, le=2, step=0.05, unit="×")] = 0.15,
    square: bool = True,
    size: Annotated[int | None, Setting(ge=16, le=2048, unit="px")] = None,
    which: Literal["all", "largest"] = "all",
    format: PixelFormat = "zip",
    engine: Engine = "nijigen",
    confidence: Confidence = CONFIDENCE,
    smallest: Smallest = None,
    cascade: Cascade = CASCADE,
    given: KnownFaces = None,
    run: Run = SILENT,
) -> Artwork:
    """Crop every face into a layer of its own.

    A ZIP has a PNG for each face, a PSD or ORA a layer; other formats become a contact sheet.
    Crops keep the pixels of the picture and never extend beyond it: at its edges they are shifted
    inwards, or made smaller. A picture without faces becomes an empty sheet.

    Args:
        picture: Any size.
        around: Crop around the face, or around the head with its hair.
        margin: Margin on every side, as a fraction of the box.
        square: Make the crops square.
        size: Longer side of the crops; by default they keep their size.
        which: All faces, or only the largest.
        format: File format of the result.

    Returns:
        The crops as numbered layers, laid out as a contact sheet.

    Raises:
        InputError: The given faces are invalid or belong to another picture.
        ModelError: Weights are missing or corrupt, or the engine is not installed.

    Example:
        >>> import numpy as np
        >>> from nijigen import Picture
        >>> from nijigen.faces.crop import crop
        >>> page = Picture(np.full((64, 64, 3), 255, np.uint8))
        >>> crop(page, given="[[20, 20, 40, 40]]", around="face", margin=0).layers
        (<Layer 'face 1' normal 1 (0, 0, 20, 20)>,)
    """
    query = Query(engine, confidence, smallest, cascade, given)
    found = find(picture, query, "boxes", run)
    crops = [
        crop_face(picture, face, around, margin, square, size)
        for face in select_faces(found, which)
    ]
    return contact_sheet(picture, crops, size, format)
