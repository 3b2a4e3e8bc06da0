"""Coefficients: an index of Haar signatures, which lists the pictures that have each coefficient.

As in the paper of Jacobs, Finkelstein and Salesin there is a list for each channel, position and
sign. Coefficients of low frequency are in every third picture; going through all lists of a query
would take as long as a scan. The rarest tell most, and a copy shares most of them: lists are read
from the shortest on, until so many numbers have been seen.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nijigen.library.signatures import haar
from nijigen.library.signatures.signature import Row
from nijigen.library.store.postings import Chunk, Postings
from nijigen.library.store.postings import write as write_postings
from nijigen.library.vectors.store import Numbers

KEYS = 3 * 2 * haar.SIDE**2
_BATCH = 50_000
_BUDGET = 1_000_000
"""Numbers that are read for a query: 4 MB."""


def keys(records: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the keys of records, and the index of the record that each is of."""
    places = records["places"].astype(np.int64).reshape(-1, 3, haar.KEPT)
    record, channel, slot = np.nonzero(places)
    place = places[record, channel, slot]
    return channel * 2 * haar.SIDE**2 + haar.SIDE**2 + place, record


def chunk(records: NDArray[Any], numbers: Numbers) -> Chunk:
    """Return what goes into the index of some records."""
    found, record = keys(records)
    return found, numbers[record].astype(np.uint32), np.zeros((len(found), 0), np.uint8)


def write(
    path: Path, old: Path | None, records: NDArray[Any], numbers: Numbers, new: Numbers
) -> None:
    """Write an index.

    Args:
        path: Its file, not in use.
        old: The index that it extends.
        records: Haar signatures; may be a mapped file.
        numbers: All pictures that have to be in it, in order: indices of the records.
        new: Those that are not in the old one.

    Raises:
        OutputError: It cannot be written.
    """
    stays = np.zeros(int(numbers[-1]) + 1, bool)
    stays[numbers] = True
    known = Postings(old, KEYS) if old is not None else None

    def chunks() -> Iterator[Chunk]:
        for first in range(0, KEYS if known is not None else 0, KEYS // 32):
            assert known is not None
            found, pictures, codes = known.chunk(first, first + KEYS // 32)
            chosen = stays[pictures]
            yield found[chosen], pictures[chosen], codes[chosen]
        for start in range(0, len(new), _BATCH):
            batch = new[start : start + _BATCH]
            yield chunk(records[batch], batch)

    write_postings(path, KEYS, chunks)


def similar(postings: Postings, rows: Sequence[Row], count: int) -> Numbers:
    """Return pictures that share coefficients with any of several records.

    Args:
        postings: The index.
        rows: The records.
        count: At most so many pictures.
    """
    lists, weights = [], []
    for key, weight, most in _chosen(postings, rows):
        numbers = postings.numbers(key, most)
        lists.append(numbers)
        weights.append(np.full(len(numbers), weight, np.float32))
    if not lists:
        return np.zeros(0, np.int64)
    tally = np.bincount(np.concatenate(lists), np.concatenate(weights)).astype(np.float32)
    count = min(count, int(np.count_nonzero(tally)))
    found = np.argpartition(-tally, count - 1)[:count]
    return found[np.argsort(-tally[found], kind="stable")]


def _chosen(postings: Postings, rows: Sequence[Row]) -> Iterator[tuple[int, float, int]]:
    """Yield the keys to look at, with a weight, and how many of their numbers."""
    found = np.unique(np.concatenate([keys(np.atleast_1d(row))[0] for row in rows]))
    lengths = postings.lengths[found]
    total, left = max(int(postings.lengths.max()), 2), _BUDGET
    for index in np.argsort(lengths, kind="stable"):
        length = int(lengths[index])
        if length == 0:
            continue
        if left <= 0:
            return
        # What is rare says more.
        yield int(found[index]), float(np.log2(2 * total / length)), left
        left -= length
