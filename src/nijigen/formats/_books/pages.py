"""Pages checked and made ready for a book: a damaged one costs itself only."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from nijigen.core.animation import Animation
from nijigen.core.artwork import Artwork
from nijigen.core.errors import BadPicture, InputError
from nijigen.core.history import History
from nijigen.core.picture import Picture
from nijigen.core.run import Run
from nijigen.formats._books.book import Book, Page
from nijigen.imaging.codecs.sniff import HEAD, sniff
from nijigen.imaging.files import decode, encode

SHOWN = {"png": ".png", "jpeg": ".jpg", "webp": ".webp", "avif": ".avif", "gif": ".gif"}
"""Formats that comic readers show, and the extensions by which they know them."""


@dataclass(frozen=True)
class Prepared:
    """A page that can be shown."""

    content: bytes
    """Its file: as it was, or a PNG if readers do not show its format."""
    ending: str
    picture: Picture

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.picture.size


class Writer(Protocol):
    """A book that is made page by page."""

    def start(self) -> bytes:
        """Return what stands before the first page."""

    def add(self, page: Prepared) -> tuple[bytes, Any]:
        """Return the bytes of a page, and what :meth:`skip` needs about them, as JSON data."""

    def skip(self, size: int, note: Any) -> None:
        """Go on after a page of so many bytes that is finished already."""

    def end(self) -> bytes:
        """Return what stands after the last page."""


def prepared(page: Page, run: Run) -> Prepared:
    """Return a page after it was decoded as a whole.

    Raises:
        InputError: It is damaged, too large or no picture.
    """
    content = page.read()
    format = sniff(content[:HEAD])
    value = decode(content, page.name)
    if format in SHOWN:
        return Prepared(content, SHOWN[format], _still(value))
    run.note("assumed", f"pages in {format.upper()} became PNG, which comic readers show")
    picture = _still(value).with_info(history=History())
    return Prepared(encode(picture, "png"), ".png", picture)


def pieces(
    book: Book, made: Callable[[], Writer], run: Run, finished: Sequence[str]
) -> Iterator[tuple[bytes, str]]:
    """Yield a book page by page; damaged pages are noted and left out.

    Args:
        book: The pages.
        made: Returns its writer.
        run: Receives progress and notes.
        finished: The notes that came with the parts which are finished.

    Raises:
        BadPicture: No page can be read.
    """
    writer = made()
    start = writer.start()
    if not finished:
        yield start, "start"
    bad = ""
    good = False
    for number, page in enumerate(book.pages, 1):
        if number < len(finished):
            known = json.loads(finished[number])
            if "bad" not in known:
                writer.skip(known["size"], known["note"])
                good = True
                continue
            bad = known["bad"]
            note_damage(run, page.name, bad)
            continue
        run.progress((number - 1) / len(book.pages))
        try:
            ready = prepared(page, run)
        except InputError as error:
            bad = error.message
            note_damage(run, page.name, bad)
            yield b"", json.dumps({"bad": bad})
            continue
        data, note = writer.add(ready)
        good = True
        yield data, json.dumps({"size": len(data), "note": note})
    if not good:
        raise BadPicture(f"no page can be read: {bad}", "check the files")
    yield writer.end(), "end"


def note_damage(run: Run, name: str, reason: str) -> None:
    """Note why a page is left out."""
    reason = reason.removeprefix(f"{name}: ")
    run.note("frames", f"left out, as the page cannot be read: {name}: {reason}")


def _still(value: Picture | Animation | Artwork) -> Picture:
    if isinstance(value, Animation):
        return value.frames[0].with_info(dpi=value.info.dpi)
    return value.shown() if isinstance(value, Artwork) else value
