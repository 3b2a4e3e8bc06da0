"""Merging: several frames of one scene are one hit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nijigen.library.matching.search import Hit

_SCENE = 5.0
"""Seconds from the end of a frame to the start of another, within which they are one scene."""


def merged(hits: Sequence[Hit]) -> list[Hit]:
    """Return hits without frames of a scene that a better hit is from, in the same order.

    Of clips that are only similar, one frame is kept.

    Args:
        hits: Best first.
    """
    kept: list[Hit] = []
    of_clips: dict[int, list[Hit]] = {}
    for hit in hits:
        if hit.entry.content.moving:
            others = of_clips.setdefault(hit.entry.content.number, [])
            if others and (hit.comparison is None or any(_near(hit, one) for one in others)):
                continue
            others.append(hit)
        kept.append(hit)
    return kept


def _near(hit: Hit, other: Hit) -> bool:
    apart = max(hit.entry.start - other.entry.end, other.entry.start - hit.entry.end)
    return hit.shot == other.shot or apart <= _SCENE
