"""PDF out: a page for each picture, page by page, of any size.

A JPEG goes in as it is, and so does the compressed data of a plain PNG; other pictures are deflated
without loss. Alpha becomes a soft mask. A page is as large as its picture at its dots per inch.

Source: ISO 32000-1 (PDF 1.7).
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np

from nijigen.core.alpha import has_transparency
from nijigen.core.picture import Picture
from nijigen.formats._books.pages import Prepared
from nijigen.imaging.codecs import exif, jpeg, png, png_writing

_POINTS = 72.0
_LONGEST = 14_400.0
"""Most points of a side that every program accepts."""
_CATALOG, _PAGES, _INFO = 1, 2, 3
_SPACES = {1: b"/DeviceGray", 3: b"/DeviceRGB", 4: b"/DeviceCMYK"}
_TURNS = {
    1: (1, 0, 0, 1, 0, 0), 2: (-1, 0, 0, 1, 1, 0), 3: (-1, 0, 0, -1, 1, 1), 4: (1, 0, 0, -1, 0, 1),
    5: (0, -1, -1, 0, 1, 1), 6: (0, -1, 1, 0, 0, 1), 7: (0, 1, 1, 0, 0, 0), 8: (0, 1, -1, 0, 1, 0),
}  # fmt: skip
"""How the unit square of a picture is turned on its page, by EXIF orientation."""


@dataclass(frozen=True)
class _Image:
    """A picture as PDF stores it."""

    size: tuple[int, int]
    colors: int
    depth: int
    filter: bytes
    data: bytes
    icc: bytes | None = None
    inverted: bool = False
    """Whether 0 is full ink, as in CMYK files of Adobe."""
    orientation: int = 1
    mask: _Image | None = None


class PdfWriter:
    """A PDF that is made page by page.

    Args:
        title: Its title; may be empty.
        dpi: For pictures that do not say theirs.
        right_to_left: Whether pages are turned to the right.
    """

    def __init__(self, title: str, dpi: int, right_to_left: bool) -> None:
        self._title, self._dpi, self._right_to_left = title, dpi, right_to_left
        self._at = 0
        self._offsets: dict[int, int] = {}
        self._kids: list[int] = []
        self._next = _INFO + 1

    def start(self) -> bytes:
        """Return the header."""
        # Bytes above 127 tell programs that transfer files that this is no text.
        head = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
        self._at = len(head)
        return head

    def add(self, page: Prepared) -> tuple[bytes, Any]:
        """Return the objects of a page, and what is noted about them."""
        first = self._next
        image = _as_image(page)
        parts, place = self._image(image)
        across, down = page.picture.info.dpi or (self._dpi, self._dpi)
        width, height = page.size[0] * _POINTS / across, page.size[1] * _POINTS / down
        fit = min(1.0, _LONGEST / max(width, height))
        width, height = width * fit, height * fit
        a, b, c, d, e, f = _TURNS[image.orientation]
        matrix = (a * width, b * height, c * width, d * height, e * width, f * height)
        drawn = f"q {' '.join(map(_number, matrix))} cm /Im Do Q".encode()
        contents = self._stream(b"", drawn, parts)
        own = self._take()
        parts.append(
            self._object(
                own,
                b"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 %s %s] /Contents %d 0 R "
                b"/Resources << /XObject << /Im %d 0 R >> >> >>"
                % (_PAGES, _number(width).encode(), _number(height).encode(), contents, place),
            )
        )
        self._kids.append(own)
        return b"".join(parts), [self._offsets[number] for number in range(first, self._next)]

    def skip(self, size: int, note: Any) -> None:
        """Go on after a page that is finished already."""
        for offset in note:
            self._offsets[self._take()] = offset
        self._kids.append(self._next - 1)
        self._at += size

    def end(self) -> bytes:
        """Return the catalog and the table of objects."""
        view = b"/ViewerPreferences << /Direction /R2L >> " if self._right_to_left else b""
        kids = b" ".join(b"%d 0 R" % kid for kid in self._kids)
        parts = [
            self._object(_CATALOG, b"<< /Type /Catalog %s/Pages %d 0 R >>" % (view, _PAGES)),
            self._object(
                _PAGES, b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(self._kids))
            ),
            self._object(_INFO, b"<< /Producer (Nijigen) /Title <%s> >>" % _text(self._title)),
        ]
        table = [b"0000000000 65535 f \n"]
        table += [b"%010d 00000 n \n" % self._offsets[n] for n in range(1, self._next)]
        parts.append(b"xref\n0 %d\n%s" % (self._next, b"".join(table)))
        trailer = (self._next, _CATALOG, _INFO, self._at)
        parts.append(
            b"trailer\n<< /Size %d /Root %d 0 R /Info %d 0 R >>\nstartxref\n%d\n%%%%EOF\n" % trailer
        )
        return b"".join(parts)

    def _image(self, image: _Image) -> tuple[list[bytes], int]:
        """Return the objects of a picture, and the number of the last."""
        parts: list[bytes] = []
        extra = b""
        if image.mask is not None:
            masks, mask = self._image(image.mask)
            parts += masks
            extra += b" /SMask %d 0 R" % mask
        space = _SPACES[image.colors]
        if image.icc is not None:
            packed = zlib.compress(image.icc)
            kind = b"/N %d /Alternate %s /Filter /FlateDecode" % (image.colors, space)
            space = b"[/ICCBased %d 0 R]" % self._stream(kind, packed, parts)
        if image.inverted:
            extra += b" /Decode [1 0 1 0 1 0 1 0]"
        head = b"/Type /XObject /Subtype /Image /Width %d /Height %d" % image.size
        head += b" /ColorSpace %s /BitsPerComponent %d %s%s"
        head %= (space, image.depth, image.filter, extra)
        return parts, self._stream(head, image.data, parts)

    def _stream(self, head: bytes, data: bytes, parts: list[bytes]) -> int:
        """Add a stream, and return its number."""
        number = self._take()
        body = b"<< %s /Length %d >>\nstream\n" % (head, len(data)) + data + b"\nendstream"
        parts.append(self._object(number, body))
        return number

    def _take(self) -> int:
        self._next += 1
        return self._next - 1

    def _object(self, number: int, body: bytes) -> bytes:
        self._offsets[number] = self._at
        made = b"%d 0 obj\n%s\nendobj\n" % (number, body)
        self._at += len(made)
        return made


def _number(value: float) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".") or "0"


def _text(text: str) -> bytes:
    """Return a text string of PDF in hexadecimal: UTF-16 with a byte order mark."""
    return ("\ufeff" + text).encode("utf-16-be", "replace").hex().encode()


def _as_image(page: Prepared) -> _Image:
    found = None
    if page.ending == ".jpg":
        found = _from_jpeg(page.content)
    elif page.ending == ".png":
        found = _from_png(page.content)
    return found or _from_pixels(page.picture)


def _from_jpeg(data: bytes) -> _Image | None:
    """Return a JPEG as it is; None if PDF has no such."""
    frame, icc, orientation, adobe = b"", {}, 1, False
    for marker, body, _ in jpeg.segments(data):
        if marker in jpeg.FRAME_HEADERS and len(body) >= 6:
            if marker not in jpeg.HUFFMAN:
                return None
            frame = body
        elif marker == jpeg.APP1 and body[:6] == b"Exif\0\0":
            orientation = exif.parse(body).orientation
        elif marker == jpeg.APP2 and body[:12] == b"ICC_PROFILE\0" and len(body) > 14:
            icc[body[12]] = body[14:]
        elif marker == jpeg.ADOBE and body[:5] == b"Adobe":
            adobe = True
    if not frame or frame[0] != 8 or frame[5] not in _SPACES:
        return None
    height, width = struct.unpack_from(">HH", frame, 1)
    profile = b"".join(icc[part] for part in sorted(icc)) or None
    inks = {b"GRAY": 1, b"RGB ": 3, b"CMYK": 4}
    if profile is not None and inks.get(profile[16:20]) != frame[5]:
        profile = None
    return _Image(
        (width, height),
        frame[5],
        8,
        b"/Filter /DCTDecode",
        data,
        profile,
        adobe and frame[5] == 4,
        orientation,
    )


_NEUTRAL = {
    b"IHDR",
    b"sRGB",
    b"IDAT",
    b"IEND",
    b"pHYs",
    b"tEXt",
    b"zTXt",
    b"iTXt",
    b"tIME",
    b"bKGD",
}
"""Chunks that do not change what a PNG looks like."""


def _from_png(data: bytes) -> _Image | None:
    """Return the compressed data of a PNG as it is; None if it has more than gray or RGB."""
    parts = list(png.chunks(data))
    if not parts or not {name for name, _ in parts} <= _NEUTRAL:
        return None
    width, height, depth, kind, _, _, laced = struct.unpack(">IIBBBBB", parts[0][1])
    colors = {png.GRAY: 1, png.RGB: 3}.get(kind)
    if colors is None or laced:
        return None
    packed = b"".join(body for name, body in parts if name == b"IDAT")
    return _deflated((width, height), colors, depth, packed)


def _from_pixels(picture: Picture) -> _Image:
    pixels = picture.pixels
    mask = None
    if picture.channels == 4:
        if has_transparency(picture):
            alpha = np.ascontiguousarray(pixels[:, :, 3:])
            mask = _deflated(picture.size, 1, picture.depth, png_writing.packed(alpha))
        pixels = np.ascontiguousarray(pixels[:, :, :3])
    packed = png_writing.packed(pixels)
    image = _deflated(picture.size, pixels.shape[2], picture.depth, packed)
    return _Image(image.size, image.colors, image.depth, image.filter, image.data, mask=mask)


def _deflated(size: tuple[int, int], colors: int, depth: int, packed: bytes) -> _Image:
    """Return an image of rows that are filtered and deflated as in PNG."""
    parameters = b"/Predictor 15 /Colors %d /BitsPerComponent %d /Columns %d"
    parameters %= (colors, depth, size[0])
    kind = b"/Filter /FlateDecode /DecodeParms << %s >>" % parameters
    return _Image(size, colors, depth, kind, packed)
