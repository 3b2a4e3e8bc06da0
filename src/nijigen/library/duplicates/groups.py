"""Groups: candidates are compared, and what is one drawing is joined around the file to keep."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from nijigen.core.run import Run
from nijigen.library.duplicates.candidates import Pair
from nijigen.library.duplicates.keeper import Choice, Traits, oldest_first
from nijigen.library.matching.details import Originals
from nijigen.library.matching.kinds import Kind
from nijigen.library.matching.pairs import Stored, StoredEntries, compare_stored
from nijigen.library.matching.views import View
from nijigen.library.store.catalog import Entry
from nijigen.library.store.compared import ComparedPairs
from nijigen.library.workers.threads import in_order

_LEAST_SHARE = 0.4
"""Share of a picture that a crop of it shows at least; less is a detail, and not a copy."""
_FINER = 1.25
"""A copy with so many more pixels along a side is kept beside the one that shows more."""
_KEPT_AT_ONCE = 256
_INVERSE: dict[Kind, Kind] = {"cropped": "contains it", "contains it": "cropped"}


@dataclass(frozen=True)
class Relation:
    """What one picture of a pair is to the other."""

    kinds: tuple[Kind, ...]
    changed: float
    """Share of the common area that differs."""
    finer: float = 1.0
    """How many pixels the first has for one of the other, along a side."""
    frame: bool = False
    """Whether what the larger one shows beyond the other is plain: a frame or a letterbox."""
    lettered: bool | None = None
    """Whether the first is the one with lettering; None if neither, or if it is not known."""

    @property
    def is_copy(self) -> bool:
        """Whether they are one drawing, with no part drawn differently."""
        return self.kinds[0] == "same artwork"

    @classmethod
    def read(cls, found: Mapping[str, Any]) -> Relation:
        """Return a relation that was kept."""
        return cls(**{**found, "kinds": tuple(found["kinds"])})

    def inverse(self) -> Relation:
        """Return what the other is to the first."""
        kinds = tuple(_INVERSE.get(kind, kind) for kind in self.kinds)
        lettered = None if self.lettered is None else not self.lettered
        return Relation(kinds, self.changed, 1 / self.finer, self.frame, lettered)


VERSION = 1
"""Of what is kept of a comparison; goes up when the same pair may become another relation."""


@dataclass(frozen=True)
class Copy:
    """A file that is a copy of the one to keep."""

    entry: Entry
    path: Path
    kinds: tuple[Kind, ...]
    """What it is to the one to keep."""
    changed: float = 0.0
    """Share of the common area that differs."""

    @property
    def may_differ(self) -> bool:
        """Whether it may be another drawing: a part has other lines or colors, as at night."""
        return self.kinds[0] == "variant" or "recolored" in self.kinds


@dataclass(frozen=True)
class Group:
    """One drawing, in several files."""

    keeper: Entry
    path: Path
    """The file to keep."""
    reason: str
    copies: tuple[Copy, ...]
    """Those that could go: the same file first, variants last."""


Relations = Mapping[Pair, Relation]


def relations(
    pairs: Sequence[Pair], entries: StoredEntries, kept: ComparedPairs, run: Run
) -> dict[Pair, Relation]:
    """Compare pairs, and return what those are that show one drawing.

    Args:
        pairs: Of numbers of entries, the lower first.
        entries: What is stored of them.
        kept: What was compared before, and receives the others.
        run: May be cancelled: what was compared is kept.
    """
    known = kept.all()

    def compared(pair: Pair) -> tuple[Relation | None, bool]:
        """Return what they are, and whether that was found with all that could be looked at."""
        one, other = (entries.get(number) for number in pair)
        if one is None or other is None:
            return None, False
        complete = True

        def originals() -> tuple[View, View] | None:
            nonlocal complete
            found = entries.originals(*pair)
            complete = found is not None
            return found

        return _relation(one, other, originals), complete

    new: dict[Pair, Any] = {}
    found = {pair: Relation.read(each) for pair in pairs if (each := known.get(pair))}
    left = [pair for pair in pairs if pair not in known]
    try:
        for done, (pair, (relation, complete)) in enumerate(in_order(compared, left), 1):
            if done % 16 == 0:
                run.progress(done / len(left))
            if relation is not None:
                found[pair] = relation
            if complete:
                new[pair] = None if relation is None else asdict(relation)
            if len(new) == _KEPT_AT_ONCE:
                kept.keep(new)
                new = {}
    finally:
        if new:
            kept.keep(new)
        if left:
            kept.forget_lost()
    return found


def _relation(one: Stored, other: Stored, originals: Originals) -> Relation | None:
    found = compare_stored(one, other, originals)
    if found is None or found.verdict == "similar" or "panel of" in found.changes:
        return None
    if min(found.covered, found.shown) < _LEAST_SHARE:
        return None
    frame = False
    if "cropped" in found.changes:
        frame = _is_plain_around(other, found.box)
    elif "contains it" in found.changes:
        frame = _is_plain_around(one, found.query_box)
    lettered = None
    if "lettered" in found.changes and found.changed_box is not None:
        flat = [_flatness(each, other.size, found.changed_box) for each in (one, other)]
        lettered = flat[0] > flat[1]
    finer = (_area(found.query_box) / _area(found.box)) ** 0.5
    return Relation(found.kinds, found.changed, finer, frame, lettered)


def _area(box: tuple[int, int, int, int]) -> int:
    left, top, right, bottom = box
    return max((right - left) * (bottom - top), 1)


def _is_plain_around(stored: Stored, box: tuple[int, int, int, int]) -> bool:
    """Return whether a picture has one color, or nearly, outside of a box of its pixels."""
    left, top, right, bottom = _scaled(stored, stored.size, box)
    outside = np.ones(stored.thumbnail.shape[:2], bool)
    outside[max(top - 2, 0) : bottom + 2, max(left - 2, 0) : right + 2] = False
    pixels = stored.thumbnail[outside]
    return len(pixels) > 0 and bool(pixels.std(0).max() < 8)


def _flatness(stored: Stored, size: tuple[int, int], box: tuple[int, int, int, int]) -> float:
    """Return the share of the two most frequent colors in a box."""
    left, top, right, bottom = _scaled(stored, size, box)
    pixels = stored.thumbnail[top:bottom, left:right].reshape(-1, 3).astype(np.int64) // 32
    counts = np.sort(np.bincount(pixels @ [1, 8, 64]))
    return float(counts[-2:].sum() / max(counts.sum(), 1))


def _scaled(
    stored: Stored, size: tuple[int, int], box: tuple[int, int, int, int]
) -> tuple[int, int, int, int]:
    """Return a box of a picture of some size as one of the thumbnail."""
    across, down = stored.thumbnail.shape[1] / size[0], stored.thumbnail.shape[0] / size[1]
    left, top, right, bottom = box
    return round(left * across), round(top * down), round(right * across), round(bottom * down)


def group(
    entries: Mapping[int, Entry],
    files: Mapping[int, Sequence[Path]],
    found: Relations,
    choice: Choice,
) -> list[Group]:
    """Join the pictures that show one drawing, each group around the one to keep.

    Every copy was compared with the one that is kept: what is like it only by way of a third is
    in a group of its own.

    Args:
        entries: All pictures, by number.
        files: Their files that are here, by number; several are the same file.
        found: What pairs of them are.
        choice: Chooses among pictures.
    """
    both = {pair[::-1]: relation.inverse() for pair, relation in found.items()} | dict(found)

    def around(numbers: Iterable[int], *, copies: bool) -> list[tuple[int, str, list[int]]]:
        """Return the pictures to keep, each with why and with those that are like it."""
        numbers = set(numbers)
        pairs = [
            pair
            for pair, each in found.items()
            if each.is_copy == copies and numbers.issuperset(pair)
        ]
        made = []
        for members in _joined(numbers, pairs):
            left = set(members)
            while left:
                traits = [_traits(number, left, files[number], both) for number in sorted(left)]
                keeper, reason = choice.best(traits)
                those = [
                    number
                    for number in sorted(left - {keeper})
                    if (relation := both.get((number, keeper))) is not None
                    and relation.is_copy == copies
                    and relation.finer <= _FINER * choice.detail(keeper, number)
                ]
                made.append((keeper, reason, those))
                left -= {keeper, *those}
        return made

    kept = {keeper: (why, those) for keeper, why, those in around(entries, copies=True)}
    groups = []
    for keeper, reason, variants in around(kept, copies=False):
        for number in (keeper, *variants):
            why, those = kept[number]
            rows = [(n, path) for n in those for path in files[n]]
            if number == keeper:
                rows += [(n, path) for n in variants for path in files[n][:1]]
            path, *same = oldest_first(files[number])
            made = [Copy(entries[number], each, ("same file",)) for each in same]
            made += [
                Copy(entries[n], each, both[n, number].kinds, both[n, number].changed)
                for n, each in rows
            ]
            if made:
                text = why or ("the oldest file" if same else reason)
                groups.append(Group(entries[number], path, text, tuple(made)))
    return groups


def _joined(numbers: Iterable[int], pairs: Iterable[Pair]) -> list[list[int]]:
    """Return the connected components."""
    parent = {number: number for number in numbers}

    def root(number: int) -> int:
        while parent[number] != number:
            parent[number] = parent[parent[number]]
            number = parent[number]
        return number

    for one, other in pairs:
        parent[root(one)] = root(other)
    joined: dict[int, list[int]] = {}
    for number in parent:
        joined.setdefault(root(number), []).append(number)
    return list(joined.values())


def _traits(number: int, among: set[int], files: Sequence[Path], both: Relations) -> Traits:
    """Return what relations say of a picture among others of its group."""
    mine = [both[number, other] for other in among if (number, other) in both]
    # A picture that was turned a little lies over more than it shows.
    mine = [each for each in mine if "rotated" not in each.kinds]
    cropped = any(
        ("cropped" in each.kinds and not each.frame) or ("contains it" in each.kinds and each.frame)
        for each in mine
    )
    return Traits(number, tuple(files), cropped, any(each.lettered for each in mine))
