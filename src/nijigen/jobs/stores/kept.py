"""What is known of a file that the picture store keeps."""

from __future__ import annotations

from dataclasses import dataclass

from nijigen.core.animation import Animation
from nijigen.core.artwork import Artwork
from nijigen.core.errors import OutputError
from nijigen.core.picture import FileFormat, Picture


@dataclass(frozen=True)
class Facts:
    """What the database says of the content of a picture file."""

    format: FileFormat
    width: int
    height: int
    channels: int
    depth: int
    frames: int
    bytes: int

    @classmethod
    def of(cls, value: Picture | Animation | Artwork, format: FileFormat, size: int) -> Facts:
        """Return the facts about a value that was written into a file of a size."""
        first = value.frames[0] if isinstance(value, Animation) else value
        frames = len(value.frames) if isinstance(value, Animation) else 1
        return cls(format, *first.size, first.channels, first.depth, frames, size)


def not_stored(error: OSError) -> OutputError:
    """Return what is told when a file cannot be written into the store."""
    return OutputError(
        f"the picture cannot be stored: {error.strerror or error}", "free some space on the disk"
    )
