"""The interface of vector stores."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Numbers = NDArray[np.int64]


class VectorStore(Protocol):
    """Unit vectors of one width, each of a picture; a picture may have several."""

    def nearest(self, queries: Floats, count: int) -> Numbers:
        """Return the pictures that have the vectors nearest to any of several queries, best first.

        Pictures that were removed from the library meanwhile may be among them.

        Args:
            queries: Unit vectors, ``(n, width)``.
            count: About so many pictures, where there are as many.
        """


def best(numbers: Numbers, values: Floats, count: int) -> Numbers:
    """Return the numbers with the highest values, each once, best first.

    Args:
        numbers: May contain a number several times.
        values: A value for each.
        count: At most so many.
    """
    order = np.argsort(-values, kind="stable")
    _, first = np.unique(numbers[order], return_index=True)
    return numbers[order][np.sort(first)[:count]]
