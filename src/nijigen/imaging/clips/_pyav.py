"""ffmpeg by PyAV: found or asked for, its errors turned into ours, colors converted rightly."""

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
"""As ffmpeg numbers them: primaries, transfer and matrix of HD, and the two ranges."""
_BT601 = 5
# From the matrix a frame names to that of swscale; 2 is "not said".
_MATRICES = {1: BT709, 4: 4, 5: _BT601, 6: _BT601, 7: 7, 9: 9, 10: 9}

# What swscale does without these is made for speed: flat colors come back 1.2 levels darker.
# BICUBIC | ACCURATE_RND | FULL_CHR_H_INT | FULL_CHR_H_INP | BITEXACT
_EXACT = 0x4 | 0x40000 | 0x2000 | 0x4000 | 0x80000


def pyav() -> Any:
    """Return the module ``av``.

    Raises:
        UnsupportedFormat: It is not installed.
    """
    try:
        import av
    except ImportError as error:
        raise UnsupportedFormat(
            "video is read and written by the extra video, which is not installed",
            install_module("av"),
        ) from error
    return av


@contextlib.contextmanager
def reading(label: str) -> Iterator[Any]:
    """Give the module and turn what it raises on bad files into one of our errors."""
    av = pyav()
    try:
        yield av
    except (av.FFmpegError, ValueError, IndexError) as error:
        raise BadPicture(
            f"{label}: damaged, or no video: {_text(error)}",
            "get the file again, or repair it with another program",
        ) from error


@contextlib.contextmanager
def writing(format: str) -> Iterator[Any]:
    """Give the module and turn what it raises while writing into one of our errors."""
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


def to_array(frame: VideoFrame, *, alpha: bool) -> Array:
    """Return RGB, or RGBA, of a frame in any pixel format."""
    wanted = "rgba" if alpha else "rgb24"
    options: dict[str, Any] = {}
    if not frame.format.is_rgb and frame.format.name != "pal8":
        options["src_colorspace"] = _matrix(frame)
        full = frame.color_range == FULL or frame.format.name.startswith("yuvj")
        options["src_color_range"] = FULL if full else LIMITED
        options["dst_color_range"] = FULL
    made = frame.reformat(format=wanted, interpolation=_EXACT, threads=1, **options)
    pixels: Array = made.to_ndarray()
    if frame.rotation:
        pixels = np.rot90(pixels, round(frame.rotation / 90))
    return np.ascontiguousarray(pixels)


def _matrix(frame: VideoFrame) -> int:
    """Return the matrix; where none is named, that of HD for large frames, as players do."""
    known = _MATRICES.get(frame.colorspace)
    if known is not None:
        return known
    return BT709 if frame.width >= 1280 or frame.height > 576 else _BT601


def to_frame(pixels: Array, format: str) -> VideoFrame:
    """Return RGB or RGBA pixels as a frame of a pixel format, BT.709 in limited range."""
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
