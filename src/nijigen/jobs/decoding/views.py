"""Views and thumbnails of files."""

from __future__ import annotations

from pathlib import Path

from nijigen.core.animation import Animation
from nijigen.core.artwork import Artwork
from nijigen.core.errors import NotFound
from nijigen.core.picture import Encoding, Picture
from nijigen.imaging.files import decode, encode, encode_draft
from nijigen.imaging.resize import resize
from nijigen.jobs.stores.kept import not_stored


def view(path: Path, name: str, target: Path) -> None:
    """Write a PNG of a file for browsers: the first frame, or all layers.

    Raises:
        NijigenError: The file cannot be read, or the other one cannot be written.
    """
    _write(encode_draft(_shown(path, name)), target)


def thumbnail(path: Path, name: str, target: Path, side: int) -> None:
    """Write a small WebP of a file, with that longer side unless it is smaller.

    Raises:
        NijigenError: The file cannot be read, or the other one cannot be written.
    """
    picture = _shown(path, name).reduced()
    scale = min(1.0, side / max(picture.size))
    small = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    picture = resize(picture, small, "box" if scale < 0.25 else "lanczos")
    _write(encode(picture.with_info(encoding=Encoding("webp", 82)), "webp"), target)


def _shown(path: Path, name: str) -> Picture:
    try:
        value = decode(path.read_bytes(), name)
    except FileNotFoundError:
        raise NotFound(f"the file of {name} is gone", "upload it again") from None
    if isinstance(value, Animation):
        return value.frames[0]
    return value.shown() if isinstance(value, Artwork) else value


def _write(content: bytes, target: Path) -> None:
    try:
        target.write_bytes(content)
    except OSError as error:
        raise not_stored(error) from error
