"""Listing: the pictures of a library in order, and what is known of each."""

from __future__ import annotations

import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from nijigen.core.errors import NotFound
from nijigen.core.posts.query import Query
from nijigen.library.store.catalog import Catalog, Content, Place
from nijigen.library.store.stamp import Stamp
from nijigen.library.store.thumbnails import Thumbnails
from nijigen.library.tagging.tags import Tags


class Listed(NamedTuple):
    """A picture in a list, with its size in pixels."""

    number: int
    width: int
    height: int


@dataclass(frozen=True)
class Part:
    """A part of a list."""

    total: int
    """Pictures in the whole list."""
    pictures: list[Listed]
    more: bool
    """Whether there are any after it."""


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

    def pictures(self, query: str = "", *, limit: int, after: int | None = None) -> Part:
        """Return pictures that a query asks for, in its order; the last added come first.

        Those whose files are all in the trash are left out.

        Args:
            query: Such as ``1girl order:score``.
            limit: At most so many.
            after: The last one of the part before; by default the list begins.

        Raises:
            QueryError: It is not a query.
            NotFound: That one is not in the list.
        """
        parsed = self._tags.parse(query)
        total = self._tags.count(parsed)
        if parsed.limit is not None:
            total = min(total, parsed.limit)
        found = self._after(parsed, after, limit + 1)
        sizes = self._catalog.sizes(found[:limit])
        listed = [Listed(number, *sizes[number]) for number in found[:limit] if number in sizes]
        return Part(total, listed, more=len(found) > limit)

    def _after(self, query: Query, after: int | None, limit: int) -> list[int]:
        """Return the numbers of the pictures that come after one."""
        if after is None:
            return self._tags.find(query, limit=limit)
        if not query.order and query.limit is None and self._catalog.content(after) is not None:
            # By their numbers: nothing is sorted, and what comes before is not looked at.
            return self._tags.find(query, limit=limit, below=after)
        numbers = self._tags.find(query)
        if after not in numbers:
            raise NotFound(f"picture {after} is not in this list", "list it from the start")
        start = numbers.index(after) + 1
        return numbers[start : start + limit]

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
    return (
        stat.S_ISREG(status.st_mode)
        and place.state == "here"
        and place.stamp.is_same(Stamp.of(status))
    )
