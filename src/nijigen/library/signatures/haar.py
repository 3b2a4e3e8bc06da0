"""The Haar wavelet signature of Jacobs, Finkelstein and Salesin.

Source: "Fast Multiresolution Image Querying", SIGGRAPH 1995. A picture is reduced to 128×128 and
transformed to YIQ and then by the standard Haar decomposition; the signature is the mean color, and
the positions and signs of the 40 largest coefficients of each channel.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nijigen.library.signatures.signature import Row

SIDE = 128
KEPT = 40
_LEAST = 0.02
"""Coefficients below are noise of compression, in units of a channel from 0 to 1."""
_YIQ = np.array(
    [[0.299, 0.587, 0.114], [0.596, -0.275, -0.321], [0.212, -0.523, 0.311]], np.float32
)
# The weights for scanned queries of the paper's table: the mean color, then five classes of
# frequency; rows are Y, I and Q.
_WEIGHTS = np.array(
    [
        [5.00, 0.83, 1.01, 0.52, 0.47, 0.30],
        [19.21, 1.26, 0.44, 0.53, 0.28, 0.14],
        [34.37, 0.36, 0.45, 0.14, 0.18, 0.27],
    ],
    np.float32,
)


class Haar:
    """The signature; 252 bytes a picture."""

    name = "haar-1"
    dtype: np.dtype[Any] = np.dtype([("mean", "<f4", 3), ("places", "<i2", (3, KEPT))])

    def missing(self) -> str:
        """Return an empty text: nothing is needed."""
        return ""

    def of(self, view: NDArray[np.uint8]) -> Row:
        """Return the record of a picture."""
        import cv2

        small = cv2.resize(view, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
        channels = (small.astype(np.float32) / np.float32(255)) @ _YIQ.T
        row = np.zeros((), self.dtype)
        for channel in range(3):
            values = decomposed(np.ascontiguousarray(channels[:, :, channel])).ravel()
            row["mean"][channel] = values[0] / SIDE
            values[0] = 0
            sizes = np.abs(values)
            # Few are as large as the last one that is kept: only these are sorted.
            least = np.partition(sizes, -KEPT)[-KEPT]
            large = np.flatnonzero(sizes >= max(least, _LEAST))
            strongest = large[np.argsort(-sizes[large], kind="stable")[:KEPT]]
            row["places"][channel, : len(strongest)] = strongest * np.sign(values[strongest])
        return row


def decomposed(plane: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the orthonormal standard decomposition: all steps on rows, then on columns.

    Args:
        plane: ``(SIDE, SIDE)``.
    """
    for _ in range(2):
        done = plane.copy()
        length = SIDE
        while length > 1:
            even, odd = done[:, 0:length:2].copy(), done[:, 1:length:2].copy()
            length //= 2
            done[:, :length] = (even + odd) * np.float32(0.5**0.5)
            done[:, length : 2 * length] = (even - odd) * np.float32(0.5**0.5)
        plane = done.T
    return np.ascontiguousarray(plane)


def mirrored(row: Row) -> Row:
    """Return the record of the mirror image: its wavelets change their side and their sign."""
    made = row.copy()
    places = row["places"].astype(np.int64)
    y, x = np.divmod(np.abs(places), SIDE)
    # Those of one width are at the columns from `first` to `2 * first - 1`.
    first = 2 ** np.floor(np.log2(np.maximum(x, 1))).astype(np.int64)
    turned = np.where(x > 0, -np.sign(places) * (y * SIDE + 3 * first - 1 - x), places)
    made["places"] = turned
    return made


def similarities(query: Row, rows: NDArray[Any]) -> NDArray[np.float32]:
    """Return how similar pictures are to one, from 0 to 1.

    Args:
        query: Its record. Of a gray picture only the luma is compared.
        rows: Records of the others.
    """
    channels = 3 if query["places"][1:].any() else 1
    scores = np.zeros(len(rows), np.float32)
    best = 0.0
    for channel in range(channels):
        places = query["places"][channel].astype(np.int64)
        places = places[places != 0]
        weights = _weight_of(np.abs(places), channel)
        best += float(weights.sum())
        table = np.zeros(2 * SIDE * SIDE, np.float32)
        table[places + SIDE * SIDE] = weights
        scores += table[rows["places"][:, channel].astype(np.int64) + SIDE * SIDE].sum(1)
        apart = np.abs(rows["mean"][:, channel] - query["mean"][channel])
        scores -= _WEIGHTS[channel, 0] * apart
    if best == 0:
        # A blank picture has no coefficients; it is like others of its color.
        best = 1.0
        scores = scores + np.float32(1) - (rows["places"][:, 0] != 0).mean(1, dtype=np.float32)
    found: NDArray[np.float32] = (scores / np.float32(best)).clip(0, 1)
    return found


def _weight_of(places: NDArray[np.int64], channel: int) -> NDArray[np.float32]:
    larger = np.maximum(places // SIDE, places % SIDE)
    weights: NDArray[np.float32] = _WEIGHTS[channel, np.minimum(larger, 5)]
    return weights
