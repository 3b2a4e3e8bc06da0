"""The content of a picture file in any format."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from numpy.typing import NDArray

from nijigen.core.animation import Milliseconds
from nijigen.core.errors import BadPicture, InputError, PictureTooLarge
from nijigen.imaging.codecs.icc import MatrixProfile, Profile

Array = NDArray[Any]
"""Pixels ``(H, W, C)`` of uint8 or uint16; numpy's types lose track of a union of the two."""

MAX_PIXELS = 2**28
"""Array of one file, frames included: 268 megapixels, 1 GiB of RGBA."""


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


def pixel_limit() -> int:
    """Return the maximum number of pixels of a file.

    Raises:
        InputError: ``NIJIGEN_MAX_PIXELS`` is not a positive number.
    """
    text = os.environ.get("NIJIGEN_MAX_PIXELS", "").strip()
    if not text:
        return MAX_PIXELS
    if not text.isdecimal() or int(text) < 1:
        raise InputError(
            f"NIJIGEN_MAX_PIXELS is {text!r}, not a number of pixels",
            f"set it to a whole number, or unset it for {MAX_PIXELS}",
        )
    return int(text)


def check_size(width: int, height: int, frames: int = 1) -> None:
    """Reject a picture that is too large before its pixels are decoded.

    Raises:
        BadPicture: A side is zero.
        PictureTooLarge: There are more pixels than :func:`pixel_limit`.
    """
    if width < 1 or height < 1:
        raise damaged(f"a size of {width}×{height} pixels")
    limit = pixel_limit()
    if width * height * frames > limit:
        size = f"{width}×{height} pixels" + (f" in {frames} frames" if frames > 1 else "")
        raise PictureTooLarge(
            f"{size} are more than the limit of {limit / 1e6:.0f} million",
            f"if the file can be trusted, set NIJIGEN_MAX_PIXELS={width * height * frames}",
        )
