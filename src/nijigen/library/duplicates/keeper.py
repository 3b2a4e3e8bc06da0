"""Keeper: which of several copies is the best one, and why."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from nijigen.library.store.catalog import Entry

_AS_LARGE = 0.9
"""Share of the most pixels from which on sizes are the same."""
_AS_GOOD = 5
"""Difference of JPEG qualities that is within the error of the estimate."""


@dataclass(frozen=True)
class Traits:
    """What is known of a picture of a group, besides its quality."""

    number: int
    files: tuple[Path, ...]
    cropped: bool
    """Whether another shows more of the drawing, or the same without a frame."""
    lettered: bool
    """Whether another has no lettering."""


class Choice:
    """Chooses the picture to keep.

    Args:
        entries: All pictures, by number.
        quality: Returns the measures of an entry; empty if it cannot be read.
        has_source: Returns whether it is known where an entry came from.
    """

    def __init__(
        self,
        entries: Mapping[int, Entry],
        quality: Callable[[int], Mapping[str, float]],
        has_source: Callable[[int], bool],
    ) -> None:
        self._entries = entries
        self._quality = quality
        self._has_source = has_source

    def best(self, group: Sequence[Traits]) -> tuple[int, str]:
        """Return the number of the picture to keep, and what it has before the others.

        The criteria are looked at one after the other, among those that are best so far.
        """
        left, reasons = list(group), []
        for criterion in (
            self._whole,
            self._colored,
            self._largest,
            self._not_enlarged,
            self._clearest,
            self._unlettered,
            self._sourced,
            self._oldest,
        ):
            if len(left) == 1:
                break
            kept, reason = criterion(left)
            if len(kept) < len(left):
                reasons.append(reason)
                left = kept
        return left[0].number, ", ".join(reasons)

    def detail(self, number: int, than: int) -> float:
        """Return how many times as far a picture was enlarged as another, the other way round."""
        return self._enlarged(than) / self._enlarged(number)

    def _colored(self, group: list[Traits]) -> tuple[list[Traits], str]:
        colored = [one for one in group if not self._quality(one.number).get("gray")]
        return colored or group, "in color"

    def _not_enlarged(self, group: list[Traits]) -> tuple[list[Traits], str]:
        least = min(self._enlarged(one.number) for one in group)
        kept = [one for one in group if self._enlarged(one.number) == least]
        return kept, "others were only enlarged"

    def _whole(self, group: list[Traits]) -> tuple[list[Traits], str]:
        return [one for one in group if not one.cropped] or group, "shows all of it"

    def _largest(self, group: list[Traits]) -> tuple[list[Traits], str]:
        pixels = {one.number: self._pixels(one.number) for one in group}
        most = max(pixels.values())
        kept = [one for one in group if pixels[one.number] >= _AS_LARGE * most]
        content = self._entries[kept[0].number].content
        return kept, f"the most detail, {content.width}×{content.height}"

    def _pixels(self, number: int) -> float:
        """Return how many pixels a picture has of its own."""
        content = self._entries[number].content
        return content.width * content.height / self._enlarged(number) ** 2

    def _enlarged(self, number: int) -> float:
        return self._quality(number).get("enlarged", 1.0)

    def _clearest(self, group: list[Traits]) -> tuple[list[Traits], str]:
        quality = {one.number: self._quality(one.number).get("jpeg", 0.0) for one in group}
        most = max(quality.values())
        kept = [one for one in group if quality[one.number] >= most - _AS_GOOD]
        return kept, "no JPEG damage" if most >= 100 else f"JPEG quality {most:.0f}"

    def _unlettered(self, group: list[Traits]) -> tuple[list[Traits], str]:
        return [one for one in group if not one.lettered] or group, "no lettering"

    def _sourced(self, group: list[Traits]) -> tuple[list[Traits], str]:
        return [
            one for one in group if self._has_source(one.number)
        ] or group, "its source is known"

    def _oldest(self, group: list[Traits]) -> tuple[list[Traits], str]:
        first = oldest_first([path for one in group for path in one.files])[0]
        return [one for one in group if first in one.files][:1], "the oldest file"


def oldest_first(files: Sequence[Path]) -> list[Path]:
    """Return files in the order of their age; those that are gone come last."""

    def age(path: Path) -> float:
        try:
            return path.stat().st_mtime
        except OSError:
            return float("inf")

    return sorted(files, key=lambda path: (age(path), os.fsencode(path)))
