"""The content of a picture file in any format."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from numpy.typing import NDArray

from nijigen.core.animation import Milliseconds
from nijigen.core.errors import BadPicture
from nijigen.core.limits import FRAMES, PIXELS
from nijigen.core.run import Note
from nijigen.imaging.codecs.icc import MatrixProfile, Profile

Array = NDArray[Any]
"""Pixels ``(H, W, C)`` of uint8 or uint16; numpy's types lose track of a union of the two."""

DEFLATE, LZW, RUNS = 1032, 2731, 128
"""Bytes or pixels that a byte of compressed data can hold at most.

A symbol of deflate repeats 258 bytes and takes 2 bits; a code of LZW repeats 4096 and takes 12; a
run of PackBits or BMP repeats 128 or 255 and takes 2 bytes. JPEG has its own rule. WebP, AVIF and
fax codes need next to nothing for a picture of one color, so nothing can be said about them.
"""
SMALL = 2**24
"""Pixels that are cheap: a canvas of this size may be nearly empty."""


@dataclass
class Content:
    """Frames and metadata; codecs read it from bytes and write it to bytes."""

    frames: Sequence[Array]
    """``(H, W, C)``, sRGB, straight alpha, all of one shape and type; more than one: animated."""
    durations: Sequence[Milliseconds] = ()
    """Of each frame, if there is more than one."""
    loop: int = 0
    """Loop count; 0 is endless."""
    text: dict[str, str] = field(default_factory=dict)
    dpi: tuple[float, float] | None = None
    icc: bytes | None = None
    """As found in the file; ``frames`` are already converted."""
    described: MatrixProfile | None = None
    """Colors that the file describes by numbers; they come before a profile in ``icc``."""
    orientation: int = 1
    """EXIF orientation, not applied yet."""
    history: str | None = None
    """JSON of the steps that made this file."""
    quality: int | None = None
    lossless: bool = False
    size: tuple[int, int] | None = None
    """Width and height in the file, if the frames may be smaller; not rotated yet."""
    notes: tuple[Note, ...] = ()
    """What was lost or assumed in reading."""

    @property
    def profile(self) -> Profile | None:
        """What the colors of the file are converted by; None for sRGB."""
        return self.described or self.icc


def damaged(what: str) -> BadPicture:
    """Return the error for a file that violates its format."""
    return BadPicture(f"damaged: {what}", "get the file again, or repair it with another program")


def cut_off(what: str) -> BadPicture:
    """Return the error for a file that ends too early."""
    return BadPicture(f"cut off: {what}", "get the file again: a part of it is missing")


def check_size(width: int, height: int, frames: int = 1, *, depth: int = 8) -> None:
    """Reject a picture that is too large before its pixels are decoded.

    Args:
        width: Width in pixels.
        height: Height in pixels.
        frames: Frames that are decoded.
        depth: Bits of a sample; pixels of more than 8 bits count twice.

    Raises:
        BadPicture: A side is zero.
        PictureTooLarge: There are more pixels or frames than the limits allow.
    """
    if width < 1 or height < 1:
        raise damaged(f"a size of {width}×{height} pixels")
    FRAMES.check(frames)
    size = f"{width}×{height} pixels" + (f" in {frames} frames" if frames > 1 else "")
    if depth > 8:
        size += f" of {depth} bits, which count twice"
    PIXELS.check(width * height * frames * (2 if depth > 8 else 1), size)


def check_filled(needed: int, packed: int, ratio: int, what: str) -> None:
    """Reject a size that the data cannot fill, before memory is allocated.

    Args:
        needed: Bytes or pixels that the header announces.
        packed: Bytes of compressed data.
        ratio: What a byte can hold at most.
        what: The size in the header.

    Raises:
        BadPicture: The data ends too early.
    """
    if needed > packed * ratio:
        raise cut_off(f"{packed:,} bytes cannot hold {what}")
