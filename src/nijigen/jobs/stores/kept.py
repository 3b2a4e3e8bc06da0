"""Properties of a file in the picture store."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from nijigen.core.animation import Animation
from nijigen.core.artwork import Artwork
from nijigen.core.errors import OutputError
from nijigen.core.picture import FileFormat, Picture
from nijigen.imaging.files import decode


@dataclass(frozen=True)
class Facts:
    """Properties of a picture file's content, as stored in the database."""

    format: FileFormat
    width: int
    height: int
    channels: int
    depth: int
    frames: int
    bytes: int

    @classmethod
    def of(cls, value: Picture | Animation | Artwork, format: FileFormat, size: int) -> Facts:
        """Return the properties of a value that was written to a file of some size."""
        first = value.frames[0] if isinstance(value, Animation) else value
        frames = len(value.frames) if isinstance(value, Animation) else 1
        return cls(format, *first.size, first.channels, first.depth, frames, size)


def inspected(path: Path, name: str) -> Facts:
    """Decode a file completely in this process, and return its properties.

    Raises:
        NijigenError: It cannot be read.
    """
    data = path.read_bytes()
    value = decode(data, name)
    return Facts.of(value, value.info.format or "png", len(data))


def not_stored(error: OSError) -> OutputError:
    """Return the error for a file that cannot be written to the store."""
    return OutputError(
        f"the picture cannot be stored: {error.strerror or error}", "free some space on the disk"
    )
