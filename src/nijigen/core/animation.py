"""Animation: a sequence of pictures with durations."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from nijigen.core.errors import BadPicture
from nijigen.core.picture import Info, Picture

Milliseconds = int | Fraction
"""A duration; a fraction only if it is not a whole number, such as 50/3 for 60 frames a second."""


def milliseconds(seconds: Fraction) -> Milliseconds:
    """Return seconds as milliseconds, without rounding."""
    exact = 1000 * seconds
    return exact.numerator if exact.denominator == 1 else exact


@dataclass(frozen=True, eq=False)
class Animation:
    """Frames of one size with durations in milliseconds.

    Args:
        frames: At least one picture; all of the same size.
        durations: How long each frame is shown, in milliseconds, not rounded.
        loop: How often it is played; 0 is forever.
        info: Where the animation came from.

    Raises:
        BadPicture: There are no frames, or sizes or counts differ.
    """

    frames: tuple[Picture, ...]
    durations: tuple[Milliseconds, ...]
    loop: int = 0
    info: Info = field(default_factory=Info)

    def __post_init__(self) -> None:
        if not self.frames:
            raise BadPicture("an animation needs at least one frame")
        if len(self.frames) != len(self.durations):
            raise BadPicture(f"{len(self.frames)} frames but {len(self.durations)} durations")
        if len({frame.size for frame in self.frames}) > 1:
            raise BadPicture("the frames of an animation differ in size")

    @classmethod
    def open(cls, path: str | os.PathLike[str]) -> Animation:
        """Read an animation; a still picture or a flattened artwork becomes one frame.

        Raises:
            NotFound: The file does not exist.
            BadPicture: The file is damaged or not a picture.
        """
        from nijigen.imaging.files import read

        value = read(Path(path))
        return cls.of(value if isinstance(value, Picture | Animation) else value.shown())

    @classmethod
    def of(cls, value: Picture | Animation) -> Animation:
        """Return a picture as an animation of one frame; an animation stays what it is."""
        return value if isinstance(value, Animation) else cls((value,), (0,), 0, value.info)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write GIF, APNG (``.apng`` or ``.png``), WebP or AVIF.

        Raises:
            UnsupportedFormat: The extension is unknown, or the format has no animations.
            OutputError: The file cannot be written; an existing file is unchanged.
        """
        from nijigen.imaging.files import write

        write(self, Path(path))

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.frames[0].size

    def __repr__(self) -> str:
        width, height = self.size
        return f"<Animation {width}×{height} {len(self.frames)} frames>"
