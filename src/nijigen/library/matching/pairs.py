"""Pairs: what two pictures of the library are to each other, from what is stored of them."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from nijigen.library.files.originals import read_original, unchanged
from nijigen.library.matching.certainty import LIKELY, worth
from nijigen.library.matching.details import Originals
from nijigen.library.matching.geometry import Luma, Query, place
from nijigen.library.matching.kinds import Comparison, compare
from nijigen.library.matching.views import LARGEST, SIDE, THUMBNAIL, View
from nijigen.library.signatures.signature import Row
from nijigen.library.store.catalog import Catalog
from nijigen.library.store.rows import Rows
from nijigen.library.store.thumbnails import Thumbnails

_HELD = 96
"""Entries held in memory: more than a search compares."""


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
    def luma(self) -> Luma:
        """Of its thumbnail."""
        return Luma(self.thumbnail)

    @cached_property
    def query(self) -> Query:
        """It as a picture that is looked for."""
        if self.local is None:
            return Query(self.thumbnail)
        count = int(self.local["count"])
        points = self.local["points"][:count].astype(np.float32) * np.float32(self.scale)
        return Query(self.thumbnail, (points, self.local["descriptors"][:count].copy()))


class StoredEntries:
    """What a library stores of its entries; may be used by several threads.

    Args:
        catalog: The entries.
        thumbnails: Their thumbnails.
        local: Their local features.
    """

    def __init__(self, catalog: Catalog, thumbnails: Thumbnails, local: Rows) -> None:
        self._catalog = catalog
        self._thumbnails = thumbnails
        self._local = local.open()
        self._lock = threading.Lock()
        self._held = lru_cache(_HELD)(self._read)

    def get(self, number: int) -> Stored | None:
        """Return an entry by its number; None if it is unknown or its thumbnail is lost.

        What was read is kept for a while: hold this for one search only.
        """
        with self._lock:
            return self._held(number)

    def features(self, number: int) -> tuple[Row, float] | None:
        """Return the local features of an entry, and the scale of its thumbnail to them.

        Takes a tenth of the time that reading its thumbnail does.
        """
        with self._lock:
            entry = self._catalog.entry(number)
        if entry is None or number >= len(self._local):
            return None
        longer = max(entry.content.width, entry.content.height)
        return self._local[number], min(THUMBNAIL, longer) / min(SIDE, longer)

    def original(self, number: int) -> View | None:
        """Return the picture itself, if its file is as it was; of a frame of a clip None."""
        with self._lock:
            entry = self._catalog.entry(number)
            if entry is None or entry.content.moving:
                return None
            paths = list(unchanged(self._catalog.places(entry.content.number)))
        return read_original(paths, LARGEST)

    def originals(self, number: int, other: int) -> tuple[View, View] | None:
        """Return two pictures themselves, if the files of both are as they were."""
        one = self.original(number)
        two = self.original(other) if one is not None else None
        return None if one is None or two is None else (one, two)

    def _read(self, number: int) -> Stored | None:
        entry, thumbnail = self._catalog.entry(number), self._thumbnails.read(number)
        if entry is None or thumbnail is None:
            return None
        local = self._local[number] if number < len(self._local) else None
        return Stored((entry.content.width, entry.content.height), thumbnail, local)


def compare_stored(
    one: Stored, other: Stored, originals: Originals = lambda: None
) -> Comparison | None:
    """Return what one picture is to another; None if nothing agrees when they are laid over.

    Takes about 0.05 s.

    Args:
        one: A picture.
        other: The picture that it is looked for in.
        originals: Returns both pictures themselves, for what thumbnails are too small to show.
    """
    query = one.query
    placement = place(query, other.luma, other.local, other.scale)
    if worth(placement) < LIKELY:
        return None
    return compare(query, one.size, other.thumbnail, other.size, placement, originals)
