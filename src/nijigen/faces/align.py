"""Align: bring every face upright, with its eyes and mouth in fixed places."""

from typing import Annotated, Literal

from nijigen.core.artwork import Artwork
from nijigen.core.operation import Setting, operation
from nijigen.core.picture import Picture, PixelFormat
from nijigen.core.run import SILENT, Run
from nijigen.faces._aligning import Border, aligned
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
from nijigen.faces._sheet import chosen, sheet


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
    given: Given = None,
    run: Run = SILENT,
) -> Artwork:
    """Turn every face upright, eyes and mouth in fixed places.

    Each face is moved, turned and scaled, but not distorted, so that the middles of its eyes and
    its mouth come as close as can be to fixed places: data sets and morphing want that.

    Args:
        picture: Any size.
        size: Side of the results, which are square.
        zoom: 1 shows the head; more comes closer.
        border: Beyond the picture its outermost pixels go on, it is mirrored, or nothing shows.
        which: All faces, or only the largest.
        format: File format of the result: a ZIP has a PNG for each face, a PSD or ORA a layer;
            PNG and the like become a contact sheet.

    Returns:
        The faces as layers named by number, laid out as a contact sheet.

    Raises:
        InputError: The faces that are given are of another picture, or no faces.
        ModelError: Weights are missing or corrupt, or the engine is not installed.

    Example:
        >>> import numpy as np
        >>> from nijigen import Picture
        >>> from nijigen.faces.align import align
        >>> align(Picture(np.full((64, 64, 3), 255, np.uint8))).layers
        ()
    """
    found = find(picture, Asked(engine, confidence, smallest, cascade, given), "landmarks", run)
    made = [aligned(picture, face, size, zoom, border) for face in chosen(found, which)]
    return sheet(picture, made, size, format)
