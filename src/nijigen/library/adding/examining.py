"""Examining: what is computed of a file before it is added, in threads or in other processes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from nijigen.core.clip import Clip
from nijigen.core.errors import NijigenError
from nijigen.library.adding.writer import Image, Writer
from nijigen.library.files.reading import read
from nijigen.library.files.scanning import Found, hashes_of
from nijigen.library.matching.views import SIDE, THUMBNAIL, view_of, within
from nijigen.library.signatures.signature import Signature
from nijigen.library.store.catalog import Catalog, Content
from nijigen.library.workers.workers import Workers

SHARD = 16
"""Files that one process examines at once: a second of work."""


@dataclass(frozen=True)
class Examined:
    """A file whose content was read, or of a clip, opened."""

    found: Found
    sha256: str
    md5: str
    known: bool = False
    """Whether the library has its content."""
    content: Content | None = None
    """Without a number; None where it is known."""
    image: Image | None = None
    """None of a clip, whose frames are read later."""


@dataclass(frozen=True)
class _Shard:
    signatures: tuple[Signature, ...]
    files: tuple[Examined | str, ...]


def hashed(found: Found, catalog: Catalog) -> Examined | str:
    """Read the hash of a file, in any thread; return why that failed."""
    try:
        sha256, md5 = hashes_of(found.path, "sha256", "md5")
    except OSError as error:
        return reason(error, found.path)
    known = catalog.with_hash(sha256)
    return Examined(found, sha256, md5, known=known is not None and known.complete)


def examined(one: Examined | str, signatures: Sequence[Signature]) -> Examined | str:
    """Read a file that is not known, and compute its signatures; return why that failed."""
    if isinstance(one, str) or one.known:
        return one
    try:
        opened = read(one.found.path, SIDE)
        value, moving = opened.value, isinstance(opened.value, Clip)
        content = Content(0, one.sha256, one.found.stamp.bytes, opened.format, *opened.size, moving)
        if isinstance(value, Clip):
            return replace(one, content=content)
        view = view_of(value)
        rows = tuple(signature.of(view) for signature in signatures)
        # What else is kept of it is the thumbnail.
        return replace(one, content=content, image=Image(within(view, THUMBNAIL), rows))
    except (NijigenError, OSError) as error:
        return reason(error, one.found.path)


def examined_apart(
    files: Iterable[tuple[Found, Examined | str]], writer: Writer, workers: Workers
) -> Iterator[tuple[Found, Examined | str]]:
    """Yield files with what :func:`examined` returns, computed by workers, in order.

    Args:
        files: With their hashes.
        writer: Of the library.
        workers: What computes it.
    """
    signatures = tuple(signature for signature, _ in writer.signatures)
    names: list[tuple[Found, ...]] = []

    def shards() -> Iterator[_Shard]:
        rest = iter(files)
        while batch := tuple(islice(rest, SHARD)):
            names.append(tuple(found for found, _ in batch))
            yield _Shard(signatures, tuple(one for _, one in batch))

    for shard, results in workers.map_shards(_examined_shard, shards()):
        if results is None:
            # A file ends the process that reads it: which one?
            alone = (_Shard(signatures, (one,)) for one in shard.files)
            each = [result for _, result in workers.map_shards(_examined_shard, alone)]
            results = [one[0] if one else "it ends the process that reads it" for one in each]
        yield from zip(names.pop(0), results, strict=True)


def _examined_shard(shard: _Shard) -> list[Examined | str]:
    return [examined(one, shard.signatures) for one in shard.files]


def reason(error: NijigenError | OSError, path: Path) -> str:
    """Return why a file could not be read, in a few words."""
    if isinstance(error, NijigenError):
        return error.message.removeprefix(f"{path}").lstrip(": ")
    return (error.strerror or str(error)).lower()
