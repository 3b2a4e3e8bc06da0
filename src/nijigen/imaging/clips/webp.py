"""WebP as a clip: times in milliseconds; Pillow encodes frames, the container is written here.

Pillow's own writer needs all frames at once.

Source: RFC 9649 for the container.
"""

from __future__ import annotations

import io
import shutil
import struct
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import accumulate
from pathlib import Path

import numpy as np
from PIL import WebPImagePlugin

from nijigen.core.clip import Clip, Frame
from nijigen.core.errors import OutputError
from nijigen.core.run import Note
from nijigen.imaging.clips.container import Container, Piece, Plan
from nijigen.imaging.clips.still import clip_of, framed, with_bled_colors
from nijigen.imaging.codecs import exif, frames, webp
from nijigen.imaging.codecs.canvas import changed_box
from nijigen.imaging.codecs.content import Array, check_size
from nijigen.imaging.codecs.modes import to_image

_ANIMATED, _EXIF, _ALPHA = 0x02, 0x08, 0x10
_REPLACES = 0x02
_LONGEST_DELAY = 2**24 - 1


def open_clip(path: Path, data: bytes) -> Clip:
    """Return the frames as a stream; the chunks are scanned immediately."""
    size, _ = webp.scan(data)
    check_size(*size)
    image = WebPImagePlugin.WebPImageFile(io.BytesIO(data))
    alpha = image.mode == "RGBA"
    known = frames.header(image, image.info["loop"])
    delays = [
        int.from_bytes(body[12:15], "little") or 100
        for name, body in webp.chunks(data)
        if name == b"ANMF"
    ]
    ends = [Fraction(0), *accumulate(Fraction(delay, 1000) for delay in delays or [100])]

    def source(skip: int) -> Iterator[Frame]:
        again = WebPImagePlugin.WebPImageFile(io.BytesIO(path.read_bytes()))
        shown = frames.composited(again, known.profile, len(ends) - 1)
        return framed((pixels for pixels, _ in shown), ends, skip, alpha=alpha)

    tick = Fraction(1, 1000)
    return clip_of(path, data, "webp", known, size, ends, source, alpha=alpha, time_base=tick)


class _Part:
    """The chunks of frames."""

    def __init__(self, path: Path, plan: Plan) -> None:
        self.notes: list[Note] = []
        self._file = path.open("wb")
        self._before: Array | None = None
        self._lossless = plan.known.lossless
        self._options = webp.options_for(plan.known.quality, lossless=plan.known.lossless)

    def add(self, pixels: Array, start: Fraction, end: Fraction) -> None:
        """Write the bounding box of the changed pixels."""
        left, top, right, bottom = 0, 0, pixels.shape[1], pixels.shape[0]
        if self._before is not None:
            left, top, right, bottom = changed_box((pixels != self._before).any(axis=2))
        # WebP stores only even offsets.
        left, top = left - left % 2, top - top % 2
        self._before = pixels
        delay = min(max(round(1000 * end) - round(1000 * start), 1), _LONGEST_DELAY)
        numbers = (left // 2, top // 2, right - left - 1, bottom - top - 1, delay)
        head = b"".join(number.to_bytes(3, "little") for number in numbers)
        box = np.ascontiguousarray(pixels[top:bottom, left:right])
        if box.shape[2] == 4 and not self._lossless:
            box = with_bled_colors(box)
        packed = _packed(box, self._options)
        self._file.write(_chunk(b"ANMF", head + bytes([_REPLACES]) + packed))

    def finish(self) -> None:
        """Close the file."""
        self.close()

    def close(self) -> None:
        """Release the file."""
        self._file.close()


def _packed(pixels: Array, options: dict[str, object]) -> bytes:
    """Return the image chunks of one picture."""
    file = io.BytesIO()
    to_image(pixels).save(file, "WEBP", **options)
    wanted = (b"ALPH", b"VP8 ", b"VP8L")
    found = webp.chunks(file.getvalue())
    return b"".join(_chunk(name, bytes(body)) for name, body in found if name in wanted)


def _chunk(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + bytes(len(body) % 2)


def _join(pieces: Sequence[Piece], plan: Plan, target: Path) -> list[Note]:
    block = exif.build(plan.known.history, plan.known.dpi)
    flags = _ANIMATED | (_ALPHA if plan.channels == 4 else 0) | (_EXIF if block else 0)
    sides = b"".join((side - 1).to_bytes(3, "little") for side in plan.size)
    head = _chunk(b"VP8X", bytes([flags, 0, 0, 0]) + sides)
    head += _chunk(b"ANIM", bytes(4) + struct.pack("<H", min(plan.known.loop, 65535)))
    tail = _chunk(b"EXIF", block) if block else b""
    size = 4 + len(head) + len(tail) + sum(piece.path.stat().st_size for piece in pieces)
    if size >= 2**32:
        raise OutputError("WebP files are limited to 4 GB", "write MP4 or WebM instead")
    with target.open("wb") as file:
        file.write(b"RIFF" + struct.pack("<I", size) + b"WEBP" + head)
        for piece in pieces:
            with piece.path.open("rb") as part:
                shutil.copyfileobj(part, file)
        file.write(tail)
    return []


CONTAINER = Container("webp", _Part, _join, longest=16383)
