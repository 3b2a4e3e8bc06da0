"""Frame-by-frame processing of animations and videos: when it applies, and how it works.

Small animations are processed in memory. Longer ones, and all videos, are read, processed and
written one frame at a time, so that their length does not matter.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nijigen.core.animation import Animation
from nijigen.core.artwork import Artwork
from nijigen.core.clip import Clip
from nijigen.core.errors import UnsupportedFormat
from nijigen.core.history import History
from nijigen.core.picture import Picture
from nijigen.core.run import SILENT, Run
from nijigen.imaging.clips.files import ENDINGS, open_clip, write_clip
from nijigen.imaging.codecs.sniff import HEAD, is_video_file, may_move
from nijigen.imaging.files import ENDINGS as PICTURE_ENDINGS
from nijigen.imaging.files import read

MOST_AT_ONCE = 2**25
"""Most pixels, all frames together, that are processed in memory: 34 million, 100 MB of RGB."""
_WRITER = 1
"""Increased when the encoding of parts changes, so that incompatible parts are never joined."""


def is_video_name(path: Path) -> bool:
    """Return whether a name has the extension of a video format that can be written."""
    ending = path.suffix.lower()
    return ending in ENDINGS and ending not in PICTURE_ENDINGS


def read_source(
    source: Path, target: Path, *, page: int = 0
) -> Picture | Animation | Artwork | Clip:
    """Read a picture, or open a clip that is to be processed frame by frame.

    Args:
        source: The file to read.
        target: The result; for a video, every animation is processed frame by frame.
        page: The page of a TIFF of several, from 1.

    Raises:
        InputError: It cannot be read.
    """
    if is_video_file(source):
        return open_clip(source)
    if not _may_move(source):
        return read(source, page=page)
    clip = open_clip(source)
    moves = clip.count is not None and clip.count > 1
    width, height = clip.size
    large = moves and (clip.count or 0) * width * height > MOST_AT_ONCE
    return clip if large or (moves and is_video_name(target)) else read(source)


def save_clip(made: Any, target: Path, history: History, run: Run = SILENT) -> None:
    """Write a clip, or a value that can be one; an interrupted run resumes where it stopped.

    Raises:
        UnsupportedFormat: It is not an animation, or the format cannot hold it.
        OutputError: The file cannot be written; an existing file is left unchanged.
    """
    if isinstance(made, Picture | Animation):
        made = Clip.from_animation(Animation.of(made))
    if not isinstance(made, Clip):
        raise UnsupportedFormat(
            f"{target.name} is the name of a video, and this is none", "choose another ending"
        )
    write_clip(made, target, key=f"{_WRITER} {history.to_json()}", run=run)


def is_for_video(made: Any, target: Path) -> bool:
    """Return whether a result is written frame by frame."""
    return isinstance(made, Clip) or is_video_name(target)


def _may_move(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return may_move(file.read(HEAD))
    except OSError:
        return False
