"""Exact: every vector is compared with the queries."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nijigen.library.vectors.store import Floats, Numbers, best

_BLOCK = 512
"""Pictures at once: 3 MB of vectors of regions in single precision, which a cache holds."""


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
        # Filled again for each block: new memory would take longer than what is computed in it.
        held = np.empty((_BLOCK, *self._vectors.shape[1:]), np.float32)
        for start in range(0, len(found), _BLOCK):
            numbers = self._numbers[start : start + _BLOCK]
            first, last = int(numbers[0]), int(numbers[-1])
            dense = last - first == len(numbers) - 1
            block = held[: len(numbers)]
            block[...] = self._vectors[first : last + 1] if dense else self._vectors[numbers]
            # One product of matrices: several small ones take three times as long.
            flat = block.reshape(-1, block.shape[-1])
            found[start : start + _BLOCK] = (flat @ queries.T).reshape(len(block), -1).max(1)
        return best(self._numbers, found, count)
