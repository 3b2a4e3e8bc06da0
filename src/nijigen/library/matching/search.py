"""Search: signatures make a shortlist, whose pictures are then compared by geometry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nijigen.core.picture import Picture
from nijigen.core.run import Run
from nijigen.library.matching import shortlist
from nijigen.library.matching.geometry import Placement, Query, place, place_by_trying
from nijigen.library.matching.kinds import Comparison, Kind, compare
from nijigen.library.matching.shortlist import Scores
from nijigen.library.matching.views import SIDE, View, view_of
from nijigen.library.signatures.signature import Signature
from nijigen.library.store.catalog import Catalog, Place, Record
from nijigen.library.store.rows import Rows
from nijigen.library.store.thumbnails import Thumbnails

_LISTED = 12
"""Pictures of each signature that are compared by geometry."""
_TRIED = 6
"""Pictures in which all positions are tried, where local features agree on none."""
_LIKELY = 0.5
"""How sure a placement must be; below, all positions are tried."""
_INLIERS = 25
"""Local features that agree, which is as good as a correlation."""


@dataclass(frozen=True)
class Hit:
    """A picture of the library that is like the query."""

    record: Record
    places: tuple[Place, ...]
    score: float
    """0 to 1; above 0.6 geometry agrees."""
    kinds: tuple[Kind, ...]
    comparison: Comparison | None
    """Where and what differs; None if there is no agreement of geometry."""
    likeness: float
    """Correlation of the luma where both overlap."""
    inliers: int
    """Local features that agree."""
    haar: float
    embedding: float


def search(
    picture: Picture,
    catalog: Catalog,
    thumbnails: Thumbnails,
    signatures: Sequence[tuple[Signature, Rows]],
    *,
    count: int,
    sha256: str,
    run: Run,
) -> list[Hit]:
    """Return the best hits, in order.

    Args:
        picture: What is looked for.
        catalog: The pictures of the library.
        thumbnails: Their thumbnails.
        signatures: Their signatures, each with its file.
        count: At most so many.
        sha256: Hash of the picture's file, or empty.
        run: May be cancelled.
    """
    query = Query(view_of(picture))
    scores: dict[str, Scores] = {}
    rows = {}
    for signature, file in signatures:
        kind = signature.name.partition("-")[0]
        rows[kind] = file.open()
        numbers = catalog.numbers(signature.name)
        # A reader may be behind a process that is adding.
        numbers = numbers[numbers < len(rows[kind])]
        if kind == "haar":
            scores[kind] = shortlist.by_haar(query.views, numbers, rows[kind])
        elif kind == "embedding":
            scores[kind] = shortlist.by_embedding(query.views, numbers, rows[kind])
        run.progress(len(scores) / 4)
    listed = list(dict.fromkeys(n for one in scores.values() for n in one.best(_LISTED)))
    same = catalog.with_hash(sha256) if sha256 else None
    if same is not None and same.number not in listed:
        listed.insert(0, same.number)
    placed: list[tuple[Record, View, Placement]] = []
    for done, number in enumerate(listed):
        run.progress(0.5 + 0.4 * done / len(listed))
        record, thumbnail = catalog.record(number), thumbnails.read(number)
        if record is None or thumbnail is None:
            continue
        local = rows["local"][number] if number < len(rows["local"]) else None
        scale = max(thumbnail.shape) / min(SIDE, max(record.width, record.height))
        placed.append((record, thumbnail, place(query, thumbnail, local, scale)))
    if all(worth(placement) < _LIKELY for _, _, placement in placed):
        placed = [
            (record, thumbnail, _tried(query, thumbnail, placement) if at < _TRIED else placement)
            for at, (record, thumbnail, placement) in enumerate(_ordered(placed, scores))
        ]
    hits = [
        _hit(query, picture, record, thumbnail, placement, scores, catalog, sha256)
        for record, thumbnail, placement in placed
    ]
    run.progress(1)
    return sorted(hits, key=lambda hit: -hit.score)[:count]


def worth(placement: Placement) -> float:
    """Return how sure a placement is, from 0 to 1."""
    agreeing = min(placement.inliers / _INLIERS, 1)
    return max(0.0, min(1.0, placement.likeness * (0.75 + 0.25 * agreeing) + 0.1 * agreeing))


def _ordered(
    placed: list[tuple[Record, View, Placement]], scores: dict[str, Scores]
) -> list[tuple[Record, View, Placement]]:
    by = scores.get("embedding") or scores["haar"]
    return sorted(placed, key=lambda one: -by.of(one[0].number))


def _tried(query: Query, thumbnail: View, placement: Placement) -> Placement:
    found = place_by_trying(query, thumbnail)
    return placement if found is None or worth(found) <= worth(placement) else found


def _hit(
    query: Query,
    picture: Picture,
    record: Record,
    thumbnail: View,
    placement: Placement,
    scores: dict[str, Scores],
    catalog: Catalog,
    sha256: str,
) -> Hit:
    haar = scores["haar"].of(record.number)
    embedding = scores["embedding"].of(record.number) if "embedding" in scores else 0.0
    sure = worth(placement)
    comparison = None
    kinds: tuple[Kind, ...] = ("similar",)
    # Below, signatures alone decide, and never reach what geometry has confirmed.
    score = max(0.0, 0.6 * sure + 0.2 * max(haar, 0) + 0.2 * max(embedding, 0))
    if sure >= _LIKELY:
        size = (record.width, record.height)
        comparison = compare(query, picture.size, thumbnail, size, placement)
        kinds = comparison.kinds
    if sha256 == record.sha256:
        kinds, score = ("same file",), 1.0
    return Hit(
        record,
        tuple(catalog.places(record.number)),
        round(score, 4),
        kinds,
        comparison,
        round(placement.likeness, 4),
        placement.inliers,
        round(haar, 4),
        round(embedding, 4),
    )
