"""Ugoira: the animations of pixiv, a ZIP of pictures and a list of how long each is shown.

Source: the archives of pixiv, and the ``animation.json`` that programs which fetch them add.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import accumulate, pairwise
from typing import Any

from nijigen.core.animation import Milliseconds
from nijigen.core.run import Note
from nijigen.core.strict import read_json
from nijigen.imaging.artworks.archive import Archive, pack, png_bytes
from nijigen.imaging.codecs import jpeg, png
from nijigen.imaging.codecs.canvas import without_idle_alpha
from nijigen.imaging.codecs.content import Array, Content, check_size, damaged
from nijigen.imaging.codecs.modes import with_channels

LIST = "animation.json"
_FRAME = re.compile(r"\d{6}\.(jpe?g|png)", re.IGNORECASE)
_USUAL = 100
"""Milliseconds of a frame, where the archive does not say."""


def is_ugoira(name: bytes) -> bool:
    """Return whether an archive is one, by the name of its first file."""
    return name in (LIST.encode(), b"000000.jpg", b"000000.png")


def read(data: bytes, *, first: bool) -> Content:
    """Read an animation.

    Raises:
        BadPicture: It is damaged or has no frames.
        PictureTooLarge: It has more frames or pixels than the limits allow.
    """
    archive = Archive(data)
    times, notes = delays(archive)
    names = list(times)[: 1 if first else None]

    def frames() -> Iterator[Array]:
        size: tuple[int, int] | None = None
        for name in names:
            pixels = picture(archive.read(name), size, len(names))
            size = pixels.shape[:2]
            yield pixels

    content = Content(without_idle_alpha(frames()), notes=notes)
    if len(content.frames) > 1:
        content.durations = [times[name] for name in names]
    return content


def delays(archive: Archive) -> tuple[dict[str, Milliseconds], tuple[Note, ...]]:
    """Return how long each frame is shown by its name, in order, and what was assumed for that.

    Raises:
        BadPicture: There are no frames, or the list makes no sense.
    """
    found = _listed(archive)
    notes: tuple[Note, ...] = ()
    if found is None:
        names = sorted(name for name in archive.names if _FRAME.fullmatch(name))
        found = dict.fromkeys(names, _USUAL)
        notes = (Note("assumed", f"each frame is shown for {_USUAL} ms: the file does not say"),)
    if not found:
        raise damaged("the archive has no frames")
    return found, notes


def picture(data: bytes, size: tuple[int, int] | None = None, count: int = 1) -> Array:
    """Return a frame as RGB or RGBA of 8 bits.

    Args:
        data: Its file.
        size: Height and width of the others.
        count: Frames that are in memory together.

    Raises:
        BadPicture: It is damaged, or of another size.
        PictureTooLarge: All frames together have more pixels than the limit allows.
    """
    found = (png if data.startswith(png.SIGNATURE) else jpeg).read(data, first=True)
    pixels: Array = found.frames[0]
    if pixels.dtype.itemsize > 1:
        pixels = (pixels >> 8).astype("uint8")
    height, width = pixels.shape[:2]
    check_size(width, height, count)
    if size not in (None, (height, width)):
        raise damaged("the frames have different sizes")
    return with_channels(pixels, 3)


def _listed(archive: Archive) -> dict[str, Milliseconds] | None:
    """Return the delay of each frame by name; None without a list."""
    if LIST not in archive:
        return None
    try:
        found: Any = read_json(archive.read(LIST))
        for key in ("ugokuIllustData", "body"):
            found = found.get(key, found) if isinstance(found, dict) else found
        frames = found["frames"] if isinstance(found, dict) else found
        return {str(one["file"]): max(1, int(one["delay"])) for one in frames}
    except (ValueError, KeyError, TypeError) as error:
        raise damaged(f"{LIST} makes no sense ({error})") from error


def write(content: Content) -> bytes:
    """Write frames as JPEG, or as PNG if they are transparent or to be lossless."""
    exact = content.lossless or content.frames[0].shape[2] == 4
    ends = [0, *(round(end) for end in accumulate(content.durations or [_USUAL]))]
    members, entries = [], []
    for number, (frame, times) in enumerate(zip(content.frames, pairwise(ends), strict=True)):
        name = f"{number:06}.{'png' if exact else 'jpg'}"
        single = Content([frame], quality=content.quality)
        members.append((name, png_bytes(frame) if exact else jpeg.write(single)))
        entries.append({"file": name, "delay": max(1, times[1] - times[0])})
    members.append((LIST, json.dumps({"frames": entries}).encode()))
    return pack(members)
