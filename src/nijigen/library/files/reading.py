"""Reading: what is in a file, a still picture or a clip."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from nijigen.core.clip import Clip
from nijigen.core.picture import Picture
from nijigen.imaging.codecs.sniff import HEAD, is_ugoira_file, is_video, may_move, sniff
from nijigen.imaging.files import read_reduced
from nijigen.library.files.videos import open_video


@dataclass(frozen=True)
class Read:
    """What was read of a file; the frames of a clip are read later, one by one."""

    value: Picture | Clip
    size: tuple[int, int]
    """Width and height of the file; those of the picture may be smaller."""
    format: str


def read(path: Path, least: int = 0) -> Read:
    """Read a picture, or open an animation or a video.

    Args:
        path: The file.
        least: Pixels of the longer side that are enough; 0 is the full size.

    Raises:
        NijigenError: It is missing, damaged or not a picture, or reading it needs an extra.
        OSError: It cannot be opened.
    """
    with path.open("rb") as file:
        head = file.read(HEAD)
    ending = path.suffix.lower()[1:]
    if is_video(head):
        clip = open_video(path)
        return Read(clip, clip.size, ending or "video")
    if not may_move(head) and not is_ugoira_file(head):
        picture, size = read_reduced(path, least)
        # Long metadata of a PNG may come before it says that it moves.
        if picture.info.format != "apng":
            # A picture says how it is saved, which of a drawing is as pixels.
            return Read(picture, size, sniff(head))
    clip = Clip.open(path)
    if clip.count == 1:
        picture, size = read_reduced(path, least)
        return Read(picture, size, picture.info.format or ending)
    return Read(clip, clip.size, clip.info.format or ending)
