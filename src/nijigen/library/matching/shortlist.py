"""The shortlist: an exact scan, in blocks, over the signatures of all pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nijigen.library.matching.views import View
from nijigen.library.signatures import embedding, haar
from nijigen.library.signatures.embedding import Floats

_BLOCK = 4096
"""Records at once: 10 MB of vectors in single precision."""


@dataclass(frozen=True)
class Scores:
    """How like a query the pictures of a library are, by their numbers."""

    numbers: NDArray[np.int64]
    values: NDArray[np.float32]

    def best(self, count: int) -> list[int]:
        """Return the numbers of the best, in order."""
        order = np.argsort(-self.values, kind="stable")[:count]
        return [int(number) for number in self.numbers[order]]

    def of(self, number: int) -> float:
        """Return the score of a picture; 0 if it has none."""
        index = int(np.searchsorted(self.numbers, number))
        known = index < len(self.numbers) and self.numbers[index] == number
        return float(self.values[index]) if known else 0.0


def by_haar(views: tuple[View, ...], numbers: NDArray[np.int64], rows: NDArray[Any]) -> Scores:
    """Return similarities from 0 to 1, the best of several views of the query.

    Args:
        views: The query, and its mirror image.
        numbers: The pictures to look at, in order.
        rows: All records of the Haar signature.
    """
    signature = haar.Haar()
    queries = [signature.of(view) for view in views]
    scores = np.zeros(len(numbers), np.float32)
    for start in range(0, len(numbers), _BLOCK):
        block = rows[numbers[start : start + _BLOCK]]
        found = [haar.similarities(query, block) for query in queries]
        scores[start : start + _BLOCK] = np.maximum.reduce(found)
    return Scores(numbers, scores)


def by_embedding(views: tuple[View, ...], numbers: NDArray[np.int64], rows: NDArray[Any]) -> Scores:
    """Return cosines, the best of whole pictures and of a whole with a region of the other.

    Args:
        views: The query, and its mirror image.
        numbers: The pictures to look at, in order.
        rows: All records of the embedding.
    """
    whole = np.stack([embedding.whole(view) for view in views])
    small = embedding.reduced(whole)
    parts: Floats = np.concatenate([whole, *(embedding.regions(view) for view in views)])
    scores = np.zeros(len(numbers), np.float32)
    for start in range(0, len(numbers), _BLOCK):
        block = rows[numbers[start : start + _BLOCK]]
        # The query, or a region of it, is like a whole picture of the library.
        best = (block["whole"].astype(np.float32) @ parts.T).max(1)
        # The query is like a region of a picture of the library.
        regions = block["regions"].astype(np.float32)
        inside = (regions @ small.T).max((1, 2)) / np.float32(127)
        scores[start : start + _BLOCK] = np.maximum(best, inside)
    return Scores(numbers, scores)
