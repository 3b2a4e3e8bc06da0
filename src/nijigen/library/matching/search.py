"""Search: signatures make a shortlist, whose pictures are then compared by geometry."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from nijigen.core.picture import Picture
from nijigen.core.run import Run
from nijigen.library.matching.certainty import LIKELY, worth
from nijigen.library.matching.geometry import (
    VIEWS,
    Placement,
    Query,
    of_part,
    place,
    place_by_trying,
)
from nijigen.library.matching.kinds import Comparison, Kind, Verdict, compare
from nijigen.library.matching.merging import merged
from nijigen.library.matching.pairs import StoredEntries
from nijigen.library.matching.probability import probability
from nijigen.library.matching.shortlist import Indexed, Scores, Shortlist
from nijigen.library.matching.views import LARGEST, SIDE, View, view_of
from nijigen.library.signatures.local import Local
from nijigen.library.signatures.signature import Signature
from nijigen.library.store.catalog import Catalog, Entry, Place
from nijigen.library.store.rows import Rows
from nijigen.library.store.thumbnails import Thumbnails
from nijigen.library.workers.threads import in_order

_LISTED, _FIRST = 12, 3
"""Pictures of each signature that are compared by geometry; so many before the others."""
_SURE = 0.9
"""How sure a placement must be, for pictures that are less like the query to be left out."""
_NEARLY = 0.6
"""How like the query these are at most, as a share of what was placed: versions of one drawing had
.65 of its cosine or more."""
_MORE, _LISTED_PARTS, _TRIED = 40, 4, 8
"""The same where geometry agrees with none of them: of the whole, of each quarter of the query, and
those in which all positions are tried."""
_CLOSER = 4
"""Hits whose files are read, where thumbnails show no difference."""
_QUARTERS = ((0, 0, 0.5, 0.5), (0.5, 0, 1, 0.5), (0, 0.5, 0.5, 1), (0.5, 0.5, 1, 1))
_LEAST_PART = 48
_MOST_INLIERS = 200
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
    index = _Index(catalog, thumbnails, signatures, indexes, among)
    with ThreadPoolExecutor(1) as pool:
        # The networks leave a core to this.
        known = pool.submit(query.features, 0)
        scores = index.scores(query)
        known.result()
    run.progress(0.3)
    placed = index.place_listed(query, scores, _same(catalog, sha256, among))
    run.progress(0.6)
    if all(worth(placement) < LIKELY for placement in placed.values()):
        # The query may be a small part of a picture, or one of several on a sheet.
        last = scores.get("embedding") or scores["haar"]
        more = [number for number in last.best(_MORE) if number not in placed]
        placed |= index.place(query, dict.fromkeys(more, VIEWS))
        run.progress(0.7)
        placed = index.place_parts(picture, query, placed)
        run.progress(0.9)
        if all(worth(placement) < LIKELY for placement in placed.values()):
            placed = index.place_by_trying(query, placed, last.best(_TRIED))
    surest = sorted(placed, key=lambda number: -worth(placed[number]))[:_CLOSER]
    whole = cache(lambda: view_of(picture, LARGEST))

    def originals(number: int) -> tuple[View, View] | None:
        other = index.stored.original(number) if number in surest else None
        return None if other is None else (whole(), other)

    for number in index.listed(scores):
        # Those that nobody looked at are hits too: they are less like the query than the surest.
        if len(placed) < count and index.catalog.entry(number) is not None:
            placed.setdefault(number, _UNPLACED)
    signed = {kind: one.of(placed) for kind, one in scores.items()}
    compared = in_order(
        lambda pair: _hit(query, picture, *pair, index, signed, sha256, originals), placed.items()
    )
    hits = _consistent([hit for _, hit in compared])
    run.progress(1)
    return merged(sorted(hits, key=lambda hit: -hit.score))[:count]


def _same(catalog: Catalog, sha256: str, among: NDArray[np.int64] | None) -> list[int]:
    """Return the entry that has the same bytes, if there is one."""
    content = catalog.with_hash(sha256) if sha256 else None
    entries = catalog.entries(content.number)[:1] if content is not None else []
    return [one.number for one in entries if among is None or one.number in among]


class _Index:
    """The signatures and thumbnails of a library, and queries that are placed in them."""

    def __init__(
        self,
        catalog: Catalog,
        thumbnails: Thumbnails,
        signatures: Sequence[tuple[Signature, Rows]],
        indexes: Indexed,
        among: NDArray[np.int64] | None = None,
    ) -> None:
        self.catalog = catalog
        self._shortlist = Shortlist(catalog, signatures, indexes, among)
        local = next(rows for one, rows in signatures if isinstance(one, Local))
        self.stored = StoredEntries(catalog, thumbnails, local)

    def scores(self, query: Query, *, regions: bool = True) -> dict[str, Scores]:
        """Return the scores of the pictures most like the query, by the kind of signature."""
        return self._shortlist.scores(query.views, regions=regions)

    def listed(self, scores: dict[str, Scores], count: int = _LISTED) -> list[int]:
        """Return the pictures that are most like the query by each kind of signature."""
        return list(dict.fromkeys(n for one in scores.values() for n in one.best(count)))

    def place_listed(
        self, query: Query, scores: dict[str, Scores], same: Sequence[int]
    ) -> dict[int, Placement]:
        """Return placements in the pictures that signatures list.

        As soon as one is sure, only pictures that are nearly as like the query are looked at, and
        the query is mirrored only where its mirror image is more like them.

        Args:
            query: The picture.
            scores: How like it others are, by the kind of signature.
            same: Pictures that are placed in any case.
        """
        first = [*dict.fromkeys([*same, *self.listed(scores, _FIRST)])]
        rest = [number for number in self.listed(scores) if number not in first]
        placed: dict[int, Placement] = {}
        for numbers in (first, rest):
            if surest := [n for n in placed if worth(placed[n]) >= _SURE]:
                numbers = _nearly(scores, surest, numbers)
            likelier = _likelier(scores, numbers)
            for other in (0, 1):
                views = {number: (likelier[number] ^ other,) for number in numbers}
                for number, found in self.place(query, views).items():
                    if number not in placed or worth(found) > worth(placed[number]):
                        placed[number] = found
                if any(worth(one) >= _SURE for one in placed.values()):
                    break
        return placed

    def place(self, query: Query, views: Mapping[int, Sequence[int]]) -> dict[int, Placement]:
        """Return placements by local features, or as a whole, in some pictures.

        Args:
            query: The picture.
            views: Which views of it are placed in each of them.
        """
        for view in {view for some in views.values() for view in some}:
            # Known before several threads ask for them.
            query.features(view)

        def placed(number: int) -> Placement | None:
            other = self.stored.get(number)
            if other is None:
                return None
            return place(query, other.luma, other.local, other.scale, views[number])

        return {number: found for number, found in in_order(placed, views) if found is not None}

    def place_parts(
        self, picture: Picture, query: Query, placed: dict[int, Placement]
    ) -> dict[int, Placement]:
        """Return the placements, with better ones for quarters of the query."""
        made = dict(placed)
        view = view_of(picture, 2 * SIDE)
        for box in _QUARTERS:
            inside = _box_in(view, box)
            if min(inside[2] - inside[0], inside[3] - inside[1]) < _LEAST_PART:
                continue
            part = Query(np.ascontiguousarray(view[inside[1] : inside[3], inside[0] : inside[2]]))
            scores = self.scores(part, regions=False)
            listed = dict.fromkeys(n for one in scores.values() for n in one.best(_LISTED_PARTS))
            for number, placement in self.place(part, dict.fromkeys(listed, VIEWS)).items():
                other = self.stored.get(number)
                # Quarters are often plain, and like many others.
                placement = replace(placement, tried=True)
                if worth(placement) < LIKELY or other is None:
                    continue
                moved = of_part(placement, query, part, _box_in(query.views[0], box), other.luma)
                if number not in made or worth(moved) > worth(made[number]):
                    made[number] = moved
        return made

    def place_by_trying(
        self, query: Query, placed: dict[int, Placement], numbers: Sequence[int]
    ) -> dict[int, Placement]:
        """Return the placements, with better ones for some pictures where all were tried."""
        made = dict(placed)
        for number in numbers:
            other = self.stored.get(number)
            if other is None or number not in made:
                continue
            found = place_by_trying(query, other.luma)
            if found is not None and worth(found) > worth(made[number]):
                made[number] = found
        return made


def _likelier(scores: dict[str, Scores], numbers: Sequence[int]) -> dict[int, int]:
    """Return which view of the query each picture is more like: 1 for the mirror image."""
    by_view = sum(one.by_view(np.array(numbers, np.int64)) for one in scores.values())
    return dict(zip(numbers, np.argmax(by_view, 1).tolist(), strict=True)) if numbers else {}


def _nearly(scores: dict[str, Scores], surest: Sequence[int], numbers: Sequence[int]) -> list[int]:
    """Return the pictures that any signature finds nearly as like the query as the surest ones."""
    if not numbers:
        return []
    like = np.zeros(len(numbers), bool)
    for one in scores.values():
        least = _NEARLY * max(one.of(surest).values())
        like |= one.compare(np.array(numbers, np.int64)) >= least
    return [number for number, near in zip(numbers, like, strict=True) if near]


def _score(comparison: Comparison, likeness: float, inliers: int, haar: float) -> float:
    """Return the score of a hit, in the range of its verdict.

    Versions of a drawing agree in most features: likeness, structure and colors tell them apart.
    """
    agreeing = min(inliers / _MOST_INLIERS, 1)
    colored = 1 - min(comparison.recolored / _OTHER_COLORS, 1)
    alike = 0.5 * max(likeness, 0) + 0.37 * max(comparison.structure, 0) + 0.08 * colored
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
    query: Query,
    picture: Picture,
    number: int,
    placement: Placement,
    index: _Index,
    scores: dict[str, dict[int, float]],
    sha256: str,
    originals: Callable[[int], tuple[View, View] | None],
) -> Hit:
    entry = index.catalog.entry(number)
    assert entry is not None
    haar = scores["haar"][number]
    embedding = scores["embedding"][number] if "embedding" in scores else 0.0
    comparison = None
    kinds: tuple[Kind, ...] = ("similar",)
    if worth(placement) >= LIKELY:
        other = index.stored.get(number)
        assert other is not None
        comparison = compare(
            query, picture.size, other.thumbnail, other.size, placement, lambda: originals(number)
        )
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
        tuple(index.catalog.places(entry.content.number)),
        round(score, 4),
        kinds,
        index.catalog.shot(entry) if entry.content.moving else None,
        comparison,
        round(placement.likeness, 4),
        placement.inliers,
        round(haar, 4),
        round(embedding, 4),
    )
