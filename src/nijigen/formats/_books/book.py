"""The pages of a book, whatever kind of file they come from."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from nijigen.core.run import Note
from nijigen.imaging.files import READABLE

MOST_BYTES = 2**29
"""Most bytes of the file of a page."""
COMIC_INFO = "ComicInfo.xml"


@dataclass(frozen=True)
class Page:
    """One page, read when it is needed."""

    name: str
    """Its name in the book; with folders, if those are chapters."""
    read: Callable[[], bytes]
    """Returns a picture file. Raises an InputError if the page is damaged."""
    state: str
    """Changes with the content, as far as that can be told without reading it."""
    ending: str = ""
    """Extension of the file that is read, if the name has another or none."""


@dataclass(frozen=True)
class Book:
    """Pages in reading order, and what is known about them."""

    pages: Sequence[Page]
    comic_info: bytes | None = None
    """The ComicInfo.xml of the book."""
    skipped: Sequence[str] = ()
    """Names of files that are no pages."""
    notes: tuple[Note, ...] = field(default=())


def is_page(name: str) -> bool:
    """Return whether a file in a folder or an archive is a page, by its name."""
    path = PurePosixPath(name)
    return path.suffix.lower() in READABLE and not is_hidden(name)


def is_hidden(name: str) -> bool:
    """Return whether a file is hidden, or what macOS adds to archives."""
    return any(part.startswith((".", "__MACOSX")) for part in PurePosixPath(name).parts)


def reading_order(name: str) -> list[tuple[int, str]]:
    """Return a key that sorts numbers in names by value: page 9 before page 10."""
    parts = re.split(r"(\d+)", name.casefold())
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts]
