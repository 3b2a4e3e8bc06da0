"""SVG: drawings are written with their history, and read as pixels."""

from __future__ import annotations

import hashlib
import re
from xml.sax.saxutils import escape, unescape

from nijigen.imaging.codecs import png
from nijigen.imaging.codecs.content import Content
from nijigen.imaging.codecs.svg_rendering import render

_ROOT = re.compile(rb"<svg\b[^>]*>")
_NOTE = re.compile(rb'\n<metadata id="nijigen" data-sha256="([0-9a-f]{64})">([^<]*)</metadata>')


def is_svg(head: bytes) -> bool:
    """Return whether the first bytes of a file are those of an SVG drawing."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return text.startswith((b"<svg", b"<?xml", b"<!--", b"<!doctype svg")) and b"<svg" in text


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


def read(data: bytes, *, first: bool) -> Content:
    """Read a drawing as pixels in its own size; vectors and names are lost.

    Raises:
        BadPicture: It is not valid, or cannot be drawn.
        PictureTooLarge: It has more pixels or bytes than the limits allow, or takes too long.
        UnsupportedFormat: It has scripts, refers to outside files or declares entities.
    """
    content = png.read(render(data), first=first)
    (pixels,) = content.frames
    opaque = pixels.shape[2] == 4 and pixels[:, :, 3].min() == 255
    return Content([pixels[:, :, :3] if opaque else pixels], history=history_of(data))


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
