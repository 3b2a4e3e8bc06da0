"""Ugoira as a clip: one frame of the archive in memory at a time."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import accumulate
from pathlib import Path

from nijigen.core.clip import Clip, Frame
from nijigen.core.picture import Picture
from nijigen.imaging.artworks.archive import Archive
from nijigen.imaging.clips.still import clip_of
from nijigen.imaging.codecs import ugoira
from nijigen.imaging.codecs.content import Content
from nijigen.imaging.codecs.modes import with_channels


def open_clip(path: Path, data: bytes) -> Clip:
    """Return the frames as a stream; the list and the first frame are read immediately."""
    archive = Archive(data)
    delays, notes = ugoira.delays(archive)
    names = list(delays)
    first = ugoira.picture(archive.read(names[0]))
    height, width = first.shape[:2]
    alpha = first.shape[2] == 4
    ends = [Fraction(0), *accumulate(Fraction(delay) / 1000 for delay in delays.values())]

    def source(skip: int) -> Iterator[Frame]:
        archive = Archive(path)
        for index in range(skip, len(names)):
            pixels = ugoira.picture(archive.read(names[index]), (height, width))
            pixels = with_channels(pixels, 4) if alpha else pixels[:, :, :3]
            yield Frame(Picture(pixels), ends[index], ends[index + 1] - ends[index])

    known, size = Content([], notes=notes), (width, height)
    return clip_of(
        path, data, "ugoira", known, size, ends, source, alpha=alpha, time_base=Fraction(1, 1000)
    )
