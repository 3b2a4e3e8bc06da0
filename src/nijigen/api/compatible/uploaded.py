"""Uploaded: the pictures that clients send, decoded where damage and cost are bounded."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from fastapi import Request
from fastapi.concurrency import run_in_threadpool

from nijigen.core.errors import BadPicture
from nijigen.core.picture import Picture
from nijigen.core.private import write_file
from nijigen.imaging.codecs.sniff import HEAD, may_move
from nijigen.imaging.files import read_picture
from nijigen.jobs.decoding.decoders import Decoders
from nijigen.jobs.stores.kept import discard
from nijigen.library import Library

AT_ONCE = 2
"""Searches that run at the same time; each takes a CPU."""
T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Sent:
    """A picture that a client has sent."""

    picture: Picture
    sha256: str
    """Hash of the bytes."""
    content: str
    """Hash of what is indexed of it: of an animation, only its first frame."""
    size: int


class Uploaded:
    """What clients send, and the library that they ask.

    Args:
        library: Folder of the library; by default the one in the home.
        scratch: A folder for uploads while they are decoded.
        writes: Whether clients may change the index.
    """

    def __init__(self, library: Path | None, scratch: Path, *, writes: bool) -> None:
        self.writes = writes
        self.decoders = Decoders(scratch)
        self._folder = library
        self._scratch = scratch
        self._places = threading.Semaphore(AT_ONCE)

    async def ask(self, question: Callable[[Library], T]) -> T:
        """Return what the library answers, asked in another thread.

        Raises:
            NotFound: There is no library.
        """

        def asked() -> T:
            with self._places, Library(self._folder, writing=self.writes) as library:
                return question(library)

        return await run_in_threadpool(asked)

    async def picture(self, data: bytes) -> Sent:
        """Return a picture that was sent.

        Raises:
            BadPicture: It is damaged, or no picture.
            PictureTooLarge: It costs more than :mod:`nijigen.core.limits` allow.
            UnsupportedFormat: Its format cannot be read.
        """
        if not data:
            raise BadPicture("the picture is empty", "send the bytes of a picture")
        return await run_in_threadpool(self._decoded, data)

    def _decoded(self, data: bytes) -> Sent:
        sha256 = hashlib.sha256(data).hexdigest()
        path = self._scratch / f"{sha256}-{threading.get_ident()}"
        write_file(path, data)
        try:
            # First in a process that is ended if it takes too much.
            self.decoders.facts(path, "the picture")
            picture = read_picture(path)
            first = hashlib.sha256(picture.pixels.tobytes()).hexdigest()
            content = first if may_move(data[:HEAD]) else sha256
            return Sent(picture, sha256, content, len(data))
        finally:
            discard(path)


@dataclass(frozen=True)
class Form:
    """What a form has: texts by name, and its first file."""

    texts: dict[str, str]
    file: bytes | None


async def form_of(request: Request, name: str | None = None) -> Form:
    """Read a form; other bodies are none.

    Args:
        request: The request.
        name: Of the file; by default, any.
    """
    texts: dict[str, str] = {}
    file = None
    async with request.form(max_files=4, max_fields=32) as form:
        for key, value in form.multi_items():
            if isinstance(value, str):
                texts[key] = value
            elif file is None and name in (None, key):
                file = await value.read()
    return Form(texts, file)
