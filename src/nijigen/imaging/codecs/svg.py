"""SVG: drawings are written with their history; only the history is read back."""

from __future__ import annotations

import hashlib
import re
from typing import Any, NoReturn
from xml.sax.saxutils import escape, unescape

from nijigen.core.errors import UnsupportedFormat

_ROOT = re.compile(rb"<svg\b[^>]*>")
_NOTE = re.compile(rb'\n<metadata id="nijigen" data-sha256="([0-9a-f]{64})">([^<]*)</metadata>')


def is_svg(head: bytes) -> bool:
    """Return whether the first bytes of a file are those of an SVG drawing."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return text.startswith((b"<svg", b"<?xml", b"<!--")) and b"<svg" in text


def write(text: str, history: str | None) -> bytes:
    """Return the file of a drawing; the history goes into its metadata element."""
    data = text.encode()
    root = _ROOT.search(data)
    if history is None or root is None:
        return data
    note = f'\n<metadata id="nijigen" data-sha256="{_digest(data)}">{escape(history)}</metadata>'
    return data[: root.end()] + note.encode() + data[root.end() :]


def history_of(data: bytes) -> str | None:
    """Return the history of a file; None if it has none or was edited since.

    An edited file belongs to the user and must not count as one that may be overwritten.
    """
    note = _NOTE.search(data)
    if note is None or _digest(data[: note.start()] + data[note.end() :]) != note[1].decode():
        return None
    return unescape(note[2].decode())


def refuse(data: bytes, **options: Any) -> NoReturn:
    """Refuse to read a drawing.

    Raises:
        UnsupportedFormat: Always.
    """
    made = history_of(data) is not None
    hint = "nijigen redo FILE.svg -o FILE.png draws it again" if made else "convert it to PNG first"
    raise UnsupportedFormat("an SVG drawing, which is not read here", hint)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
