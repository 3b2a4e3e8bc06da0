"""What is stored: the properties of a picture file, and its content on the way to the store."""

from __future__ import annotations

import contextlib
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from nijigen.core import disk, private
from nijigen.core.animation import Animation
from nijigen.core.artwork import Artwork
from nijigen.core.errors import OutputError
from nijigen.core.picture import FileFormat, Picture
from nijigen.imaging.codecs.sniff import HEAD, sniff
from nijigen.imaging.files import decode

CHUNK = 1 << 20


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
    # A drawing is decoded as pixels, but is still the file of a drawing.
    format = "svg" if sniff(data[:HEAD]) == "svg" else value.info.format or "png"
    return Facts.of(value, format, len(data))


def not_stored(error: OSError) -> OutputError:
    """Return the error for a file that cannot be written to the data folder."""
    return OutputError(
        f"this cannot be stored: {error.strerror or error}", "free some space on the disk"
    )


def not_deleted(error: OSError) -> OutputError:
    """Return the error for a file that cannot be deleted from the data folder."""
    return OutputError(
        f"this cannot be deleted: {error.strerror or error}",
        "look at the disk and at the permissions of the data folder",
    )


def place(temporary: Path, target: Path) -> None:
    """Move a finished file into the store.

    Raises:
        OutputError: It cannot be written.
    """
    try:
        private.place(temporary, target)
    except OSError as error:
        discard(temporary)
        raise not_stored(error) from error


def discard(temporary: Path) -> None:
    """Remove a temporary file; what cannot be removed now is removed at the next start."""
    with contextlib.suppress(OSError):
        temporary.unlink(missing_ok=True)


def copied(stream: BinaryIO, target: Path) -> tuple[str, int]:
    """Copy a stream to a file and return its sha256 and its length.

    Raises:
        OutputError: The disk is full.
        UnsupportedFormat: Its first bytes are those of no picture.
    """
    digest, size = hashlib.sha256(), 0
    try:
        with target.open("wb") as file:
            while chunk := stream.read(CHUNK):
                if size == 0 and len(chunk) >= HEAD:
                    # A video of gigabytes is rejected by its first bytes.
                    sniff(chunk[:HEAD])
                digest.update(chunk)
                size += len(chunk)
                file.write(chunk)
            # Here, where no lock is held: what is large takes its time.
            file.flush()
            disk.sync_file(file.fileno())
    except OSError as error:
        raise not_stored(error) from error
    return digest.hexdigest(), size
