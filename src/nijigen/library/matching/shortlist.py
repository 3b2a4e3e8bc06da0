"""The shortlist: the pictures of a library whose signatures are most like those of a query.

Stores and indexes propose candidates; these are compared exactly, so what finds them does not
change a score.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import cached_property
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
_LARGER = 9
"""Regions of a query that an index of whole pictures is asked for. The smaller ones overlap these,
and would take as long again."""
EXACT_UP_TO = 250_000
"""Entries that are compared without indexes."""
_NONE = np.zeros(0, np.int64)
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
        wholes: Vectors of the query and, if it is known, of its mirror image.
        regions: Vectors of regions of the query, if a picture may be a part of it.
    """

    def __init__(self, wholes: Floats, regions: Floats | None = None) -> None:
        self._count = len(wholes)
        self.wholes: Floats = wholes if regions is None else np.concatenate([wholes, regions])
        """What may be like a whole picture: the query, its mirror image, its regions."""
        self.small = embedding.reduced(wholes)
        """What may be like a region of a picture: the query and its mirror image."""

    def compare(self, records: NDArray[Any]) -> Floats:
        """Return cosines, the best of whole pictures and of a whole with a region of the other."""
        wholes = (records["whole"].astype(np.float32) @ self.wholes.T).max(1)
        found: Floats = np.maximum(wholes, self.by_view(records).max(1))
        return found

    def by_view(self, records: NDArray[Any]) -> Floats:
        """Return cosines with the query and with its mirror image, as compare: ``(n, 2)``.

        They are equal if the mirror image is not known.
        """
        wholes = records["whole"].astype(np.float32) @ self.wholes[: self._count].T
        regions = records["regions"].reshape(-1, embedding.REDUCED).astype(np.float32)
        inside = (regions @ self.small.T).reshape(*records["regions"].shape[:2], self._count)
        found: Floats = np.maximum(wholes, inside.max(1) / np.float32(127))
        return np.broadcast_to(found, (len(found), 2))


class Signing:
    """The signatures of a query.

    The network takes longest: it computes one vector after the other beside what else is done.

    Args:
        views: The query, and its mirror image.
        network: Where it runs.
        embedded: Whether there is an embedding.
        regions: Whether a picture may be a part of the query.
    """

    def __init__(
        self, views: tuple[View, View], network: Executor, *, embedded: bool, regions: bool
    ) -> None:
        self._views = views
        self._network = network
        self.embedded = embedded
        self._whole = network.submit(embedding.whole, views[0]) if embedded else None
        self._regions = (
            network.submit(embedding.regions, views[0]) if embedded and regions else None
        )

    @cached_property
    def haar(self) -> HaarQuery:
        """The wavelets, which are those of the mirror image too."""
        return HaarQuery(self._views[0])

    def whole(self) -> EmbeddingQuery:
        """Return the embedding of the whole query, which is known first."""
        assert self._whole is not None
        return EmbeddingQuery(self._whole.result()[None])

    def all(self, *, mirror: bool) -> EmbeddingQuery:
        """Return the embedding with regions, if they are wanted.

        Args:
            mirror: With that of the mirror image, which takes as long as that of the query.
        """
        assert self._whole is not None
        also = [self._network.submit(embedding.whole, self._views[1])] if mirror else []
        wholes = np.stack([one.result() for one in (self._whole, *also)])
        return EmbeddingQuery(wholes, None if self._regions is None else self._regions.result())


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

    def sign(self, views: tuple[View, View], network: Executor, *, regions: bool = True) -> Signing:
        """Begin to compute the signatures of a query.

        Args:
            views: The query, and its mirror image.
            network: Where the network runs.
            regions: Whether to look for pictures that are a part of the query too.
        """
        return Signing(views, network, embedded="embedding" in self._files, regions=regions)

    def first(self, query: Signing) -> dict[str, Scores]:
        """Return scores by what is known first: wavelets, and the embedding of the whole."""
        found = {"haar": self._by_haar(query.haar)}
        if query.embedded:
            found["embedding"] = self._by_embedding(query.whole(), _NONE)
        return found

    def scores(
        self, query: Signing, known: dict[str, Scores], *, mirror: bool = True
    ) -> dict[str, Scores]:
        """Return the scores of the pictures that are most like a query, by kind of signature.

        Args:
            query: Its signatures.
            known: What :meth:`first` has returned.
            mirror: Whether its mirror image counts in the embedding too.
        """
        if not query.embedded:
            return known
        embedded = self._by_embedding(query.all(mirror=mirror), known["embedding"].numbers)
        return {**known, "embedding": embedded}

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

    def _by_embedding(self, query: EmbeddingQuery, known: Numbers) -> Scores:
        """Return scores of what stores propose.

        Args:
            query: The query.
            known: What they have proposed for its first vector.
        """
        first = 1 if len(known) else 0
        wholes, small = query.wholes[first:], query.small[first:]
        numbers = self._compared("embedding")
        records = self._files["embedding"][1].open()
        asked: list[tuple[VectorStore, Floats]] = [
            (Exact(records["whole"], numbers), wholes),
            (Exact(records["regions"], numbers), small),
        ]
        if not self._few and (indexed := self._indexes.embeddings) is not None:
            asked += [(indexed[0], wholes[: len(small) + _LARGER]), (indexed[1], small)]
        proposed = [store.nearest(some, PROPOSED) for store, some in asked if len(some)]
        return self._ranked("embedding", query, np.concatenate([known, *proposed]))

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
