"""ffmpeg through PyAV: import on demand, errors as our own, exact color conversion."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from nijigen.core.errors import BadPicture, OutputError, UnsupportedFormat
from nijigen.core.extras import install_module
from nijigen.imaging.codecs.content import Array

if TYPE_CHECKING:
    from av.video.frame import VideoFrame

BT709, LIMITED, FULL = 1, 1, 2
"""ffmpeg's numbers for the primaries, transfer and matrix of HD, and for the two ranges."""
_BT601 = 5
# From a frame's color matrix to swscale's; 2 is "unspecified".
_MATRICES = {1: BT709, 4: 4, 5: _BT601, 6: _BT601, 7: 7, 9: 9, 10: 9}

# By default swscale prefers speed: flat colors come back 1.2 levels darker.
_BICUBIC, _AREA = 0x4, 0x20
# BICUBIC | ACCURATE_RND | FULL_CHR_H_INT | FULL_CHR_H_INP | BITEXACT
_EXACT = _BICUBIC | 0x40000 | 0x2000 | 0x4000 | 0x80000


def pyav() -> Any:
    """Return the module ``av``.

    Raises:
        UnsupportedFormat: It is not installed.
    """
    try:
        import av
    except ImportError as error:
        raise UnsupportedFormat(
            "video files need the extra video, which is not installed",
            install_module("av"),
        ) from error
    return av


@contextlib.contextmanager
def reading(label: str) -> Iterator[Any]:
    """Yield the module; turn its exceptions on bad files into our own errors."""
    av = pyav()
    try:
        yield av
    except (av.FFmpegError, ValueError, IndexError) as error:
        raise BadPicture(
            f"{label}: damaged, or not a video: {_text(error)}",
            "get the file again, or repair it with another program",
        ) from error


@contextlib.contextmanager
def writing(format: str) -> Iterator[Any]:
    """Yield the module; turn its exceptions while writing into our own errors."""
    av = pyav()
    try:
        yield av
    except (av.FFmpegError, ValueError) as error:
        raise OutputError(
            f"the clip cannot be written as {format.upper()}: {_text(error)}",
            "free some space, or write another format",
        ) from error


def _text(error: Exception) -> str:
    text: str = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return text.lower()


def has_alpha(frame: VideoFrame) -> bool:
    """Return whether the pixel format of a frame has transparency."""
    name = frame.format.name
    return any(component.is_alpha for component in frame.format.components) or name == "pal8"


def to_array(frame: VideoFrame, *, alpha: bool, side: int | None = None) -> Array:
    """Return RGB, or RGBA, of a frame in any pixel format.

    Args:
        frame: The frame.
        alpha: Whether it may be transparent.
        side: Its longer side at most; by default it keeps its size.
    """
    wanted = "rgba" if alpha else "rgb24"
    options: dict[str, Any] = {"interpolation": _EXACT}
    scale = 1.0 if side is None else side / max(frame.width, frame.height)
    if scale < 1:
        options["width"] = max(1, round(frame.width * scale))
        options["height"] = max(1, round(frame.height * scale))
        options["interpolation"] = _EXACT & ~_BICUBIC | _AREA
    if not frame.format.is_rgb and frame.format.name != "pal8":
        options["src_colorspace"] = _matrix(frame)
        full = frame.color_range == FULL or frame.format.name.startswith("yuvj")
        options["src_color_range"] = FULL if full else LIMITED
        options["dst_color_range"] = FULL
    made = frame.reformat(format=wanted, threads=1, **options)
    pixels: Array = made.to_ndarray()
    if frame.rotation:
        pixels = np.rot90(pixels, round(frame.rotation / 90))
    return np.ascontiguousarray(pixels)


def _matrix(frame: VideoFrame) -> int:
    """Return the color matrix; for untagged video that of HD if frames are large, as players do."""
    known = _MATRICES.get(frame.colorspace)
    if known is not None:
        return known
    return BT709 if frame.width >= 1280 or frame.height > 576 else _BT601


def to_frame(pixels: Array, format: str) -> VideoFrame:
    """Convert RGB or RGBA pixels to a frame in a pixel format, BT.709 in limited range."""
    made: VideoFrame = pyav().VideoFrame.from_ndarray(
        pixels, "rgba" if pixels.shape[2] == 4 else "rgb24"
    )
    return made.reformat(
        format=format,
        interpolation=_EXACT,
        threads=1,
        src_color_range=FULL,
        dst_colorspace=BT709,
        dst_color_range=LIMITED,
    )
