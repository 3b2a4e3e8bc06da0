"""Finding: the duplicates of a library, from what is stored of its pictures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

import numpy as np

from nijigen.core.run import Run
from nijigen.library.duplicates.candidates import Pair, candidates
from nijigen.library.duplicates.groups import VERSION, Group, Relation, group, relations
from nijigen.library.duplicates.keeper import Choice
from nijigen.library.matching.pairs import StoredEntries
from nijigen.library.measuring.quality import Quality
from nijigen.library.signatures.signature import Signature
from nijigen.library.store.catalog import Catalog, Entry, Place
from nijigen.library.store.compared import ComparedPairs
from nijigen.library.store.distinct import pair_of
from nijigen.library.store.posts import Posts
from nijigen.library.store.rows import Rows
from nijigen.library.store.thumbnails import Thumbnails


def find_duplicates(
    catalog: Catalog,
    thumbnails: Thumbnails,
    signatures: Sequence[tuple[Signature, Rows]],
    quality: Quality,
    run: Run,
    *,
    equal: bool = False,
) -> list[Group]:
    """Return the groups of copies, those with the most files first.

    Of clips only equal files are found.

    Args:
        catalog: The pictures.
        thumbnails: Their thumbnails.
        signatures: What can be computed, each with its file.
        quality: What is measured of the pictures.
        run: May be cancelled.
        equal: Only files of equal bytes.
    """
    here = files_here(catalog.places())
    entries: dict[int, Entry] = {}
    for entry in catalog.entries():
        if entry.frame == 0 and entry.content.number in here:
            entries[entry.number] = entry
    files = {number: here[entry.content.number] for number, entry in entries.items()}
    found = {} if equal else _compared(catalog, thumbnails, signatures, entries, run)
    posts = Posts(catalog.database)

    @cache
    def measured(number: int) -> Mapping[str, float]:
        run.check()
        return quality.of(entries[number].content.number) or {}

    @cache
    def has_source(number: int) -> bool:
        post = posts.post(entries[number].content.number)
        return bool(post.source or post.site)

    groups = group(entries, files, found, Choice(entries, measured, has_source))
    run.progress(1)
    return sorted(groups, key=lambda one: (-len(one.copies), one.path))


def _compared(
    catalog: Catalog,
    thumbnails: Thumbnails,
    signatures: Sequence[tuple[Signature, Rows]],
    entries: Mapping[int, Entry],
    run: Run,
) -> dict[Pair, Relation]:
    """Return what still pictures are to each other, those that show one drawing."""
    rows = {signature.name.partition("-")[0]: (signature, file) for signature, file in signatures}
    numbers = np.array([n for n, entry in entries.items() if not entry.content.moving], np.int64)
    for signature, _ in rows.values():
        numbers = np.intersect1d(numbers, catalog.numbers(signature.name))
    embeddings = rows["embedding"][1].read(numbers) if "embedding" in rows else None
    pairs = candidates(numbers, rows["haar"][1].read(numbers), embeddings, run.part(0, 0.1))
    marked, hashes = catalog.distinct.pairs(), {n: e.content.sha256 for n, e in entries.items()}
    pairs = [pair for pair in pairs if pair_of(hashes[pair[0]], hashes[pair[1]]) not in marked]
    stored = StoredEntries(catalog, thumbnails, rows["local"][1])
    kept = ComparedPairs(catalog.database, VERSION)
    return relations(pairs, stored, kept, run.part(0.1, 0.9))


def files_here(places: Iterable[Place]) -> dict[int, list[Path]]:
    """Return the files that are here by content; of several names of one file only the first."""
    found: dict[int, list[Path]] = {}
    seen: set[tuple[int, int]] = set()
    for place in places:
        if place.state != "here":
            continue
        try:
            status = place.path.lstat()
        except OSError:
            continue
        # A link is no copy: without its target nothing is left.
        known = (status.st_dev, status.st_ino)
        if not place.path.is_symlink() and known not in seen:
            seen.add(known)
            found.setdefault(place.content, []).append(place.path)
    return found
