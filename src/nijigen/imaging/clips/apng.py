"""APNG as a clip: durations are fractions of two 16-bit integers; keeps 16 bits per sample."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import accumulate
from pathlib import Path
from typing import BinaryIO

import numpy as np

from nijigen.core.clip import Clip, Frame
from nijigen.core.run import Note
from nijigen.imaging.clips.container import Container, Piece, Plan
from nijigen.imaging.clips.still import clip_of, framed
from nijigen.imaging.codecs import png, png_writing
from nijigen.imaging.codecs.canvas import changed_box
from nijigen.imaging.codecs.content import Array, Content, check_size


def open_clip(path: Path, data: bytes) -> Clip:
    """Return the frames as a stream; the chunks are scanned immediately."""
    known = Content([])
    found = png.collect(data, known)
    frames = found.frames[: found.announced]
    size = found.header.width, found.header.height
    check_size(*size)
    # Without clearing, opaque pixels stay opaque.
    first = next(png.composited(found, frames[:1], known.profile))
    clears = any(frame.clears for frame in frames[:-1])
    alpha = bool(clears or first[:, :, 3].min() < np.iinfo(first.dtype).max or _replaces(found))
    ends = [Fraction(0), *accumulate(frame.duration for frame in frames)]
    known.loop = found.loop

    def source(skip: int) -> Iterator[Frame]:
        content = Content([])
        chunks = png.collect(path.read_bytes(), content)
        shown = png.composited(chunks, chunks.frames[: chunks.announced], content.profile)
        return framed(shown, ends, skip, alpha=alpha)

    return clip_of(path, data, "apng", known, size, ends, source, alpha=alpha, time_base=None)


def _replaces(found: png.Chunks) -> bool:
    """Return whether a frame may replace opaque pixels with transparent ones."""
    holds_alpha = found.header.color in (png.GRAY_ALPHA, png.RGBA) or found.transparency is not None
    return holds_alpha and any(frame.control[25] == 0 for frame in found.frames[1:])


class PngPart:
    """The chunks of frames: a control and a data chunk each, sequence numbers not yet set."""

    def __init__(self, path: Path, plan: Plan, level: int = png_writing.LEVEL) -> None:
        self.notes: list[Note] = []
        self._file = path.open("wb")
        self._before: Array | None = None
        self._at: Fraction | None = None
        self._level = level

    def add(self, pixels: Array, start: Fraction, end: Fraction) -> None:
        """Write the bounding box of the changed pixels."""
        left, top, right, bottom = 0, 0, pixels.shape[1], pixels.shape[0]
        if self._before is not None:
            left, top, right, bottom = changed_box((pixels != self._before).any(axis=2))
        self._before = pixels
        # From the file's time to the clip's time, so that rounding errors do not accumulate.
        begun = start if self._at is None else self._at
        delay = png_writing.nearest_delay(end - begun)
        self._at = begun + Fraction(*delay)
        box = (right - left, bottom - top, left, top)
        control = struct.pack(">IIIIIHHBB", 0, *box, *delay, 0, 0)
        data = png_writing.packed(np.ascontiguousarray(pixels[top:bottom, left:right]), self._level)
        self._file.write(png.chunk(b"fcTL", control))
        self._file.write(png.chunk(b"fdAT", bytes(4) + data))

    def finish(self) -> None:
        """Close the file."""
        self.close()

    def close(self) -> None:
        """Release the file."""
        self._file.close()


def frames_of(piece: Piece) -> Iterator[png.Frame]:
    """Yield the frames of a part in file order."""
    with piece.path.open("rb") as file:
        while control := _body(file):
            yield png.Frame(control, [_body(file)[4:]])


def _body(file: BinaryIO) -> bytes:
    """Return the body of the next chunk; empty at the end."""
    head = file.read(8)
    if not head:
        return b""
    body = file.read(int.from_bytes(head[:4], "big"))
    file.seek(4, 1)
    return body


def _join(pieces: Sequence[Piece], plan: Plan, target: Path) -> list[Note]:
    with target.open("wb") as file:
        file.writelines(png_writing.start(plan.size, plan.channels, plan.depth, plan.known))
        count = sum(piece.frames for piece in pieces)
        file.write(png.chunk(b"acTL", struct.pack(">II", count, plan.known.loop)))
        number = 0
        for piece in pieces:
            for frame in frames_of(piece):
                control = struct.pack(">I", number) + frame.control[4:]
                file.write(png.chunk(b"fcTL", control))
                if number == 0:
                    file.write(png.chunk(b"IDAT", frame.data[0]))
                    number += 1
                else:
                    file.write(png.chunk(b"fdAT", struct.pack(">I", number + 1) + frame.data[0]))
                    number += 2
        file.write(png.chunk(b"IEND", b""))
    return []


CONTAINER = Container("apng", PngPart, _join, longest=2**31 - 1, deep=True)
