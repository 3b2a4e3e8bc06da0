"""Pairs: what two pictures of the library are to each other, from what is stored of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from nijigen.library.matching.certainty import LIKELY, worth
from nijigen.library.matching.geometry import Query, place
from nijigen.library.matching.kinds import Comparison, compare
from nijigen.library.matching.views import SIDE, View
from nijigen.library.signatures.signature import Row
from nijigen.library.store.catalog import Catalog
from nijigen.library.store.rows import Rows
from nijigen.library.store.thumbnails import Thumbnails


@dataclass(frozen=True)
class Stored:
    """What the library stores of an entry, and geometry needs."""

    size: tuple[int, int]
    """Width and height of the picture itself."""
    thumbnail: View
    local: Row | None
    """Its local features, if they are stored."""

    @property
    def scale(self) -> float:
        """Pixels of the thumbnail for one of the view that local features are in."""
        longer: int = max(self.thumbnail.shape[:2])
        return longer / min(SIDE, max(self.size))

    @cached_property
    def query(self) -> Query:
        """It as a picture that is looked for."""
        if self.local is None:
            return Query(self.thumbnail)
        count = int(self.local["count"])
        points = self.local["points"][:count].astype(np.float32) * np.float32(self.scale)
        return Query(self.thumbnail, (points, self.local["descriptors"][:count].copy()))


class StoredEntries:
    """What a library stores of its entries.

    Args:
        catalog: The entries.
        thumbnails: Their thumbnails.
        local: Their local features.
    """

    def __init__(self, catalog: Catalog, thumbnails: Thumbnails, local: Rows) -> None:
        self._catalog = catalog
        self._thumbnails = thumbnails
        self._local = local.open()
        self._read: dict[int, Stored | None] = {}

    def get(self, number: int) -> Stored | None:
        """Return an entry by its number; None if it is unknown or its thumbnail is lost.

        What was read is kept: hold this for one search only.
        """
        if number not in self._read:
            self._read[number] = self._get(number)
        return self._read[number]

    def _get(self, number: int) -> Stored | None:
        entry, thumbnail = self._catalog.entry(number), self._thumbnails.read(number)
        if entry is None or thumbnail is None:
            return None
        local = self._local[number] if number < len(self._local) else None
        return Stored((entry.content.width, entry.content.height), thumbnail, local)


def compare_stored(one: Stored, other: Stored) -> Comparison | None:
    """Return what one picture is to another; None if nothing agrees when they are laid over.

    Takes about 0.05 s.

    Args:
        one: A picture.
        other: The picture that it is looked for in.
    """
    query = one.query
    placement = place(query, other.thumbnail, other.local, other.scale)
    if worth(placement) < LIKELY:
        return None
    return compare(query, one.size, other.thumbnail, other.size, placement)
