"""Open clips by their content, and write them in the format of the file extension."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from nijigen.core.animation import Animation
from nijigen.core.clip import Clip, ClipFormat, Frame
from nijigen.core.errors import (
    InputError,
    NijigenError,
    NotFound,
    PictureTooLarge,
    UnsupportedFormat,
)
from nijigen.core.run import SILENT, Note, Run
from nijigen.imaging.clips import apng, avif, gif, ugoira, video, video_writing, webp
from nijigen.imaging.clips.container import Container
from nijigen.imaging.clips.writing import write_parts
from nijigen.imaging.codecs.content import damaged
from nijigen.imaging.codecs.sniff import HEAD, is_video_file, sniff

ENDINGS: Mapping[str, ClipFormat] = {
    ".gif": "gif",
    ".apng": "apng",
    ".png": "apng",
    ".webp": "webp",
    ".avif": "avif",
    ".mp4": "mp4",
    ".m4v": "mp4",
    ".webm": "webm",
    ".mov": "mov",
}
"""Lowercase file extensions, and the clip format that is written for each."""

VIDEO_ENDINGS = frozenset({".mp4", ".m4v", ".webm", ".mov", ".mkv", ".avi"})
"""Lowercase extensions of the files that a folder scan treats as videos."""

_CONTAINERS: dict[ClipFormat, Container] = {
    container.format: container
    for container in (
        *(gif.CONTAINER, apng.CONTAINER, webp.CONTAINER, avif.CONTAINER),
        *video_writing.CONTAINERS,
    )
}
_OPENERS: dict[str, Callable[[Path, bytes], Clip]] = {
    "gif": gif.open_clip,
    "png": apng.open_clip,
    "webp": webp.open_clip,
    "avif": avif.open_clip,
    "ugoira": ugoira.open_clip,
}


def open_clip(path: Path) -> Clip:
    """Open an animation or video; a still picture becomes a clip of one frame.

    Raises:
        NotFound: There is no such file.
        BadPicture: It is damaged, truncated or not a picture.
        PictureTooLarge: A frame has more pixels than the limit allows.
        UnsupportedFormat: The format is not supported, or it is a video and the extra ``video``
            is not installed.
    """
    if is_video_file(path):
        return video.open_clip(path)
    try:
        data = path.read_bytes()
        opener = _OPENERS.get(sniff(data[:HEAD]))
    except OSError:
        opener = None
    except InputError as error:
        raise type(error)(f"{path}: {error.message}", error.hint) from error
    if opener is None:
        return Clip.from_animation(Animation.open(path))
    with _refusing(path):
        clip = opener(path, data)
    if clip.count == 0:
        return Clip.from_animation(Animation.open(path))
    source = clip.source

    def guarded(skip: int) -> Iterator[Frame]:
        with _refusing(path):
            yield from source(skip)

    return replace(clip, source=guarded)


def write_clip(
    clip: Clip, path: Path, *, format: ClipFormat | None = None, key: str = "", run: Run = SILENT
) -> tuple[Note, ...]:
    """Write a clip frame by frame, completely or not at all; missing folders are created.

    Args:
        clip: The clip to write.
        path: Its file extension determines the format.
        format: The format, regardless of the extension.
        key: What the frames depend on. If given, an interrupted run leaves its finished parts next
            to the target, and the next run with the same key resumes there.
        run: Receives progress and notes.

    Returns:
        What the format could not hold; the run receives these notes, too.

    Raises:
        UnsupportedFormat: The file extension is unknown, or the format cannot hold the clip.
        OutputError: The file cannot be written; an existing file is left unchanged.
    """
    return write_parts(clip, path, _CONTAINERS[format or format_of(path)], key=key, run=run)


def format_of(path: Path) -> ClipFormat:
    """Return the format that a file extension stands for.

    Raises:
        UnsupportedFormat: The extension is unknown, or that of a still picture format.
    """
    known = ENDINGS.get(path.suffix.lower())
    if known is None:
        what = f"{path.suffix} is not the" if path.suffix else "the name has no"
        raise UnsupportedFormat(
            f"{path.name}: {what} extension of an animation or a video",
            "use one of " + " ".join(ENDINGS),
        )
    return known


@contextlib.contextmanager
def _refusing(path: Path) -> Iterator[None]:
    """Turn the exceptions of decoders on damaged data into our own errors."""
    try:
        yield
    except InputError as error:
        raise type(error)(f"{path}: {error.message}", error.hint) from error
    except NijigenError:
        raise
    except FileNotFoundError as error:
        raise NotFound(f"no such file: {path}", "it existed a moment ago") from error
    except MemoryError as error:
        raise PictureTooLarge(f"{path}: not enough memory for its pixels") from error
    except Exception as error:
        # Pillow's decoders raise OSError, SyntaxError, ValueError, struct.error, IndexError ...
        found = damaged(str(error) or type(error).__name__)
        raise type(found)(f"{path}: {found.message}", found.hint) from error
