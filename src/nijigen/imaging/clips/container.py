"""The interface of an animation or video format, and the plan fixed before the first frame.

A clip is written in parts of :data:`PART_FRAMES` frames. Each starts with a keyframe, so it
depends on no other part, and parts are joined without re-encoding. Work finished before a
crash is never repeated.
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
"""Five seconds of film: the most that a crash costs; a keyframe that often adds some 2 %."""


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
    """Approximate frames per second."""
    sound: Sound | None = None


class Part(Protocol):
    """A part that is being written; frames follow each other without gaps."""

    notes: list[Note]
    """What the format could not hold."""

    def add(self, pixels: Array, start: Fraction, end: Fraction) -> None:
        """Write a frame shown from ``start`` to ``end``, in seconds from the start of the clip."""

    def finish(self) -> None:
        """Flush buffered frames and close the file."""

    def close(self) -> None:
        """Release the file, even if it is incomplete."""


@dataclass(frozen=True)
class Piece:
    """A finished part."""

    path: Path
    start: Fraction
    end: Fraction
    frames: int


@dataclass(frozen=True)
class Container:
    """How an animation or video format is written, and what it can hold."""

    format: ClipFormat
    begin: Callable[[Path, Plan], Part]
    join: Callable[[Sequence[Piece], Plan, Path], list[Note]]
    """Joins the parts into one file; returns notes."""
    longest: int
    """Most pixels per side."""
    alpha: bool = True
    deep: bool = False
    sound: bool = False
    loops: bool = True
    square: bool = True
    """Pixels are always written as square."""
