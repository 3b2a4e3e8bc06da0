"""Reading: the picture that represents a file; of moving ones the first frame."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from nijigen.core.clip import Clip
from nijigen.core.errors import BadPicture
from nijigen.core.picture import Picture
from nijigen.imaging.files import read_picture
from nijigen.library.files.scanning import VIDEOS

_MAY_MOVE = {"gif", "apng", "webp", "avif"}


@dataclass(frozen=True)
class Read:
    """What was read of a file."""

    picture: Picture
    format: str
    moving: bool
    """Whether it has more frames than the one that is indexed."""


def read(path: Path) -> Read:
    """Read a picture, or the first frame of an animation or a video.

    Raises:
        NijigenError: It is missing, damaged or not a picture, or reading it needs an extra.
    """
    if path.suffix.lower() in VIDEOS:
        frame = next(Clip.open(path).frames(), None)
        if frame is None:
            raise BadPicture(f"{path} has no frames")
        return Read(frame.picture, path.suffix.lower()[1:], True)
    picture = read_picture(path)
    format = picture.info.format or path.suffix.lower()[1:]
    return Read(picture, format, format in _MAY_MOVE and _moves(path))


def _moves(path: Path) -> bool:
    from PIL import Image

    with Image.open(path) as image:
        return getattr(image, "n_frames", 1) > 1
