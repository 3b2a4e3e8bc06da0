"""Ratings: whether pictures are safe or questionable, by NSFWJS."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from nijigen.core.errors import NijigenError
from nijigen.core.run import SILENT, Run
from nijigen.imaging.assessment import DRAWN, probability_drawn
from nijigen.library._part import Changing, LibraryPart
from nijigen.library.matching.views import View
from nijigen.library.measuring.quality import keep_measures
from nijigen.library.store.catalog import Catalog
from nijigen.library.store.measures import QUESTIONABLE, rating_of
from nijigen.library.store.posts import Posts
from nijigen.library.store.thumbnails import Thumbnails

MODEL = "nsfwjs"
_SIDE = 224
_CLASSES = ("drawing", "hentai", "neutral", "porn", "sexy")
_COUNTED = {"art": ("hentai",), "photo": ("hentai", "porn")}
"""The classes that mean anything: what it calls porn or sexy among drawings is harmless, and
sexy among photographs is a dress."""


class Ratings(LibraryPart):
    """The ratings of the pictures; ``Library.ratings`` is one.

    Args:
        catalog: The pictures.
        changing: Holds the lock of the library.
        thumbnails: Of the pictures, which are what is looked at.
    """

    def __init__(self, catalog: Catalog, changing: Changing, thumbnails: Thumbnails) -> None:
        super().__init__(catalog, changing)
        self._thumbnails = thumbnails

    def lacking(self) -> list[int]:
        """Return the contents that were not rated."""
        return self._catalog.measures.lacking([QUESTIONABLE])

    def rated(self) -> list[int]:
        """Return the contents that were rated."""
        return sorted(self._catalog.measures.all(QUESTIONABLE))

    def counts(self) -> dict[str, int]:
        """Return how many contents were found safe and questionable."""
        counts = Counter(map(rating_of, self._catalog.measures.all(QUESTIONABLE).values()))
        return {"safe": counts["general"], "questionable": counts["questionable"]}

    def rate(self, numbers: Sequence[int], run: Run = SILENT) -> int:
        """Rate contents and keep it; return how many have a thumbnail.

        Raises:
            ModelError: The weights are missing.
        """
        with self._changing():
            rated = keep_measures(self._catalog, numbers, self._shares, run)
            # Queries see them where neither a site nor the user says anything.
            Posts(self._catalog.database).refresh(numbers)
            return rated

    def _shares(self, number: int) -> dict[str, float] | None:
        drawn = self._catalog.measures.of(number).get("drawn")
        views = [self._thumbnails.read(entry.number) for entry in self._catalog.entries(number)]
        shares = [questionable(view, drawn) for view in views if view is not None]
        # One frame of a clip is enough.
        return {QUESTIONABLE: max(shares)} if shares else None


def missing() -> str:
    """Return what is wrong with the weights; empty if they can be used."""
    from nijigen.models.session import open_session

    try:
        open_session(MODEL)
    except NijigenError as error:
        return error.message
    return ""


def questionable(view: View, drawn: float | None = None) -> float:
    """Return the share from 0 to 1 that the network gives to what is questionable.

    Args:
        view: RGB ``(H, W, 3)``; the whole picture, whose thumbnail is enough.
        drawn: Probability that it is a drawing; by default estimated.
    """
    import cv2

    from nijigen.models.session import open_session

    square = cv2.resize(view, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA)
    batch = square.transpose(2, 0, 1)[None].astype(np.float32) / np.float32(255)
    shares = dict(zip(_CLASSES, open_session(MODEL)(batch)[0].tolist(), strict=True))
    if drawn is None:
        drawn = probability_drawn(view)
    return float(sum(shares[name] for name in _COUNTED["art" if drawn >= DRAWN else "photo"]))
