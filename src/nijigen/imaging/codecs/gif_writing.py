"""Writing GIF: each frame contains only the changed box, with its own palette."""

from __future__ import annotations

import io
import struct
from collections.abc import Sequence
from itertools import accumulate

import numpy as np
from PIL import Image

from nijigen.core.animation import Milliseconds
from nijigen.imaging.codecs import gif
from nijigen.imaging.codecs.canvas import changed_box
from nijigen.imaging.codecs.content import Array, Content
from nijigen.imaging.codecs.modes import with_channels
from nijigen.imaging.codecs.palette import quantized

LEAST = 2
"""The shortest delay in hundredths of a second."""
_OPAQUE_FROM = 128


def write(content: Content) -> bytes:
    """Write one frame or an animation; alpha becomes binary."""
    frames = list(content.frames)
    height, width, _ = frames[0].shape
    moving = len(frames) > 1
    timed = shown_frames(content.durations) if moving else [(0, 0)]
    frames = [frames[index] for index, _ in timed]
    parts = [start((width, height), content.loop if moving else 1, content.history)]
    before: Array | None = None
    current = hard_edged(frames[0])
    for index, (_, delay) in enumerate(timed):
        following = hard_edged(frames[index + 1]) if index + 1 < len(frames) else None
        clear = following is not None and must_clear(current, following)
        parts.append(frame_blocks(current, before, delay, clear=clear))
        before = None if clear else current
        if following is not None:
            current = following
    return b"".join([*parts, bytes([gif.TRAILER])])


def start(size: tuple[int, int], loop: int, history: str | None) -> bytes:
    """Return all that stands before the first frame."""
    parts = [b"GIF89a", struct.pack("<HHBBB", *size, 0x70, 0, 0)]
    if loop != 1:
        # The file has the number of repetitions, and no block if there are none.
        again = min(loop - 1, 65535) if loop else 0
        parts.append(_extension(gif.APPLICATION, gif.LOOP, struct.pack("<BH", 1, again)))
    if history is not None:
        parts.append(_extension(gif.COMMENT, *_pieces(history.encode("utf-8", "replace"))))
    return b"".join(parts)


def must_clear(current: Array, following: Array) -> bool:
    """Return whether pixels become transparent, which only disposal can do."""
    return bool(np.any(following[:, :, 3] < current[:, :, 3]))


def hard_edged(frame: Array) -> Array:
    """Return RGBA in which every pixel is opaque or transparent."""
    pixels = with_channels(frame, 4).copy()
    pixels[:, :, 3] = np.where(pixels[:, :, 3] >= _OPAQUE_FROM, 255, 0)
    pixels[pixels[:, :, 3] == 0] = 0
    return pixels


def shown_frames(durations: Sequence[Milliseconds]) -> list[tuple[int, int]]:
    """Return the frames that can be shown, and for how many hundredths of a second.

    Frames that would make the animation longer are left out: browsers show a delay of one
    hundredth for a tenth of a second, so the shortest is two.
    """
    starts = [0, *(round(end / 10) for end in accumulate(durations))]
    end = starts.pop()
    shown: list[tuple[int, int]] = []
    for index, start in enumerate(starts):
        at = max(start, shown[-1][1] + LEAST) if shown else start
        if at - start < LEAST:
            shown.append((index, at))
    if len(shown) > 1 and end - shown[-1][1] < LEAST:
        del shown[-1]
    ends = [*(at for _, at in shown[1:]), end]
    pairs = zip(shown, ends, strict=True)
    return [(index, min(max(after - at, LEAST), 65535)) for (index, at), after in pairs]


def frame_blocks(pixels: Array, before: Array | None, delay: int, *, clear: bool) -> bytes:
    """Return the blocks of one frame that is drawn over ``before``, or over nothing."""
    drawn = pixels[:, :, 3] > 0
    if before is not None:
        drawn = drawn & (pixels != before).any(axis=2)
    # Disposal clears the box of its frame, which must then be the whole canvas.
    whole = before is None or clear
    box = (0, 0, pixels.shape[1], pixels.shape[0]) if whole else changed_box(drawn)
    left, top, right, bottom = box
    drawn = drawn[top:bottom, left:right]
    palette, indices = quantized(pixels[top:bottom, left:right, :3], drawn)
    holes = not drawn.all()
    transparent = len(palette) if holes else 0
    if holes:
        indices = np.where(drawn, indices, np.uint8(transparent))
    bits = max(1, (len(palette) + holes - 1).bit_length())
    table = np.zeros((1 << bits, 3), np.uint8)
    table[: len(palette)] = palette
    flags = (2 if clear else 1) << 2 | holes
    return b"".join(
        [
            struct.pack("<BBBBHBB", gif.EXTENSION, gif.CONTROL, 4, flags, delay, transparent, 0),
            struct.pack("<BHHHHB", gif.IMAGE, left, top, right - left, bottom - top, 127 + bits),
            table.tobytes(),
            _codes(indices),
        ]
    )


def _codes(indices: Array) -> bytes:
    """Return LZW codes, made by Pillow."""
    image = Image.fromarray(indices)
    file = io.BytesIO()
    image.save(file, "GIF", optimize=False, interlace=False)
    return gif.scan(file.getvalue()).frames[0].codes


def _extension(label: int, *pieces: bytes) -> bytes:
    blocks = b"".join(bytes([len(piece)]) + piece for piece in pieces)
    return bytes([gif.EXTENSION, label]) + blocks + b"\0"


def _pieces(data: bytes) -> list[bytes]:
    return [data[at : at + 255] for at in range(0, len(data), 255)]
