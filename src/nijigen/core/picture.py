"""Picture: one still image."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from nijigen.core.errors import BadPicture
from nijigen.core.history import History
from nijigen.core.run import Note

Pixels = NDArray[Any]
"""``uint8`` or ``uint16``; numpy's type hints cannot track which of the two through arithmetic."""
_BAND = 64
"""Rows processed at once where intermediate numbers are wider, to save memory."""

PixelFormat = Literal[
    "png",
    "jpeg",
    "webp",
    "avif",
    "jxl",
    "gif",
    "apng",
    "bmp",
    "tiff",
    "psd",
    "psb",
    "ora",
    "kra",
    "zip",
    "aseprite",
    "piskel",
    "ico",
    "icns",
    "ugoira",
]
"""``psd``, ``psb``, ``ora``, ``kra``, ``zip`` (a PNG for each layer), ``aseprite`` and ``piskel``
keep the layers of an artwork."""
FileFormat = Literal[PixelFormat, "svg", "heic"]
"""``svg`` is read as pixels, and only written from a :class:`~nijigen.core.drawing.Drawing`;
``heic`` is only read."""


@dataclass(frozen=True)
class Encoding:
    """Default options for saving a picture; a writer may override them."""

    format: FileFormat
    quality: int | None = None
    lossless: bool = False


@dataclass(frozen=True)
class Info:
    """Metadata of a picture."""

    format: FileFormat | None = None
    """The file format it was read from."""
    text: Mapping[str, str] = field(default_factory=dict)
    """Text chunks and comments of the file."""
    dpi: tuple[float, float] | None = None
    icc: bytes | None = None
    """The profile of the source file; the pixels are already converted to sRGB."""
    history: History = field(default_factory=History)
    encoding: Encoding | None = None
    notes: tuple[Note, ...] = ()
    """What was lost or assumed when the file was read. Operations report it as their own."""


@dataclass(frozen=True, eq=False)
class Picture:
    """A still image: read-only ``(H, W, C)``, C in 1, 3, 4, sRGB, straight alpha.

    Args:
        pixels: ``uint8`` or ``uint16``, gray as ``(H, W)`` or ``(H, W, 1)``, RGB or RGBA.
            It is not copied: do not change the array afterwards.
        info: Where the picture came from.

    Raises:
        BadPicture: The array is empty or has another shape or type.
    """

    pixels: Pixels
    info: Info = field(default_factory=Info)

    def __post_init__(self) -> None:
        pixels = np.asarray(self.pixels)
        if pixels.ndim == 2:
            pixels = pixels[:, :, None]
        if pixels.ndim != 3 or pixels.shape[2] not in (1, 3, 4) or 0 in pixels.shape:
            raise BadPicture(
                f"an array of shape {pixels.shape} is not a picture",
                "pass (height, width, channels) with 1, 3 or 4 channels",
            )
        if pixels.dtype not in (np.uint8, np.uint16):
            raise BadPicture(
                f"pixels of type {pixels.dtype} are not supported", "pass uint8 or uint16"
            )
        pixels = np.ascontiguousarray(pixels).view()
        pixels.flags.writeable = False
        object.__setattr__(self, "pixels", pixels)

    @classmethod
    def open(cls, path: str | os.PathLike[str]) -> Picture:
        """Read a picture file: the first frame of an animation, flattened layers of an artwork.

        Raises:
            NotFound: The file does not exist.
            BadPicture: The file is damaged or not a picture.
            PictureTooLarge: It has more pixels than the limit allows.
        """
        from nijigen.imaging.files import read_picture

        return read_picture(Path(path))

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write a picture file in the format of its extension.

        Raises:
            UnsupportedFormat: The extension is unknown.
            OutputError: The file cannot be written; an existing file is unchanged.
        """
        from nijigen.imaging.files import write

        write(self, Path(path))

    @classmethod
    def from_pil(cls, image: Image.Image) -> Picture:
        """Convert from a Pillow image."""
        if image.mode not in ("L", "RGB", "RGBA"):
            alpha = image.has_transparency_data
            image = image.convert("RGBA" if alpha else "L" if image.mode == "1" else "RGB")
        return cls(np.asarray(image))

    def pil(self) -> Image.Image:
        """Convert to an 8-bit Pillow image: L, RGB or RGBA."""
        pixels = self.reduced().pixels
        return Image.fromarray(pixels[:, :, 0] if self.channels == 1 else pixels)

    @property
    def width(self) -> int:
        """Width in pixels."""
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        """Height in pixels."""
        return int(self.pixels.shape[0])

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.width, self.height

    @property
    def channels(self) -> int:
        """1 for gray, 3 for RGB, 4 for RGBA."""
        return int(self.pixels.shape[2])

    @property
    def depth(self) -> int:
        """Bits per sample: 8 or 16."""
        return 8 * self.pixels.dtype.itemsize

    def with_pixels(self, pixels: Pixels) -> Picture:
        """Return a picture with other pixels and the same info."""
        return Picture(pixels, self.info)

    def with_info(self, **changes: Any) -> Self:
        """Return the same pixels with some fields of the info changed."""
        return replace(self, info=replace(self.info, **changes))

    def reduced(self) -> Picture:
        """Return the picture with 8 bits per sample."""
        if self.depth == 8:
            return self
        reduced = np.empty(self.pixels.shape, np.uint8)
        for top in range(0, self.height, _BAND):
            # 65535 / 257 = 255: rounded, so that 8 -> 16 -> 8 bits changes nothing.
            band = self.pixels[top : top + _BAND].astype(np.uint32)
            reduced[top : top + _BAND] = (band + 128) // 257
        return self.with_pixels(reduced)

    def widened(self) -> Picture:
        """Return the picture with 16 bits per sample."""
        if self.depth == 16:
            return self
        return self.with_pixels(self.pixels.astype(np.uint16) * np.uint16(257))

    def rgb(self, background: tuple[int, int, int] = (255, 255, 255)) -> Picture:
        """Return RGB without alpha, composited over an 8-bit background color."""
        if self.channels == 3:
            return self
        if self.channels == 1:
            return self.with_pixels(np.repeat(self.pixels, 3, axis=2))
        top = self.pixels[:, :, :3].astype(np.float32)
        full = float(np.iinfo(self.pixels.dtype).max)
        alpha = self.pixels[:, :, 3:].astype(np.float32) / full
        below = np.asarray(background, np.float32) * (full / 255)
        mixed = below + (top - below) * alpha
        return self.with_pixels((mixed + 0.5).astype(self.pixels.dtype))

    def gray(self, background: tuple[int, int, int] = (255, 255, 255)) -> Picture:
        """Return the luma (Rec. 601, as in JPEG) in one channel, without alpha."""
        if self.channels == 1:
            return self
        weights = np.array([0.299, 0.587, 0.114], np.float32)
        luma = self.rgb(background).pixels.astype(np.float32) @ weights
        return self.with_pixels((luma + 0.5).astype(self.pixels.dtype))

    def __repr__(self) -> str:
        kind = {1: "gray", 3: "RGB", 4: "RGBA"}[self.channels]
        return f"<Picture {self.width}×{self.height} {kind} {self.depth} bit>"
