"""Placing: where a query is in the pictures that signatures list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from nijigen.library.matching.certainty import LIKELY, worth
from nijigen.library.matching.geometry import (
    VIEWS,
    Placement,
    Query,
    fit,
    of_part,
    place,
    place_as,
    place_by_trying,
)
from nijigen.library.matching.pairs import StoredEntries
from nijigen.library.matching.shortlist import Scores
from nijigen.library.workers.threads import in_order

_SURE = 0.9
"""How sure a placement must be, for pictures that are less like the query to be left out."""
_NEARLY = 0.6
"""How like the query these are at most, as a share of what was placed: versions of one drawing had
.65 of its cosine or more."""
_CLEARLY = 0.2
"""How much more like one view a picture has to be, if the other one was found."""
_PLAIN = 32
"""Local features of a picture, up to which it is compared as a whole although none agree."""


class Placing:
    """Where a query is in the pictures that were looked at so far.

    Args:
        query: The picture.
        stored: What the library stores of its pictures.
    """

    def __init__(self, query: Query, stored: StoredEntries) -> None:
        self._query = query
        self._stored = stored
        self.found: dict[int, Placement] = {}
        self._tried: set[tuple[int, int]] = set()

    @property
    def likely(self) -> bool:
        """Whether it was found in any."""
        return bool(self.best())

    @property
    def sure(self) -> list[int]:
        """The pictures in which it surely is."""
        return [number for number, one in self.found.items() if worth(one) >= _SURE]

    def best(self) -> list[int]:
        """Return the pictures in which it is likely to be, surest first."""
        likely = [number for number, one in self.found.items() if worth(one) >= LIKELY]
        return sorted(likely, key=lambda number: -worth(self.found[number]))

    def look(self, numbers: Sequence[int], scores: dict[str, Scores]) -> None:
        """Look in pictures, and stop as soon as one is sure.

        Then only pictures that are nearly as like the query are looked at, as that one was found
        unless they are clearly more like the other view.

        Args:
            numbers: The pictures.
            scores: How like the query pictures are, by the kind of signature.
        """
        if sure := self.sure:
            numbers = _nearly(scores, sure, numbers)
            found = int(self.found[sure[0]].mirrored)
            likelier = _likelier(scores, numbers, _CLEARLY if found == 0 else -_CLEARLY)
            self._look(dict.fromkeys(numbers, found), agreeing=True)
            self._look({n: v for n, v in likelier.items() if v != found}, agreeing=True)
            return
        likelier = _likelier(scores, numbers)
        for other in VIEWS:
            self._look({number: likelier[number] ^ other for number in numbers})
            if self.sure:
                return

    def look_in_all(self, numbers: Sequence[int]) -> None:
        """Look in pictures for both views, by local features and as a whole."""
        for view in VIEWS:
            self._look(dict.fromkeys(numbers, view))

    def _look(self, views: Mapping[int, int], *, agreeing: bool = False) -> None:
        """Look in pictures for one view in each.

        Args:
            views: The pictures, and the view.
            agreeing: Read thumbnails only where local features agree: every other version of a
                picture that was found had eight or more.
        """
        wanted = [pair for pair in views.items() if pair not in self._tried]
        self._tried.update(wanted)
        for view in {view for _, view in wanted}:
            # Known before several threads ask for them.
            self._query.features(view)

        def placed(pair: tuple[int, int]) -> Placement | None:
            number, view = pair
            stored = self._stored.features(number)
            fitted = None if stored is None else fit(self._query, view, *stored)
            if agreeing and fitted is None and stored is not None and stored[0]["count"] > _PLAIN:
                return None
            other = self._stored.get(number)
            return None if other is None else place_as(self._query, view, other.luma, fitted)

        for (number, _), found in in_order(placed, wanted):
            if found is not None:
                self._keep(number, found)

    def _keep(self, number: int, placement: Placement) -> None:
        if number not in self.found or worth(placement) > worth(self.found[number]):
            self.found[number] = placement

    def look_for_part(
        self, part: Query, box: tuple[int, int, int, int], where: Sequence[int]
    ) -> None:
        """Look in pictures for a part of the query.

        Args:
            part: The part, whose view may have another scale.
            box: Where it is in the view of the query.
            where: The pictures.
        """
        for view in VIEWS:
            part.features(view)

        def placed(number: int) -> Placement | None:
            other = self._stored.get(number)
            if other is None:
                return None
            # Parts are often plain, and like many others.
            found = replace(place(part, other.luma, other.local, other.scale), tried=True)
            return (
                of_part(found, self._query, part, box, other.luma)
                if worth(found) >= LIKELY
                else None
            )

        for number, found in in_order(placed, where):
            if found is not None:
                self._keep(number, found)

    def try_all_positions(self, numbers: Sequence[int]) -> None:
        """Try all positions in pictures that were looked at."""
        for number in numbers:
            other = self._stored.get(number)
            if other is None or number not in self.found:
                continue
            found = place_by_trying(self._query, other.luma)
            if found is not None:
                self._keep(number, found)


def _likelier(
    scores: dict[str, Scores], numbers: Sequence[int], margin: float = 0.0
) -> dict[int, int]:
    """Return which view of the query each picture is more like: 1 for the mirror image.

    Args:
        scores: How like the query pictures are, by the kind of signature.
        numbers: The pictures.
        margin: How much more like the mirror image they have to be for that.
    """
    if not numbers:
        return {}
    asked = np.array(numbers, np.int64)
    by_view = np.sum([one.by_view(asked) for one in scores.values()], 0)
    mirror = by_view[:, 1] - by_view[:, 0] > margin
    return dict(zip(numbers, mirror.astype(int).tolist(), strict=True))


def _nearly(scores: dict[str, Scores], surest: Sequence[int], numbers: Sequence[int]) -> list[int]:
    """Return the pictures that are nearly as like the query as the surest ones."""
    if not numbers:
        return []
    # Wavelets find what is alike in its large areas, and no other version that an embedding misses.
    one = scores.get("embedding") or scores["haar"]
    least = _NEARLY * max(one.of(surest).values())
    like = one.compare(np.array(numbers, np.int64)) >= least
    return [number for number, near in zip(numbers, like, strict=True) if near]
