"""Candidates: pairs of pictures that may be copies, by their signatures alone.

All pairs are compared, as products of matrices in blocks: 10,000 pictures take seconds.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nijigen.core.run import Run
from nijigen.library.signatures import embedding, haar
from nijigen.library.vectors.store import Floats, Numbers

Pair = tuple[int, int]
_BLOCK = 512
"""Pictures whose similarities to all others are held at once: 20 MB for 10,000 pictures."""
_WHOLE_ALONE, _WHOLE, _HAAR = 0.84, 0.65, 0.28
"""Cosine of two embeddings from which on pictures are compared, the same if their wavelets agree
too, and how much these have to. Edited copies of scenes: JPEG 20 has at least 0.88 and 0.59, gray
0.67 and 0.30, a crop to 90 % 0.86 and 0.38, mirrored 0.90 and 1.00. The picture next to an
unrelated one has 0.54 on average, and 0.69 in one of twenty."""
_REGION = 0.72
"""Cosine of a whole picture and a region of another. A crop to 75 % has at least 0.73."""
_NEAREST, _NEAREST_REGIONS = 24, 2
"""Partners of a picture at most. Versions of one sprite are all alike, and regions often."""
_HAAR_ALONE = 0.35
"""Without the embedding."""


def candidates(
    numbers: Numbers, haars: NDArray[Any], embeddings: NDArray[Any] | None, run: Run
) -> list[Pair]:
    """Return pairs of entries that may be copies, the lower number first, in order.

    Args:
        numbers: Entries that have all signatures, in order.
        haars: Their Haar signatures.
        embeddings: Their embeddings; None where the weights are missing.
        run: May be cancelled.
    """
    found = _by_haar(haars, run) if embeddings is None else _by_embedding(embeddings, haars, run)
    pairs = {(min(pair), max(pair)) for pair in found}
    return sorted((int(numbers[one]), int(numbers[other])) for one, other in pairs)


def _by_embedding(embeddings: NDArray[Any], haars: NDArray[Any], run: Run) -> Iterator[Pair]:
    wholes: Floats = embeddings["whole"].astype(np.float32)
    small = embedding.reduced(wholes)
    count = len(wholes)
    for start in range(0, count, _BLOCK):
        run.progress(start / count)
        block = slice(start, min(start + _BLOCK, count))
        regions = embeddings["regions"][block].astype(np.float32) / np.float32(127)
        inside = np.full((len(regions), count), -1, np.float32)
        for window in range(regions.shape[1]):
            np.maximum(inside, regions[:, window] @ small.T, out=inside)
        whole = wholes[block] @ wholes.T
        for row in range(len(whole)):
            own = start + row
            whole[row, own] = inside[row, own] = -1
            near = _best(whole[row], _WHOLE, _NEAREST)
            if len(near):
                alike = _similarities(haars[own], haars[near])
                near = near[(whole[row, near] >= _WHOLE_ALONE) | (alike >= _HAAR)]
            for other in (*near, *_best(inside[row], _REGION, _NEAREST_REGIONS)):
                yield own, int(other)


def _by_haar(haars: NDArray[Any], run: Run) -> Iterator[Pair]:
    for own in range(len(haars)):
        run.progress(own / len(haars))
        alike = _similarities(haars[own], haars)
        alike[own] = -1
        for other in _best(alike, _HAAR_ALONE, _NEAREST):
            yield own, int(other)


def _similarities(row: NDArray[Any], rows: NDArray[Any]) -> Floats:
    """Return how alike signatures are, also if one is mirrored."""
    both = [haar.similarities(one, rows) for one in (row, haar.mirrored(row))]
    found: Floats = np.maximum(*both)
    return found


def _best(values: Floats, least: float, count: int) -> Numbers:
    """Return the places of the highest values, best first."""
    places = np.flatnonzero(values >= least)
    return places[np.argsort(-values[places], kind="stable")[:count]]
