"""Listing: the pictures of a library in order, and what is known of each."""

from __future__ import annotations

import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from nijigen.core.errors import NotFound
from nijigen.library._tags import Tags
from nijigen.library.store.catalog import Catalog, Content, Place
from nijigen.library.store.thumbnails import Thumbnails


class Listed(NamedTuple):
    """A picture in a list, with its size in pixels."""

    number: int
    width: int
    height: int


@dataclass(frozen=True)
class Facts:
    """What is known of a picture."""

    content: Content
    places: tuple[Place, ...]


class Listing:
    """What is shown of a library; ``Library.listing`` is one.

    Args:
        catalog: The pictures.
        thumbnails: Their thumbnails.
        tags: Their tags.
    """

    def __init__(self, catalog: Catalog, thumbnails: Thumbnails, tags: Tags) -> None:
        self._catalog = catalog
        self._thumbnails = thumbnails
        self._tags = tags

    def pictures(self, query: str = "") -> list[Listed]:
        """Return the pictures that a query asks for, in its order; the last added come first.

        Those whose files are all in the trash are left out.

        Raises:
            QueryError: It is not a query.
        """
        numbers, sizes = self._tags.find(query), self._catalog.sizes()
        return [Listed(number, *sizes[number]) for number in numbers if number in sizes]

    def facts(self, numbers: Sequence[int]) -> list[Facts]:
        """Return what is known of pictures; unknown ones are left out."""
        found = (self._catalog.content(number) for number in numbers)
        return [self._facts(content) for content in found if content is not None]

    def with_hash(self, sha256: str) -> Facts:
        """Return what is known of a picture by the SHA-256 of its files.

        Raises:
            NotFound: The library has no such picture.
        """
        content = self._catalog.with_hash(sha256)
        if content is None:
            raise NotFound(f"the library has no picture {sha256[:64]!r}")
        return self._facts(content)

    def thumbnail(self, sha256: str, entry: int | None = None) -> Path:
        """Return where the thumbnail of a picture is, a WebP.

        Args:
            sha256: The SHA-256 of its files.
            entry: Which frame of a clip, by the number of its entry; by default the first.

        Raises:
            NotFound: The library has no such picture, or nothing of it is indexed yet.
        """
        content = self.with_hash(sha256).content
        for one in self._catalog.entries(content.number):
            if entry in (None, one.number):
                return self._thumbnails.path(one.number)
        raise NotFound("this is not indexed", "nijigen library update")

    def file(self, sha256: str) -> Place:
        """Return a file of a picture that is as it was when it was added.

        Raises:
            NotFound: The library has no such picture, or all its files are gone or have changed.
        """
        places = self.with_hash(sha256).places
        for place in places:
            if _is_unchanged(place):
                return place
        name = places[0].path.name if places else "this picture"
        raise NotFound(f"the file of {name} is gone or has changed", "nijigen library update")

    def _facts(self, content: Content) -> Facts:
        return Facts(content, tuple(self._catalog.places(content.number)))


def _is_unchanged(place: Place) -> bool:
    """Return whether a file is still the one that was looked at, and not another in its place."""
    try:
        status = place.path.stat()
    except OSError:
        return False
    known = (place.bytes, place.modified, "here")
    found = (status.st_size, status.st_mtime_ns, place.state)
    return stat.S_ISREG(status.st_mode) and found == known
