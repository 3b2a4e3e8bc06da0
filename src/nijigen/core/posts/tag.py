"""Tag: a label of pictures, in one of five categories."""

from __future__ import annotations

import functools
import re
import unicodedata
from dataclasses import dataclass
from typing import Literal, get_args

Category = Literal["general", "artist", "copyright", "character", "meta"]
CATEGORIES: tuple[Category, ...] = get_args(Category)
NUMBERS: dict[int, Category] = {
    0: "general",
    1: "artist",
    3: "copyright",
    4: "character",
    5: "meta",
}
"""Categories by their number at Danbooru and Moebooru; 2 was never used."""
PREFIXES: dict[str, Category] = {
    **{category: category for category in CATEGORIES},
    "gen": "general",
    "art": "artist",
    "copy": "copyright",
    "char": "character",
}
"""What stands before a name and a colon to say its category, as at Danbooru; no tag begins so."""
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag that a site, or the library, knows.

    Args:
        name: Normalized, as :func:`normalize` returns it.
        category: None if it is not known: Gelbooru does not say.
        count: Number of posts that have it.
        aliases: Other names for the same tag.
        implies: Tags that every post with this one has as well.
    """

    name: str
    category: Category | None = None
    count: int = 0
    aliases: tuple[str, ...] = ()
    implies: tuple[str, ...] = ()


@functools.lru_cache(maxsize=1 << 15)
def normalize(name: str) -> str:
    """Return the name of a tag in lower case, NFKC, with an underscore for each space.

    All names of Danbooru are unchanged by it. Full-width letters become ordinary ones, and
    Japanese names from macOS, whose accents are characters of their own, are composed.
    """
    composed = unicodedata.normalize("NFKC", name).lower()
    # Lower case can be decomposed (İ), and NFKC makes spaces (of U+00A8, for one).
    composed = unicodedata.normalize("NFKC", composed)
    return _SPACE.sub("_", composed.strip())
