"""Verifying: whether everything that a library should have is there."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from nijigen.core.run import Run
from nijigen.library.files.scanning import name_of, sha256_of
from nijigen.library.indexes.indexes import Indexes
from nijigen.library.signatures.signature import Signature
from nijigen.library.store.catalog import Catalog
from nijigen.library.store.rows import Rows
from nijigen.library.store.tables import DATABASE
from nijigen.library.store.thumbnails import Thumbnails


@dataclass
class Verified:
    """What is wrong with a library."""

    pictures: int = 0
    """So many were looked at."""
    problems: list[str] = field(default_factory=list)
    """A line for each."""
    unsigned: set[int] = field(default_factory=set)
    """Entries whose signatures or thumbnails have to be made again."""
    index: bool = False
    """Whether the index has to be made again."""


def verify(
    catalog: Catalog,
    thumbnails: Thumbnails,
    signatures: Sequence[tuple[Signature, Rows]],
    indexes: Indexes,
    run: Run,
    *,
    files: bool,
) -> Verified:
    """Compare the database with rows, thumbnails, and the user's files.

    Args:
        catalog: The pictures.
        thumbnails: Their thumbnails.
        signatures: Their signatures, each with its file.
        indexes: What is derived from them.
        run: May be cancelled.
        files: Read every file of the user too, and compare its hash.
    """
    found = Verified()
    if reason := catalog.damage():
        found.problems.append(f"the database is damaged: {reason}")
        return found
    entries = catalog.entries()
    found.pictures = catalog.count()
    for signature, rows in signatures:
        length = len(rows.open())
        lost = [int(n) for n in catalog.numbers(signature.name) if n >= length]
        if lost:
            found.problems.append(
                f"{len(lost)} picture(s) have lost the signature {signature.name}"
            )
            found.unsigned.update(lost)
        if missing := catalog.unsigned(signature.name):
            found.problems.append(f"{len(missing)} picture(s) lack the signature {signature.name}")
            found.unsigned.update(missing)
    if problems := indexes.problems():
        found.problems += problems
        found.index = True
    for done, entry in enumerate(entries):
        run.progress(done / len(entries))
        if thumbnails.read(entry.number) is None:
            found.problems.append(f"picture {entry.number} has no thumbnail")
            found.unsigned.add(entry.number)
    if files:
        hashes = {content.number: content.sha256 for content in catalog.contents()}
        for place in catalog.places():
            run.check()
            if place.state != "here":
                continue
            try:
                same = sha256_of(place.path) == hashes[place.content]
            except OSError as error:
                found.problems.append(f"{name_of(place.path)}: {error.strerror}".lower())
                continue
            if not same:
                found.problems.append(f"{name_of(place.path)}: the content has changed")
    return found


def cut_off(catalog: Catalog, signature: Signature, rows: Rows) -> str:
    """Return a note if a file of signatures is shorter than it should be; empty if it is not.

    That takes no time: whether all in it is right, only :func:`verify` tells.
    """
    if rows.count() > catalog.last(signature.name):
        return ""
    return (
        f"{rows.path.name} is cut off, so that pictures are not found by it; "
        "nijigen library verify --repair makes it again"
    )


def set_aside(folder: Path) -> Path:
    """Rename the damaged database of a library, and return its new name."""
    path = folder / DATABASE
    aside = folder / f"damaged-{time.strftime('%Y%m%d-%H%M%S')}.sqlite3"
    for ending in ("", "-wal", "-shm"):
        with contextlib.suppress(FileNotFoundError):
            Path(f"{path}{ending}").rename(f"{aside}{ending}")
    return aside
