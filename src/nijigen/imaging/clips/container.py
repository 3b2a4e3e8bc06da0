"""What a file format of moving pictures has to offer, and what is fixed before its first frame.

A clip is written in parts of :data:`PART_FRAMES` frames. Each begins with a whole frame, so that
it depends on no other, and parts are joined without encoding anything again. So what was
finished before a kill is never done twice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Protocol

from nijigen.core.clip import ClipFormat, Sound
from nijigen.core.run import Note
from nijigen.imaging.codecs.content import Array, Content

PART_FRAMES = 120
"""Five seconds of film: a kill costs no more than this, a whole frame that often some 2 %."""


@dataclass(frozen=True)
class Plan:
    """What is fixed before the first frame is written."""

    size: tuple[int, int]
    channels: int
    depth: int
    known: Content
    """Everything beside the frames: loop, text, history, quality."""
    time_base: Fraction | None = None
    aspect: Fraction = Fraction(1)
    rate: Fraction = Fraction(24)
    """About how many frames there are in a second."""
    sound: Sound | None = None


class Part(Protocol):
    """A part that is being written; frames follow each other without gaps."""

    notes: list[Note]
    """What the format could not hold."""

    def add(self, pixels: Array, start: Fraction, end: Fraction) -> None:
        """Write one frame that is shown from ``start`` to ``end``, seconds of the whole clip."""

    def finish(self) -> None:
        """Write what is still held back and close the file."""

    def close(self) -> None:
        """Let go of the file, however far it is."""


@dataclass(frozen=True)
class Piece:
    """A finished part."""

    path: Path
    start: Fraction
    end: Fraction
    frames: int


@dataclass(frozen=True)
class Container:
    """How a file format of moving pictures is written, and what it holds."""

    format: ClipFormat
    begin: Callable[[Path, Plan], Part]
    join: Callable[[Sequence[Piece], Plan, Path], list[Note]]
    """Makes the file of its parts; returns notes."""
    longest: int
    """Pixels of a side."""
    alpha: bool = True
    deep: bool = False
    sound: bool = False
    loops: bool = True
    square: bool = True
    """Its pixels are written as square."""
