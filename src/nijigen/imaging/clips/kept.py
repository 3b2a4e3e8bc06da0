"""Cache the finished frames of an incomplete part, for operations that are slow per frame."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

from nijigen.core.atomic import append_bytes, write_bytes
from nijigen.core.clip import Frame
from nijigen.core.picture import Picture
from nijigen.imaging.codecs import png_writing
from nijigen.imaging.codecs.content import Content
from nijigen.imaging.files import read_picture

SLOW = 1.0
"""Frames are cached if they take at least this many seconds each; compression is far faster."""


class Kept:
    """A folder of PNG files and a list of their display times; held drawings are stored once.

    Args:
        folder: Created when the first frame is stored.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._list = folder / "frames.jsonl"
        self._last: tuple[Picture, str] | None = None
        self._lines = self._read()

    @property
    def count(self) -> int:
        """Number of frames found in the folder."""
        return len(self._lines)

    def frames(self) -> Iterator[Frame]:
        """Yield the frames found in the folder."""
        for name, start, duration in self._lines:
            if self._last is None or self._last[1] != name:
                self._last = read_picture(self._folder / name), name
            yield Frame(self._last[0], Fraction(start), Fraction(duration))

    def keep(self, number: int, frame: Frame) -> None:
        """Store a frame; it is valid once its line is written completely."""
        if self._last is None or self._last[0] is not frame.picture:
            name = f"{number:04}.png"
            content = Content([frame.picture.pixels])
            write_bytes(self._folder / name, png_writing.write(content, png_writing.QUICK))
            self._last = frame.picture, name
        line = json.dumps([self._last[1], str(frame.start), str(frame.duration)])
        append_bytes(self._list, f"{line}\n".encode())

    def remove(self) -> None:
        """Remove the folder once the part is complete."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _read(self) -> list[tuple[str, str, str]]:
        try:
            text = self._list.read_text("utf-8")
        except OSError:
            return []
        whole = text[: text.rfind("\n") + 1]
        if len(whole) < len(text):
            # A crash truncated the last line; drop it before the next one is appended.
            write_bytes(self._list, whole.encode())
        lines = (json.loads(line) for line in whole.splitlines())
        return [(name, start, duration) for name, start, duration in lines]
