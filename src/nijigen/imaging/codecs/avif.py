"""AVIF, still and animated, by Pillow; loops and times are read from the boxes.

Source: ISO/IEC 14496-12 for the boxes.
"""

from __future__ import annotations

import io
import math
import struct
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from PIL import AvifImagePlugin, Image

from nijigen.core.animation import Milliseconds, milliseconds
from nijigen.imaging.codecs import exif
from nijigen.imaging.codecs.color_tags import from_code_points, notes_on
from nijigen.imaging.codecs.content import Content, check_size, damaged
from nijigen.imaging.codecs.frames import header, read_frames, rounded
from nijigen.imaging.codecs.icc import MatrixProfile
from nijigen.imaging.codecs.modes import to_image
from nijigen.imaging.codecs.quiet import quiet

_QUALITY = 75
_THREADS = 4
"""Fixed: the encoder writes different bytes with one thread than with several."""

_FOREVER = 2**64 - 1
_FINEST = 90_000
"""Ticks a second at most, so that durations of hours fit into 32 bits."""
_MOST_FRAMES = 2**20
"""Maximum frames of an animation, more than an hour; a longer table is broken."""

# The container boxes on the path to those that are read here.
_PARENTS = (b"moov", b"trak", b"edts", b"mdia", b"minf", b"stbl", b"iprp", b"ipco")
# Parents with bytes of their own before the first box: version and flags; and the number of
# entries; and the description of a track of video.
_SKIPPED = {b"meta": 4, b"stsd": 8, b"av01": 78}


def read(data: bytes, *, first: bool) -> Content:
    """Read AVIF; with ``first`` only the first frame of an animation."""
    image = opened(data)
    check_size(*image.size, 1 if first else image.n_frames)
    content = read_frames(image, header_of(image, data), first=first)
    exact = durations(data)
    if len(content.frames) > 1 and len(exact) >= len(content.frames):
        content.durations = [milliseconds(each) for each in exact[: len(content.frames)]]
    return content


def header_of(image: AvifImagePlugin.AvifImageFile, data: bytes) -> Content:
    """Return the metadata, with the colors of the file."""
    content = header(image, plays(data))
    content.described = None if content.icc else described(data)
    content.notes = notes_on(content.described)
    return content


def described(data: bytes) -> MatrixProfile | None:
    """Return the colors of the first box that states code points; decoders do not apply them."""
    for name, at, end in boxes(data, 0, len(data)):
        if name == b"colr" and data[at : at + 4] == b"nclx" and end - at >= 8:
            primaries, transfer = struct.unpack_from(">HH", data, at + 4)
            return from_code_points(primaries, transfer, camera_as_srgb=True)
    return None


def opened(data: bytes) -> AvifImagePlugin.AvifImageFile:
    """Open the file with Pillow, without decoding pixels."""
    with quiet():
        return AvifImagePlugin.AvifImageFile(io.BytesIO(data))


def write(content: Content) -> bytes:
    """Write gray, RGB or RGBA, 8 bits, with color at full resolution."""
    images = [to_image(frame) for frame in content.frames]
    if len(images) > 1:
        return write_moving(images[0], images[1:], content)
    file = io.BytesIO()
    images[0].save(file, "AVIF", **_options(images[0], content))
    return file.getvalue()


def write_moving(image: Image.Image, more: Sequence[Image.Image], content: Content) -> bytes:
    """Write an animation: all frames of ``image``, which may make them one by one, and ``more``."""
    options = _options(image, content) | {"save_all": True, "append_images": more}
    per_second, ticks = _in_ticks(content.durations)
    file = io.BytesIO()
    # Pillow takes whole milliseconds, so other ticks are called so, and named afterwards.
    image.save(file, "AVIF", duration=ticks, **options)
    data = _with_time_scale(_without_clock(file.getvalue()), per_second)
    return _with_plays(data, content.loop)


def _in_ticks(durations: Sequence[Milliseconds]) -> tuple[int, list[int]]:
    """Return a number of ticks a second, and each duration in ticks."""
    seconds = [Fraction(duration, 1000) for duration in durations]
    exact = math.lcm(1000, *(each.denominator for each in seconds))
    if exact > _FINEST:
        return 1000, rounded(durations)
    return exact, [int(each * exact) for each in seconds]


def _options(image: Image.Image, content: Content) -> dict[str, Any]:
    subsampling = "4:0:0" if image.mode == "L" else "4:4:4"
    options: dict[str, Any] = {"subsampling": subsampling, "max_threads": _THREADS}
    quality = _QUALITY if content.quality is None else content.quality
    options["quality"] = 100 if content.lossless else quality
    if block := exif.build(content.history, content.dpi):
        options["exif"] = block
    return options


