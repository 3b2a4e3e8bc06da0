"""Shared code for reading and writing GIF, APNG, WebP and AVIF clips."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np

from nijigen.core.alpha import bleed
from nijigen.core.clip import Clip, Frame
from nijigen.core.history import History
from nijigen.core.picture import FileFormat, Info, Picture
from nijigen.imaging.codecs.content import Array, Content, check_size
from nijigen.imaging.codecs.modes import with_channels


def clip_of(
    path: Path,
    data: bytes,
    format: FileFormat,
    known: Content,
    size: tuple[int, int],
    ends: Sequence[Fraction],
    source: Callable[[int], Iterator[Frame]],
    *,
    alpha: bool,
    time_base: Fraction | None,
) -> Clip:
    """Return the clip of a file whose header has been read.

    Args:
        path: The file.
        data: Its bytes.
        format: Its format.
        known: Its metadata.
        size: Size of all frames.
        ends: The start of the first frame, then the end of each frame.
        source: Opens the frames.
        alpha: Whether frames may have transparent pixels.
        time_base: All times are multiples of it.
    """
    check_size(*size)
    info = Info(
        format=format,
        text=known.text,
        dpi=known.dpi,
        icc=known.icc,
        history=History(path.name, hashlib.sha256(data).hexdigest()),
        notes=known.notes,
    )
    return Clip(
        source,
        size,
        alpha=alpha,
        count=len(ends) - 1,
        duration=ends[-1],
        time_base=time_base,
        loop=known.loop,
        info=info,
    )


def framed(
    shown: Iterator[Array], ends: Sequence[Fraction], skip: int, *, alpha: bool
) -> Iterator[Frame]:
    """Yield pixels as frames, as RGBA only if the clip may be transparent."""
    for index, pixels in enumerate(shown):
        if index < skip:
            continue
        pixels = with_channels(pixels, 3)
        if not alpha and pixels.shape[2] == 4:
            pixels = np.ascontiguousarray(pixels[:, :, :3])
        yield Frame(Picture(pixels), ends[index], ends[index + 1] - ends[index])


def with_bled_colors(pixels: Array) -> Array:
    """Return RGBA with the colors of visible pixels spread into adjacent transparent ones.

    Chroma is subsampled, so colors of transparent pixels would show at edges.
    """
    color = bleed(Picture(pixels)).pixels
    return np.concatenate([color, pixels[:, :, 3:]], axis=2)
