"""Embedding: what EfficientNet-lite0 sees in a picture and in its regions.

The whole is the mean of the last stage at 192 pixels; regions are means over windows of its cells
at 320 pixels, so that crops are found too. Vectors are centered by the mean of many pictures, and
those of regions reduced to their 64 principal components; `benchmarks/embedding_basis.py` makes
the file with both.
"""

from __future__ import annotations

import functools
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nijigen.core.errors import NijigenError
from nijigen.library.signatures.signature import Row

MODEL = "efficientnet-lite0"
WIDTH, REDUCED = 320, 64
WHOLE_SIDE, REGION_SIDE = 192, 320
CELLS = 10
WINDOWS = tuple(
    (left, top, left + size, top + size)
    for size, starts in ((5, (0, 2, 5)), (4, (0, 2, 4, 6)))
    for top in starts
    for left in starts
)
"""Boxes in cells of a grid of 10×10 that covers the picture."""

Floats = NDArray[np.float32]


class Embedding:
    """The signature; 2,240 bytes a picture."""

    name = "embedding-1"
    dtype: np.dtype[Any] = np.dtype(
        [("whole", "<f2", WIDTH), ("regions", "i1", (len(WINDOWS), REDUCED))]
    )

    def missing(self) -> str:
        """Return a note if the weights are not there."""
        from nijigen.models.session import open_session

        try:
            open_session(MODEL, outputs=["stage7"])
        except NijigenError as error:
            return (
                f"without the model {MODEL} pictures are not found by what they look like "
                f"({error.message}); {error.hint}"
            )
        return ""

    def of(self, view: NDArray[np.uint8]) -> Row:
        """Return the record of a picture."""
        row = np.zeros((), self.dtype)
        row["whole"] = whole(view)
        row["regions"] = np.rint(reduced(regions(view)) * 127)
        return row


def whole(view: NDArray[np.uint8]) -> Floats:
    """Return the unit vector of a picture."""
    return unit(cells(view, WHOLE_SIDE).mean((1, 2)) - basis()[0])


def regions(view: NDArray[np.uint8]) -> Floats:
    """Return the unit vectors of the windows."""
    grid = cells(view, REGION_SIDE)
    means = [grid[:, top:bottom, left:right].mean((1, 2)) for left, top, right, bottom in WINDOWS]
    return unit(np.stack(means) - basis()[0])


def reduced(vectors: Floats) -> Floats:
    """Return centered vectors reduced to their principal components, as unit vectors."""
    return unit(vectors @ basis()[1])


def unit(vectors: Floats) -> Floats:
    """Return vectors of length 1; zeros stay."""
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    made: Floats = vectors / np.maximum(length, np.float32(1e-6))
    return made


def cells(view: NDArray[np.uint8], side: int) -> Floats:
    """Return the features of the last stage of a picture squashed to a square: ``(320, h, w)``."""
    import cv2

    from nijigen.models.session import open_session

    shrinks = max(view.shape[:2]) > side
    filter = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    square = cv2.resize(view, (side, side), interpolation=filter)
    batch = square.transpose(2, 0, 1)[None].astype(np.float32) / np.float32(255)
    found: Floats = open_session(MODEL, outputs=["stage7"]).run({"image": batch})["stage7"][0]
    return found


@functools.cache
def basis() -> tuple[Floats, Floats]:
    """Return the mean vector, and the principal components as ``(320, 64)``."""
    with (files(__package__) / "embedding.npz").open("rb") as file, np.load(file) as stored:
        return stored["mean"].astype(np.float32), stored["components"].astype(np.float32)