def boxes(data: bytes, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield all boxes, also nested ones: name, start and end of their content."""
    while at + 8 <= end:
        size, name = struct.unpack_from(">I4s", data, at)
        start = at + 8
        if size == 1 and at + 16 <= end:
            size, start = struct.unpack_from(">Q", data, start)[0], at + 16
        stop = end if size == 0 else at + size
        if not start <= stop <= end:
            return
        yield name, start, stop
        if name in _PARENTS or name in _SKIPPED:
            yield from boxes(data, start + _SKIPPED.get(name, 0), stop)
        at = stop


def plays(data: bytes) -> int:
    """Return the loop count of an animation, 0 for endless.

    The edit list of a track has the duration of one loop and whether it repeats; the header of the
    track has the duration of all loops.
    """
    total = 0
    for name, at, end in boxes(data, 0, len(data)):
        if name == b"tkhd":
            place, width = _duration(data, at, name)
            total = int.from_bytes(data[place : place + width], "big")
            total = _FOREVER if total == 2 ** (8 * width) - 1 else total
        elif name == b"elst" and end - at >= 16:
            once = _duration(data, at, name)
            round_length = int.from_bytes(data[once[0] : once[0] + once[1]], "big")
            if not data[at + 3] & 1:
                return 1
            if total == _FOREVER or not round_length:
                return 0
            return max(1, -(-total // round_length))
    return 0


def durations(data: bytes) -> list[Fraction]:
    """Return the duration of each frame in seconds, from the table of the first track."""
    scale = 0
    for name, at, end in boxes(data, 0, len(data)):
        if name == b"mdhd" and not scale:
            scale = int.from_bytes(data[at + (20 if data[at] == 1 else 12) :][:4], "big")
        elif name == b"stts" and scale:
            found: list[Fraction] = []
            for place in range(at + 8, end - 7, 8):
                count, ticks = struct.unpack_from(">II", data, place)
                if len(found) + count > _MOST_FRAMES:
                    raise damaged("the AVIF has more frames than any real one")
                found += [Fraction(ticks, scale) or Fraction(1, 10)] * count
            return found
    return []


def _without_clock(data: bytes) -> bytes:
    """Clear creation times, so that the same animation gives the same bytes."""
    changed = bytearray(data)
    for name, at, _ in boxes(data, 0, len(data)):
        if name in (b"mvhd", b"tkhd", b"mdhd"):
            # Version and flags, then the times of creation and modification.
            width = 16 if data[at] == 1 else 8
            changed[at + 4 : at + 4 + width] = bytes(width)
    return bytes(changed)


def _with_time_scale(data: bytes, per_second: int) -> bytes:
    """Set the ticks a second of an animation; libavif is passed milliseconds."""
    changed = bytearray(data)
    for name, at, _ in boxes(data, 0, len(data)):
        if name in (b"mvhd", b"mdhd"):
            # After version and flags, and the times of creation and modification.
            struct.pack_into(">I", changed, at + (20 if data[at] == 1 else 12), per_second)
    return bytes(changed)


def _with_plays(data: bytes, plays: int) -> bytes:
    """Set the loop count of an animation; libavif writes an endless one."""
    if plays == 0:
        return data
    changed = bytearray(data)
    found = list(boxes(data, 0, len(data)))
    round_length = 0
    for name, at, _ in found:
        if name == b"elst":
            place, width = _duration(data, at, name)
            round_length = int.from_bytes(data[place : place + width], "big")
            changed[at + 3] = changed[at + 3] & 0xFE | (plays > 1)
    for name, at, _ in found:
        if name in (b"mvhd", b"tkhd"):
            place, width = _duration(data, at, name)
            total = min(round_length * plays, 2 ** (8 * width) - 2)
            changed[place : place + width] = total.to_bytes(width, "big")
    return bytes(changed)


def _duration(data: bytes, at: int, name: bytes) -> tuple[int, int]:
    """Return the offset of the duration in a box and its length in bytes."""
    wide = data[at] == 1
    times = 16 if wide else 8
    # After version and flags: two times and the time scale; two times, track number and four
    # spare bytes; the number of edits.
    skip = {b"mvhd": 4 + times + 4, b"tkhd": 4 + times + 8, b"elst": 8}
    return at + skip[name], 8 if wide else 4
