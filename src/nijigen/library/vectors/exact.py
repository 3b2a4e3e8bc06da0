"""Exact: every vector is compared with the queries."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nijigen.library.vectors.store import Floats, Numbers, best

_BLOCK = 4096
"""Pictures at once: 26 MB of vectors of regions in single precision."""


class Exact:
    """Vectors in an array, which may be a mapped file.

    Args:
        vectors: ``(n, width)``, or several for each picture, ``(n, several, width)``; integers are
            as good as numbers, since only the order counts.
        numbers: The pictures to look at, in order: indices of the first axis.
    """

    def __init__(self, vectors: NDArray[Any], numbers: Numbers) -> None:
        self._vectors = vectors
        self._numbers = numbers

    def nearest(self, queries: Floats, count: int) -> Numbers:
        """Return the pictures that have the vectors nearest to any of the queries, best first."""
        found = np.empty(len(self._numbers), np.float32)
        for start in range(0, len(found), _BLOCK):
            block = self._vectors[self._numbers[start : start + _BLOCK]]
            # One product of matrices: several small ones take three times as long.
            flat = block.reshape(-1, block.shape[-1]).astype(np.float32)
            found[start : start + _BLOCK] = (flat @ queries.T).reshape(len(block), -1).max(1)
        return best(self._numbers, found, count)
