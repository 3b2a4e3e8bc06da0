"""USearch: a graph of neighbors in a file that is mapped into memory, for one machine.

There is one entry for each distinct vector: very many equal ones (blank pages, black frames) would
be each other's neighbors, and hide all others. The key of an entry is a hash of its vector; a list
beside the graph, ordered by these keys, says which pictures have it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nijigen.core import private
from nijigen.core.atomic import refusing
from nijigen.core.run import Run
from nijigen.library.vectors.store import Floats, Numbers, best
from nijigen.models.session import import_runtime

_CONNECTIVITY, _ADDING = 16, 96
_SEARCHING, _SEARCHING_FOR_SEVERAL = 768, 192
"""Entries that are held while searching. Of a million, .996 of the first ten are found with so
many, and .988 with a quarter, in half the time: enough for regions, which overlap."""
_BATCH = 5000
_EQUAL = 40
"""Pictures with one and the same vector that are returned."""
MEMBER = np.dtype([("key", "<u8"), ("number", "<u4")])


class USearch:
    """A graph of half-precision vectors.

    Args:
        path: Its file; the list of pictures is beside it.

    Raises:
        OSError: A file cannot be read.
        ValueError: A file is damaged.
    """

    def __init__(self, path: Path) -> None:
        self._members = np.memmap(members_path(path), MEMBER, "r")
        self._index = _restored(path, view=True)

    def nearest(self, queries: Floats, count: int) -> Numbers:
        """Return the pictures that have the vectors nearest to any of the queries, best first."""
        several = len(queries) > 1
        self._index.expansion_search = _SEARCHING_FOR_SEVERAL if several else _SEARCHING
        found = self._index.search(queries.astype(np.float16), count)
        # A single query is not returned as a batch; what is missing in a batch is padded.
        counts = np.atleast_1d(found.counts) if several else np.array([len(found)])
        keys = np.asarray(found.keys).reshape(len(queries), -1)
        distances = np.asarray(found.distances).reshape(len(queries), -1)
        valid = np.arange(keys.shape[1]) < counts[:, None]
        ordered = best(keys[valid], -distances[valid], count)
        members = self._members["key"]
        first, last = (np.searchsorted(members, ordered, side) for side in ("left", "right"))
        spans = zip(first, np.minimum(last, first + _EQUAL), strict=True)
        lists = [self._members["number"][start:end] for start, end in spans]
        return np.concatenate([*lists, np.zeros(0, np.uint32)]).astype(np.int64)


def members_path(path: Path) -> Path:
    """Return the list of pictures beside a graph."""
    return path.with_suffix(".members")


def write(path: Path, old: Path | None, vectors: NDArray[Any], numbers: Numbers, run: Run) -> None:
    """Write a graph.

    Args:
        path: Its file, not in use.
        old: The graph that it extends; it stays as it is.
        vectors: Half precision, ``(n, width)``, may be a mapped file.
        numbers: All pictures that have to be in it, in order: indices of the first axis.
        run: May be cancelled.

    Raises:
        OutputError: It cannot be written.
    """
    if old is not None:
        index = _restored(old, view=False)
    else:
        index = _index_type()(
            ndim=vectors.shape[1],
            metric="cos",
            dtype="f16",
            connectivity=_CONNECTIVITY,
            expansion_add=_ADDING,
        )
    members = np.empty(len(numbers), MEMBER)
    members["number"] = numbers
    for start, block in _blocks(vectors, numbers):
        members["key"][start : start + len(block)] = keys = _keys(block)
        distinct, first = np.unique(keys, return_index=True)
        # A batch with one known key would raise, after some of it has been added.
        new = first[~np.asarray(index.contains(distinct))]
        if len(new):
            # With several threads, entries get lost: findings/usearch-parallel-add.sh.
            index.add(keys[new], block[new], threads=1)
        run.progress(start / len(numbers))
    members = members[np.argsort(members["key"], kind="stable")]
    # A file that is mapped must not be written: this one is new.
    made = path.with_suffix(".part")
    with refusing(path):
        index.save(str(made))
        private.place(made, path)
    private.write_file(members_path(path), members.tobytes())


def _index_type() -> Any:
    import_runtime()
    from usearch.index import Index

    return Index


def _restored(path: Path, *, view: bool) -> Any:
    """Return the graph in a file, mapped into memory or read."""
    with path.open("rb"):
        pass  # A missing file is an OSError here.
    try:
        index = _index_type().restore(
            str(path), view=view, expansion_add=_ADDING, expansion_search=_SEARCHING
        )
    except RuntimeError as error:
        raise ValueError(f"{path} is damaged: {error}") from None
    if index is None:
        raise ValueError(f"{path} is damaged")
    return index


def _blocks(vectors: NDArray[Any], numbers: Numbers) -> Iterator[tuple[int, NDArray[Any]]]:
    for start in range(0, len(numbers), _BATCH):
        yield start, np.ascontiguousarray(vectors[numbers[start : start + _BATCH]])


def _keys(vectors: NDArray[Any]) -> NDArray[np.uint64]:
    digests = b"".join(hashlib.blake2b(row.tobytes(), digest_size=8).digest() for row in vectors)
    return np.frombuffer(digests, "<u8")
