"""Ratings: one scale for all sites, beside what the site itself said."""

from __future__ import annotations

from typing import Literal, get_args

Rating = Literal["general", "sensitive", "questionable", "explicit"]
RATINGS: tuple[Rating, ...] = get_args(Rating)
Scale = Literal["danbooru", "moebooru"]
"""Who gave a rating. Only the meaning of ``s`` differs: Danbooru's, since 2022, is *sensitive*;
that of Moebooru, of Gelbooru's old software and of the Danbooru dumps of 2017 to 2021 is *safe*.
"""

_LETTERS: dict[Scale, dict[str, str]] = {
    "danbooru": {"g": "general", "s": "sensitive", "q": "questionable", "e": "explicit"},
    "moebooru": {"g": "general", "s": "safe", "q": "questionable", "e": "explicit"},
}


def site_rating(text: str, scale: Scale) -> str | None:
    """Return what a site said as a word: ``safe``, or one of :data:`RATINGS`; None for nothing."""
    word = text.strip().lower()
    word = _LETTERS[scale].get(word, word)
    return word if word == "safe" or word in RATINGS else None


def rating_of(word: str | None) -> Rating | None:
    """Return the rating for the word of a site.

    *Safe* is everything that is not questionable; it counts as general, since such sites have
    no other word for harmless pictures.
    """
    if word == "safe":
        return "general"
    return next((rating for rating in RATINGS if rating == word), None)
