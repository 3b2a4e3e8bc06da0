"""Clip: an animation or video as a stream, with one frame in memory at a time."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import Any, Literal, Protocol, Self, runtime_checkable

from nijigen.core.animation import Animation, milliseconds
from nijigen.core.errors import PictureTooLarge
from nijigen.core.picture import Info, Picture
from nijigen.core.run import Note

ClipFormat = Literal["gif", "apng", "webp", "avif", "mp4", "webm", "mov"]
MOST_PIXELS = 2**27
"""Pixels that :meth:`Clip.animation` loads into memory: 134 million, 400 MB of RGB."""


@dataclass(frozen=True, eq=False)
class Frame:
    """A picture and its display time in seconds; the next frame starts where it ends."""

    picture: Picture
    start: Fraction
    duration: Fraction

    @property
    def end(self) -> Fraction:
        """When the next frame starts."""
        return self.start + self.duration


@dataclass(frozen=True)
class Sound:
    """The audio tracks of a file; they are read when a clip is written."""

    path: Path
    codecs: tuple[str, ...]
    """The codec of each track, by its ffmpeg name."""
    offset: Fraction = Fraction(0)
    """Seconds to add to the file's timestamps."""


@runtime_checkable
class Reducing(Protocol):
    """A source of frames that reads them at a smaller size faster."""

    def reduced(self, skip: int, side: int) -> Iterator[Frame]:
        """Reopen the frames, with a longer side of that many pixels unless that is not faster."""


@dataclass(frozen=True, eq=False)
class Clip:
    """Frames that are read, processed and written one at a time.

    Args:
        source: Reopens the frames, starting at the given frame number. All frames have the clip's
            size; each starts where the previous one ends.
        size: Width and height in pixels.
        alpha: Whether frames may have transparent pixels.
        count: Number of frames, if known.
        duration: Length in seconds, if known; for progress reports.
        time_base: All timestamps are multiples of this, if known.
        aspect: Pixel aspect ratio, width by height; old video has non-square pixels.
        loop: How often it is played; 0 is forever.
        sound: Its audio tracks.
        info: Where the clip came from.
        notes: What was dropped when it was read.
    """

    source: Callable[[int], Iterator[Frame]]
    size: tuple[int, int]
    alpha: bool = False
    count: int | None = None
    duration: Fraction | None = None
    time_base: Fraction | None = None
    aspect: Fraction = Fraction(1)
    loop: int = 0
    sound: Sound | None = None
    info: Info = field(default_factory=Info)
    notes: tuple[Note, ...] = ()

    @classmethod
    def open(cls, path: str | os.PathLike[str]) -> Clip:
        """Open GIF, APNG, WebP or AVIF, or with the extra ``video`` MP4, WebM, MOV, MKV or AVI.

        Only the header is read immediately; frames are read when :meth:`frames` is called.

        Raises:
            NotFound: The file does not exist.
            BadPicture: The file is damaged, or not an animation or a video.
            PictureTooLarge: A frame has more pixels than the limit allows.
            UnsupportedFormat: It is a video, and the extra is not installed.
        """
        from nijigen.imaging.clips.files import open_clip

        return open_clip(Path(path))

    def save(self, path: str | os.PathLike[str]) -> tuple[Note, ...]:
        """Write GIF, APNG, WebP, AVIF, MP4, WebM or MOV, frame by frame.

        Returns:
            What the format could not hold.

        Raises:
            UnsupportedFormat: The file extension is unknown, or the format cannot hold the clip.
            OutputError: The file cannot be written; an existing file is left unchanged.
        """
        from nijigen.imaging.clips.files import write_clip

        return write_clip(self, Path(path))

    @classmethod
    def from_animation(cls, animation: Animation) -> Clip:
        """Return a clip of frames that are already in memory."""
        ends = [Fraction(0)]
        for duration in animation.durations:
            # Browsers show frames without a duration for a tenth of a second.
            ends.append(ends[-1] + Fraction(duration or 100, 1000))

        def source(skip: int) -> Iterator[Frame]:
            for index in range(skip, len(animation.frames)):
                start = ends[index]
                yield Frame(animation.frames[index], start, ends[index + 1] - start)

        return cls(
            source,
            animation.size,
            alpha=any(frame.channels == 4 for frame in animation.frames),
            count=len(animation.frames),
            duration=ends[-1],
            time_base=Fraction(1, math.lcm(*(end.denominator for end in ends))),
            loop=animation.loop,
            info=animation.info,
        )

    def frames(self, skip: int = 0, *, side: int | None = None) -> Iterator[Frame]:
        """Reopen the source and yield its frames, except the first ``skip``.

        Args:
            skip: Number of frames.
            side: A longer side in pixels that is large enough. Opaque frames of videos are reduced
                to it, which takes a seventh of the time in full HD; others keep their size.
        """
        if side is not None and isinstance(self.source, Reducing):
            return self.source.reduced(skip, side)
        return self.source(skip)

    def animation(self, most_pixels: int = MOST_PIXELS) -> Animation:
        """Load all frames into memory, with durations in milliseconds, not rounded.

        Raises:
            PictureTooLarge: They have more than ``most_pixels`` pixels in total.
        """
        width, height = self.size
        most = max(1, most_pixels // (width * height))
        frames = list(islice(self.frames(), most + 1))
        if len(frames) > most:
            raise PictureTooLarge(
                f"more than {most} frames of {width}×{height} pixels do not fit into memory",
                "process the clip frame by frame, or shorten it",
            )
        durations = tuple(milliseconds(frame.duration) for frame in frames)
        return Animation(tuple(f.picture for f in frames), durations, self.loop, self.info)

    def with_info(self, **changes: Any) -> Self:
        """Return the same frames with some fields of the info replaced."""
        return replace(self, info=replace(self.info, **changes))

    def __repr__(self) -> str:
        width, height = self.size
        count = "" if self.count is None else f" {self.count} frames"
        sound = " with sound" if self.sound else ""
        return f"<Clip {width}×{height}{count}{sound}>"
