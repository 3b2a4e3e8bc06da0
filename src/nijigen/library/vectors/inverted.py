"""Inverted: vectors in cells around centers, with short codes: for several vectors a picture.

Source: H. Jégou, M. Douze, C. Schmid, "Product Quantization for Nearest Neighbor Search", 2011. A
vector is the center of its cell and a difference; the difference is cut into pieces, and of each
piece the number of the most similar one in a code book is kept. 12 bytes a vector remain of 64.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nijigen.core.atomic import refusing, replacing
from nijigen.core.private import FILE
from nijigen.core.run import Run
from nijigen.library.store.postings import Chunk, Postings
from nijigen.library.store.postings import write as write_postings
from nijigen.library.vectors.store import Floats, Numbers, best

CELLS = 4096
PIECES, WORDS = 8, 256
_LOOKED_AT = 40
"""Cells that are compared with a query: 1 % of all."""
_GROUPS, _GROUPS_LOOKED_AT = 64, 4
"""Groups of centers, and in how many of them the nearest one is looked for."""
_SAMPLE = 100_000
_ROUNDS = 8
_BATCH = 2000
"""Pictures at once."""
_SEED = 22


@dataclass(frozen=True)
class Books:
    """What vectors are approximated by."""

    centers: Floats
    """``(cells, width)``."""
    words: Floats
    """``(PIECES, WORDS, width / PIECES)``."""

    def encoded(self, vectors: Floats) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
        """Return the cell of each vector, and the code of its difference."""
        cells = self._cells(vectors)
        pieces = _pieces(vectors - self.centers[cells])
        codes = [nearest_centers(pieces[:, k], self.words[k]) for k in range(PIECES)]
        return cells, np.stack(codes, 1).astype(np.uint8)

    def _cells(self, vectors: Floats) -> NDArray[np.int64]:
        """Return the cell of each vector, or one nearly as near: ten times as fast as exactly."""
        groups, group_of = self._groups
        near = np.argpartition(_halved_distances(vectors, groups), _GROUPS_LOOKED_AT - 1, 1)
        near = near[:, :_GROUPS_LOOKED_AT]
        cells = np.zeros(len(vectors), np.int64)
        least = np.full(len(vectors), np.inf, np.float32)
        for group in range(len(groups)):
            inside = np.flatnonzero(group_of == group)
            asking = np.flatnonzero((near == group).any(1))
            if len(inside) == 0 or len(asking) == 0:
                continue
            apart = _halved_distances(vectors[asking], self.centers[inside])
            nearest = apart.argmin(1)
            apart = apart[np.arange(len(asking)), nearest]
            better = apart < least[asking]
            cells[asking[better]] = inside[nearest[better]]
            least[asking[better]] = apart[better]
        return cells

    @cached_property
    def _groups(self) -> tuple[Floats, NDArray[np.int64]]:
        """Centers of groups of the centers, and the group of each."""
        count = max(_GROUPS_LOOKED_AT, min(_GROUPS, len(self.centers) // 8))
        groups = means(self.centers, count, np.random.default_rng(_SEED))
        return groups, nearest_centers(self.centers, groups)


class Inverted:
    """Codes in cells.

    Args:
        path: The file of codes; that of the books is beside it.

    Raises:
        OSError: A file cannot be read.
        ValueError: A file is damaged.
    """

    def __init__(self, path: Path) -> None:
        self.books = read_books(path)
        self._postings = Postings(path, len(self.books.centers), PIECES)

    def nearest(self, queries: Floats, count: int) -> Numbers:
        """Return the pictures that have the vectors nearest to any of the queries, best first."""
        numbers, values = [], []
        for query in queries:
            near = self.books.centers @ query
            pieces = query.reshape(PIECES, -1)
            # The product of the query with each word of each piece, once for all vectors.
            table = np.einsum("pwd,pd->pw", self.books.words, pieces)
            for cell in np.argsort(-near)[:_LOOKED_AT]:
                _, found, codes = self._postings.chunk(int(cell), int(cell) + 1)
                value = np.full(len(codes), near[cell], np.float32)
                for piece in range(PIECES):
                    value += table[piece, codes[:, piece]]
                numbers.append(found)
                values.append(value)
        pictures, similar = np.concatenate(numbers), np.concatenate(values)
        # Most pictures have several vectors among the best.
        most = min(len(pictures), 25 * count)
        chosen = np.argpartition(-similar, most - 1)[:most] if most else np.zeros(0, np.int64)
        return best(pictures[chosen].astype(np.int64), similar[chosen], count)

    def chunks(self, kept: NDArray[np.bool_]) -> Iterator[Chunk]:
        """Yield what is in the file, without pictures that are to be dropped.

        Args:
            kept: For each number whether it stays.
        """
        cells = len(self.books.centers)
        for first in range(0, cells, 256):
            keys, numbers, codes = self._postings.chunk(first, min(first + 256, cells))
            stays = kept[numbers]
            yield keys[stays], numbers[stays], codes[stays]


def write(
    path: Path, old: Path | None, vectors: NDArray[Any], numbers: Numbers, new: Numbers, run: Run
) -> None:
    """Write codes.

    Args:
        path: The file, not in use.
        old: The file that it extends; its books are used again.
        vectors: ``(n, several, width)``, integers; may be a mapped file.
        numbers: All pictures that have to be in it, in order: indices of the first axis.
        new: Those that are not in the old one.
        run: May be cancelled.

    Raises:
        OutputError: It cannot be written.
    """
    chunks: list[Chunk] = []
    if old is not None:
        known = Inverted(old)
        kept = np.zeros(int(numbers[-1]) + 1, bool)
        kept[numbers] = True
        books, chunks = known.books, list(known.chunks(kept))
    else:
        draw = np.random.default_rng(_SEED)
        count = min(len(numbers), _SAMPLE // vectors.shape[1])
        books = trained(_unit(vectors[np.sort(draw.permutation(numbers)[:count])]), draw)
    several = vectors.shape[1]
    for start in range(0, len(new), _BATCH):
        batch = new[start : start + _BATCH]
        cells, codes = books.encoded(_unit(vectors[batch]))
        chunks.append((cells.astype(np.int32), np.repeat(batch, several).astype(np.uint32), codes))
        run.progress(start / len(new))
    _write_books(path, books)
    write_postings(path, len(books.centers), lambda: chunks, PIECES)


def trained(vectors: Floats, draw: np.random.Generator) -> Books:
    """Return books for vectors like some."""
    centers = means(vectors, min(CELLS, max(1, len(vectors) // 16)), draw)
    pieces = _pieces(vectors - centers[nearest_centers(vectors, centers)])
    words = [means(pieces[:, k], WORDS, draw) for k in range(PIECES)]
    return Books(centers, np.stack(words))


def means(vectors: Floats, count: int, draw: np.random.Generator) -> Floats:
    """Return the centers of clusters, by Lloyd's algorithm.

    Args:
        vectors: ``(n, width)``.
        count: How many; if there are fewer vectors, some are equal.
        draw: Chooses the first ones.
    """
    from scipy.sparse import csr_array

    centers = vectors[draw.choice(len(vectors), count, replace=len(vectors) < count)].copy()
    for _ in range(_ROUNDS):
        nearest = nearest_centers(vectors, centers)
        ones = np.ones(len(vectors), np.float32)
        members = csr_array((ones, (nearest, np.arange(len(vectors)))), (count, len(vectors)))
        sizes = np.bincount(nearest, minlength=count)
        made = (members @ vectors) / np.maximum(sizes, 1)[:, None].astype(np.float32)
        centers = np.where(sizes[:, None] > 0, made, centers).astype(np.float32)
    return centers


def nearest_centers(vectors: Floats, centers: Floats) -> NDArray[np.int64]:
    """Return the index of the center nearest to each vector."""
    # 8 MB of products at once, which stay in the cache: larger blocks take twice as long.
    step = max(1, 2_000_000 // len(centers))
    found = np.empty(len(vectors), np.int64)
    for start in range(0, len(vectors), step):
        block = vectors[start : start + step]
        found[start : start + step] = _halved_distances(block, centers).argmin(1)
    return found


def _halved_distances(vectors: Floats, centers: Floats) -> Floats:
    """Return half the squares of distances, without those of the vectors, in one product."""
    table = np.concatenate([-centers.T, (centers * centers).sum(1)[None] / 2])
    apart: Floats = np.concatenate([vectors, np.ones((len(vectors), 1), np.float32)], 1) @ table
    return apart


def books_path(path: Path) -> Path:
    """Return the file of books beside one of codes."""
    return path.with_suffix(".books")


def read_books(path: Path) -> Books:
    """Return the books beside a file of codes."""
    try:
        with books_path(path).open("rb") as file, np.load(file, allow_pickle=False) as stored:
            return Books(stored["centers"], stored["words"])
    except (KeyError, zipfile.BadZipFile) as error:
        raise ValueError(f"{books_path(path)} is damaged") from error


def _write_books(path: Path, books: Books) -> None:
    target = books_path(path)
    with replacing(target, FILE) as file, refusing(target):
        np.savez(file, centers=books.centers, words=books.words)


def _pieces(vectors: Floats) -> Floats:
    return vectors.reshape(len(vectors), PIECES, -1)


def _unit(records: NDArray[Any]) -> Floats:
    return records.reshape(-1, records.shape[-1]).astype(np.float32) / np.float32(127)
