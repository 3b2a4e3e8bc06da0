"""The shortlist: the pictures of a library whose signatures are most like those of a query.

Stores and indexes propose candidates; these are compared exactly, so what finds them does not
change a score.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from nijigen.library.matching import coefficients
from nijigen.library.matching.views import View
from nijigen.library.signatures import embedding, haar
from nijigen.library.signatures.signature import Signature
from nijigen.library.store.catalog import Catalog
from nijigen.library.store.postings import Postings
from nijigen.library.store.rows import Rows
from nijigen.library.vectors.exact import Exact
from nijigen.library.vectors.store import Floats, Numbers, VectorStore, best

PROPOSED = 100
"""Candidates that each index is asked for; a search lists at most 40."""
_ASKED = 2 + 9
"""Vectors that an index of whole pictures is asked for: the query, its mirror image and the larger
regions. The smaller ones overlap these, and would take as long again."""
EXACT_UP_TO = 250_000
"""Entries that are compared without indexes."""
_BLOCK = 4096
"""Records at once: 1 MB of Haar signatures."""


@dataclass(frozen=True)
class Scores:
    """How like a query pictures are, by their numbers."""

    numbers: Numbers
    """The candidates, best first."""
    compare: Callable[[Numbers], Floats]
    """Returns the scores of any pictures."""
    by_view: Callable[[Numbers], Floats]
    """Returns how like the query any pictures are, and how like its mirror image: ``(n, 2)``."""

    def best(self, count: int) -> list[int]:
        """Return the numbers of the best, in order."""
        return [int(number) for number in self.numbers[:count]]

    def of(self, numbers: Iterable[int]) -> dict[int, float]:
        """Return the scores of pictures, by their numbers."""
        asked = np.array(list(numbers), np.int64)
        return dict(zip(asked.tolist(), self.compare(asked).tolist(), strict=True))


class HaarQuery:
    """A query by its Haar signature.

    Args:
        view: As :func:`nijigen.library.matching.views.view_of` returns it.
    """

    def __init__(self, view: View) -> None:
        row = haar.Haar().of(view)
        self.rows = (row, haar.mirrored(row))

    def compare(self, records: NDArray[Any]) -> Floats:
        """Return similarities from 0 to 1, the best of the query and its mirror image."""
        found: Floats = self.by_view(records).max(1)
        return found

    def by_view(self, records: NDArray[Any]) -> Floats:
        """Return similarities to the query and to its mirror image: ``(n, 2)``."""
        return np.stack([haar.similarities(row, records) for row in self.rows], 1)


class EmbeddingQuery:
    """A query by its embedding.

    Args:
        views: The query, and its mirror image.
        regions: Whether a picture may be a part of the query; takes as long again.
    """

    def __init__(self, views: tuple[View, View], *, regions: bool = True) -> None:
        whole = np.stack([embedding.whole(view) for view in views])
        parts = [embedding.regions(views[0])] if regions else []
        self.wholes: Floats = np.concatenate([whole, *parts])
        """What may be like a whole picture: the query, its mirror image, its regions."""
        self.small = embedding.reduced(whole)
        """What may be like a region of a picture: the query and its mirror image."""

    def compare(self, records: NDArray[Any]) -> Floats:
        """Return cosines, the best of whole pictures and of a whole with a region of the other."""
        wholes = (records["whole"].astype(np.float32) @ self.wholes.T).max(1)
        found: Floats = np.maximum(wholes, self.by_view(records).max(1))
        return found

    def by_view(self, records: NDArray[Any]) -> Floats:
        """Return cosines with the query and with its mirror image, as compare: ``(n, 2)``."""
        wholes = records["whole"].astype(np.float32) @ self.wholes[:2].T
        regions = records["regions"].reshape(-1, embedding.REDUCED).astype(np.float32)
        inside = (regions @ self.small.T).reshape(*records["regions"].shape[:2], len(self.small))
        found: Floats = np.maximum(wholes, inside.max(1) / np.float32(127))
        return found


class Indexed(Protocol):
    """What a library has beside its signatures; all may be missing."""

    @property
    def haar(self) -> Postings | None:
        """The lists of Haar coefficients."""

    @property
    def embeddings(self) -> tuple[VectorStore, VectorStore] | None:
        """The stores of whole pictures and of regions."""

    def tail(self, kind: str) -> Numbers:
        """Return the entries that are not in an index, and have a signature of that kind."""


class Shortlist:
    """The signatures of a library, to be compared with queries.

    Args:
        catalog: Which entries have a signature.
        signatures: The signatures, each with its file.
        indexes: Those of the library.
        among: Numbers of the entries that may be found, in order; by default all.
    """

    def __init__(
        self,
        catalog: Catalog,
        signatures: Sequence[tuple[Signature, Rows]],
        indexes: Indexed,
        among: Numbers | None = None,
    ) -> None:
        self._catalog = catalog
        self._among = among
        self._files = {one.name.partition("-")[0]: (one.name, rows) for one, rows in signatures}
        self._indexes = indexes

    def scores(self, views: tuple[View, View], *, regions: bool = True) -> dict[str, Scores]:
        """Return the scores of the pictures that are most like a query, by kind of signature.

        Args:
            views: The query, and its mirror image.
            regions: Whether to look for pictures that are a part of the query too.
        """
        # The networks leave a core to the wavelets.
        with ThreadPoolExecutor(1) as pool:
            haar = pool.submit(lambda: self._by_haar(HaarQuery(views[0])))
            embedding = (
                {"embedding": self._by_embedding(EmbeddingQuery(views, regions=regions))}
                if "embedding" in self._files
                else {}
            )
            return {"haar": haar.result(), **embedding}

    def _by_haar(self, query: HaarQuery) -> Scores:
        proposed = []
        if not self._few and (postings := self._indexes.haar) is not None:
            proposed.append(coefficients.similar(postings, query.rows, PROPOSED))
        numbers = self._compared("haar")
        records = self._files["haar"][1].open()
        values = np.empty(len(numbers), np.float32)
        for start in range(0, len(numbers), _BLOCK):
            block = records[numbers[start : start + _BLOCK]]
            values[start : start + _BLOCK] = query.compare(block)
        proposed.append(best(numbers, values, PROPOSED))
        return self._ranked("haar", query, np.concatenate(proposed))

    def _by_embedding(self, query: EmbeddingQuery) -> Scores:
        numbers = self._compared("embedding")
        records = self._files["embedding"][1].open()
        proposed = [
            Exact(records["whole"], numbers).nearest(query.wholes, PROPOSED),
            Exact(records["regions"], numbers).nearest(query.small, PROPOSED),
        ]
        if not self._few and (stores := self._indexes.embeddings) is not None:
            proposed.append(stores[0].nearest(query.wholes[:_ASKED], PROPOSED))
            proposed.append(stores[1].nearest(query.small, PROPOSED))
        return self._ranked("embedding", query, np.concatenate(proposed))

    @property
    def _few(self) -> bool:
        """Whether only few may be found: the best of all would hardly be among them."""
        return self._among is not None and len(self._among) <= EXACT_UP_TO

    def _compared(self, kind: str) -> Numbers:
        """Return the entries that are compared without an index."""
        name, rows = self._files[kind]
        numbers = self._catalog.numbers(name) if self._few else self._indexes.tail(kind)
        if self._among is not None:
            numbers = np.intersect1d(numbers, self._among)
        # A reader may be behind a process that is adding.
        return numbers[numbers < len(rows.open())]

    def _ranked(self, kind: str, query: HaarQuery | EmbeddingQuery, proposed: Numbers) -> Scores:
        name, rows = self._files[kind]

        def score(numbers: Numbers) -> Floats:
            known = np.isin(numbers, self._catalog.having(name, numbers))
            return query.compare(rows.read(numbers)) * known

        def by_view(numbers: Numbers) -> Floats:
            known = np.isin(numbers, self._catalog.having(name, numbers))
            return query.by_view(rows.read(numbers)) * known[:, None]

        proposed = self._catalog.having(name, np.unique(proposed))
        if self._among is not None:
            proposed = np.intersect1d(proposed, self._among)
        numbers = best(proposed, query.compare(rows.read(proposed)), len(proposed))
        return Scores(numbers, score, by_view)
