"""Search: signatures make a shortlist, whose pictures are then compared by geometry."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from nijigen.core.picture import Picture
from nijigen.core.run import Run
from nijigen.library.matching.geometry import Placement, Query
from nijigen.library.matching.kinds import Comparison, Kind, Verdict, compare
from nijigen.library.matching.merging import merged
from nijigen.library.matching.pairs import StoredEntries
from nijigen.library.matching.placing import Placing
from nijigen.library.matching.probability import probability
from nijigen.library.matching.shortlist import Indexed, Scores, Shortlist
from nijigen.library.matching.views import LARGEST, SIDE, View, view_of
from nijigen.library.signatures.local import Local
from nijigen.library.signatures.signature import Signature
from nijigen.library.store.catalog import Catalog, Entry, Place
from nijigen.library.store.rows import Rows
from nijigen.library.store.thumbnails import Thumbnails
from nijigen.models.session import limit_this_thread, threads

_LISTED, _FIRST = 12, 3
"""Pictures of each signature that are compared by geometry; so many before the others."""
_MORE, _LISTED_PARTS, _TRIED = 40, 4, 8
"""The same where geometry agrees with none of them: of the whole, of each quarter of the query, and
those in which all positions are tried."""
_CLOSER = 4
"""Hits whose files are read, where thumbnails show no difference."""
_QUARTERS = ((0, 0, 0.5, 0.5), (0.5, 0, 1, 0.5), (0, 0.5, 0.5, 1), (0.5, 0.5, 1, 1))
_LEAST_PART = 48
_MOST_INLIERS = 200
_MIRRORED = 0.02
"""How much less a mirrored picture counts: more than two files of one picture differ by."""
_OTHER_COLORS = 40.0
"""Mean difference of the colors, in levels, that is as large as it gets."""
_FITS_BETTER, _AS_LARGE = 0.01, 0.9
"""By how much a variant has to be more like the query than another hit, and how much of what that
shows it has to show, for the other to be no more than a variant."""
_UNPLACED = Placement(np.eye(3), mirrored=False, likeness=0.0)
SCORES: dict[Verdict, float] = {"same artwork": 0.8, "variant": 0.6, "similar": 0.4}
"""The least score of each verdict. Hits that geometry has not confirmed stay below all of these."""


@dataclass(frozen=True)
class Hit:
    """A picture of the library that is like the query."""

    entry: Entry
    places: tuple[Place, ...]
    score: float
    """0 to 1: from 0.8 the same artwork, from 0.6 a variant, see :data:`SCORES`."""
    kinds: tuple[Kind, ...]
    shot: tuple[float, float] | None
    """Of a frame of a clip, when its shot begins and ends, in seconds."""
    comparison: Comparison | None
    """Where and what differs; None if there is no agreement of geometry."""
    likeness: float
    """Correlation of the luma where both overlap."""
    inliers: int
    """Local features that agree."""
    haar: float
    embedding: float

    @property
    def probability(self) -> float:
        """How often the first hit of a search is right, if it has this score."""
        return 1.0 if self.kinds[0] == "same file" else probability(self.score)


def search(
    picture: Picture,
    catalog: Catalog,
    thumbnails: Thumbnails,
    signatures: Sequence[tuple[Signature, Rows]],
    indexes: Indexed,
    *,
    count: int,
    sha256: str,
    among: NDArray[np.int64] | None = None,
    run: Run,
) -> list[Hit]:
    """Return the best hits, in order.

    Args:
        picture: What is looked for.
        catalog: The pictures of the library.
        thumbnails: Their thumbnails.
        signatures: Their signatures, each with its file.
        indexes: What is derived from them.
        count: At most so many.
        sha256: Hash of the picture's file, or empty.
        among: Numbers of the entries that may be found, in order; by default all.
        run: May be cancelled.
    """
    query = Query(view_of(picture))
    shortlist = Shortlist(catalog, signatures, indexes, among)
    local = next(rows for one, rows in signatures if isinstance(one, Local))
    stored = StoredEntries(catalog, thumbnails, local)
    placing = Placing(query, stored)
    with (
        ThreadPoolExecutor(1, initializer=limit_this_thread, initargs=(1,)) as network,
        ThreadPoolExecutor(threads()) as pool,
    ):
        comparing = _Comparing(query, picture, stored, pool)
        signing = shortlist.sign(query.views, network)
        query.features(0)
        scores = shortlist.first(signing)
        run.progress(0.2)
        # While the network looks at regions.
        placing.look([*_same(catalog, sha256, among), *_listed(scores, 1)], scores)
        if not placing.sure:
            placing.look(_listed(scores, _FIRST), scores)
        for number in placing.sure[:1]:
            comparing.begin(number, placing.found[number], closer=True)
        scores = shortlist.scores(signing, scores, mirror=not placing.sure)
        run.progress(0.3)
        for listed in (_FIRST, _LISTED):
            placing.look(_listed(scores, listed), scores)
        run.progress(0.6)
        if not placing.likely:
            # The query may be a small part of a picture, or one of several on a sheet.
            last = scores.get("embedding") or scores["haar"]
            placing.look_in_all([n for n in last.best(_MORE) if n not in placing.found])
            run.progress(0.7)
            _look_for_parts(picture, query, placing, shortlist, network)
            run.progress(0.9)
            if not placing.likely:
                placing.try_all_positions(last.best(_TRIED))
        for rank, number in enumerate(placing.best()):
            comparing.begin(number, placing.found[number], closer=rank < _CLOSER)
        comparisons = comparing.results()
    placed = dict(placing.found)
    for number in _listed(scores, _LISTED):
        # Those that nobody looked at are hits too: they are less like the query than the surest.
        if len(placed) < count and catalog.entry(number) is not None:
            placed.setdefault(number, _UNPLACED)
    signed = {kind: one.of(placed) for kind, one in scores.items()}
    hits = _consistent(
        [
            _hit(number, placement, comparisons.get(number), catalog, signed, sha256)
            for number, placement in placed.items()
        ]
    )
    run.progress(1)
    return merged(sorted(hits, key=lambda hit: -hit.score))[:count]


class _Comparing:
    """What a query is to the pictures that it was found in; computed beside what else is done.

    Args:
        query: The query.
        picture: The picture that it is a view of.
        stored: What the library stores of its pictures.
        pool: Where pictures are compared.
    """

    def __init__(
        self, query: Query, picture: Picture, stored: StoredEntries, pool: Executor
    ) -> None:
        self._query, self._picture, self._stored, self._pool = query, picture, stored, pool
        self._begun: dict[int, tuple[Placement, Future[Comparison]]] = {}
        self._lock = threading.Lock()

    def begin(self, number: int, placement: Placement, *, closer: bool) -> None:
        """Begin to compare with a picture, unless that has begun already.

        Args:
            number: The picture.
            placement: Where the query is there.
            closer: Whether its file is read, if thumbnails show no difference.
        """
        if number in self._begun and self._begun[number][0] is placement:
            return
        other = self._stored.get(number)
        assert other is not None

        def originals() -> tuple[View, View] | None:
            original = self._stored.original(number) if closer else None
            return None if original is None else (self._whole(), original)

        compared = self._pool.submit(
            compare,
            self._query,
            self._picture.size,
            other.thumbnail,
            other.size,
            placement,
            originals,
        )
        self._begun[number] = placement, compared

    def results(self) -> dict[int, Comparison]:
        """Return the comparisons, by the numbers of the pictures."""
        return {number: compared.result() for number, (_, compared) in self._begun.items()}

    def _whole(self) -> View:
        with self._lock:
            return self._made

    @cached_property
    def _made(self) -> View:
        return view_of(self._picture, LARGEST)


def _same(catalog: Catalog, sha256: str, among: NDArray[np.int64] | None) -> list[int]:
    """Return the entry that has the same bytes, if there is one."""
    content = catalog.with_hash(sha256) if sha256 else None
    entries = catalog.entries(content.number)[:1] if content is not None else []
    return [one.number for one in entries if among is None or one.number in among]


def _listed(scores: dict[str, Scores], count: int) -> list[int]:
    """Return the pictures that are most like the query by each kind of signature."""
    return list(dict.fromkeys(number for one in scores.values() for number in one.best(count)))


def _look_for_parts(
    picture: Picture,
    query: Query,
    placing: Placing,
    shortlist: Shortlist,
    network: ThreadPoolExecutor,
) -> None:
    """Look for quarters of the query in the pictures that are most like them."""
    view = view_of(picture, 2 * SIDE)
    for box in _QUARTERS:
        left, top, right, bottom = _box_in(view, box)
        if min(right - left, bottom - top) < _LEAST_PART:
            continue
        part = Query(np.ascontiguousarray(view[top:bottom, left:right]))
        signing = shortlist.sign(part.views, network, regions=False)
        scores = shortlist.scores(signing, shortlist.first(signing))
        listed = _listed(scores, _LISTED_PARTS)
        placing.look_for_part(part, _box_in(query.views[0], box), listed)


def _score(comparison: Comparison, likeness: float, inliers: int, haar: float) -> float:
    """Return the score of a hit, in the range of its verdict.

    Versions of a drawing agree in most features: likeness, structure and colors tell them apart.
    """
    agreeing = min(inliers / _MOST_INLIERS, 1)
    colored = 1 - min(comparison.recolored / _OTHER_COLORS, 1)
    alike = 0.5 * max(likeness, 0) + 0.37 * max(comparison.structure, 0) + 0.08 * colored
    # Where the library has a picture and its mirror image, both agree.
    alike -= _MIRRORED * ("mirrored" in comparison.changes)
    return SCORES[comparison.verdict] + 0.19 * (alike + 0.04 * agreeing + 0.01 * haar)


def _consistent(hits: Sequence[Hit]) -> list[Hit]:
    """Return hits of which none is the same artwork that fits worse than a variant does.

    Another version in other colors, such as a room by day and by night, may have no single part
    that differs too much.
    """

    def fitting(hit: Hit) -> Hit:
        if hit.comparison is None or hit.kinds[0] != "same artwork" or "lettered" in hit.kinds:
            return hit
        least, shown = hit.likeness + _FITS_BETTER, _AS_LARGE * hit.comparison.shown
        for one in hits:
            if one.comparison is None or one.kinds[0] != "variant":
                continue
            if one.likeness > least and one.comparison.shown >= shown:
                comparison = replace(hit.comparison, verdict="variant")
                score = _score(comparison, hit.likeness, hit.inliers, hit.haar)
                return replace(
                    hit, comparison=comparison, kinds=comparison.kinds, score=round(score, 4)
                )
        return hit

    return [fitting(hit) for hit in hits]


def _box_in(view: View, box: tuple[float, float, float, float]) -> tuple[int, int, int, int]:
    height, width = view.shape[:2]
    left, top, right, bottom = box
    return round(left * width), round(top * height), round(right * width), round(bottom * height)


def _hit(
    number: int,
    placement: Placement,
    comparison: Comparison | None,
    catalog: Catalog,
    scores: dict[str, dict[int, float]],
    sha256: str,
) -> Hit:
    entry = catalog.entry(number)
    assert entry is not None
    haar = scores["haar"][number]
    embedding = scores["embedding"][number] if "embedding" in scores else 0.0
    kinds: tuple[Kind, ...] = ("similar",)
    if comparison is not None:
        score = _score(comparison, placement.likeness, placement.inliers, haar)
        kinds = comparison.kinds
    else:
        # What geometry has not confirmed never reaches what it has.
        signed = max(embedding, 0) if "embedding" in scores else max(haar, 0)
        score = 0.14 * signed + 0.14 * max(haar, 0) + 0.1 * max(placement.likeness, 0)
    if sha256 == entry.content.sha256:
        kinds, score = ("same file",), 1.0
    return Hit(
        entry,
        tuple(catalog.places(entry.content.number)),
        round(score, 4),
        kinds,
        catalog.shot(entry) if entry.content.moving else None,
        comparison,
        round(placement.likeness, 4),
        placement.inliers,
        round(haar, 4),
        round(embedding, 4),
    )
