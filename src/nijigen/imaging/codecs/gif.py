"""Reading GIF: blocks are parsed and frames composited here, LZW is decoded by Pillow.

Source: GIF89a (CompuServe, 1990), and the behavior of browsers where it is silent.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PIL import GifImagePlugin

from nijigen.core.history import History
from nijigen.core.limits import PIXELS
from nijigen.imaging.codecs.canvas import Canvas, Disposal, without_idle_alpha
from nijigen.imaging.codecs.content import (
    LZW,
    SMALL,
    Array,
    Content,
    check_filled,
    check_size,
    cut_off,
    damaged,
)
from nijigen.imaging.codecs.exif import decode_text
from nijigen.imaging.codecs.icc import to_srgb
from nijigen.imaging.codecs.modes import from_palette

EXTENSION, IMAGE, TRAILER = 0x21, 0x2C, 0x3B
CONTROL, COMMENT, APPLICATION = 0xF9, 0xFE, 0xFF
LOOP, PROFILE = b"NETSCAPE2.0", b"ICCRGBG1012"

_DISPOSALS: dict[int, Disposal] = {2: "clear", 3: "restore"}
_GRAYS = np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, axis=1)


@dataclass(frozen=True)
class Frame:
    """One image block with its graphic control block."""

    x: int
    y: int
    width: int
    height: int
    interlaced: bool
    palette: NDArray[np.uint8]
    codes: bytes
    """Size of the first LZW code and all sub-blocks with their end."""
    transparent: int | None
    delay: int
    """Hundredths of a second."""
    disposal: Disposal


@dataclass
class Blocks:
    """The blocks of a file."""

    width: int
    height: int
    frames: list[Frame] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    repeats: int | None = None
    """Number of repetitions; 0 is endless; None, without such a block, is none."""
    icc: bytes | None = None


class _Bytes:
    """The bytes of a file, read in order."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def take(self, count: int) -> bytes:
        piece = self._data[self._at : self._at + count]
        if len(piece) < count:
            raise cut_off("the GIF does not reach its end")
        self._at += count
        return piece

    @property
    def at_end(self) -> bool:
        return self._at == len(self._data)

    def blocks(self) -> tuple[bytes, bytes]:
        """Return sub-blocks up to the empty one: raw, and joined."""
        data, start, at = self._data, self._at, self._at
        joined = []
        # Without a call per block: files have hundreds of thousands.
        while at < len(data) and (size := data[at]):
            joined.append(data[at + 1 : at + 1 + size])
            at += 1 + size
        self.take(at + 1 - start)
        return data[start : self._at], b"".join(joined)


def read(data: bytes, *, first: bool) -> Content:
    """Read a GIF; with ``first`` only the first frame."""
    found = scan(data)
    if not found.frames:
        raise damaged("the GIF has no image")
    frames = found.frames[:1] if first else found.frames
    check_frames(found, frames)
    check_size(*canvas_size(found), len(frames))
    PIXELS.check(sum(frame.width * frame.height for frame in frames))
    content = header(found)
    content.frames = without_idle_alpha(composited(found, frames))
    if len(found.frames) == 1:
        content.frames = [_gray_again(content.frames[0], found.frames[0])]
    elif not first:
        content.durations = [10 * hundredths(frame) for frame in frames]
    return content


def canvas_size(found: Blocks) -> tuple[int, int]:
    """Return the size of all frames.

    A viewer enlarges a screen that is too small for the first frame.
    """
    first = found.frames[0]
    return max(found.width, first.x + first.width), max(found.height, first.y + first.height)


def check_frames(found: Blocks, frames: Sequence[Frame]) -> None:
    """Reject frames that their codes cannot fill, and a canvas far larger than all frames.

    Raises:
        BadPicture: The file ends too early.
    """
    for frame in frames:
        size = f"a frame of {frame.width}×{frame.height} pixels"
        check_filled(frame.width * frame.height, len(frame.codes), LZW, size)
    width, height = canvas_size(found)
    if width * height > SMALL:
        packed = sum(len(frame.codes) for frame in found.frames)
        check_filled(width * height, packed, LZW, f"{width}×{height} pixels")


def header(found: Blocks) -> Content:
    """Return the metadata."""
    comments = [text for text in found.comments if not _is_history(text)]
    return Content(
        [],
        loop={None: 1, 0: 0}.get(found.repeats, (found.repeats or 0) + 1),
        text={"comment": "\n".join(comments)} if comments else {},
        icc=found.icc,
        history=next((text for text in found.comments if _is_history(text)), None),
    )


def composited(found: Blocks, frames: Sequence[Frame]) -> Iterator[Array]:
    """Yield whole composited frames, RGBA."""
    canvas = Canvas(*canvas_size(found), np.dtype(np.uint8))
    for frame in frames:
        patch = _pixels(frame, found.icc)
        yield canvas.draw(patch, frame.x, frame.y, over=True, disposal=frame.disposal)


def hundredths(frame: Frame) -> int:
    """Return the duration of a frame in hundredths of a second.

    Browsers show frames of one hundredth or less for a tenth of a second.
    """
    return frame.delay if frame.delay > 1 else 10


def scan(data: bytes) -> Blocks:
    """Parse all blocks up to the trailer."""
    source = _Bytes(data)
    source.take(6)
    width, height, flags = struct.unpack("<HHBxx", source.take(7))
    found = Blocks(width, height)
    colors = _palette(source, flags) if flags & 0x80 else _GRAYS
    control = bytes(4)
    while True:
        if source.at_end and found.frames and control == bytes(4):
            # All viewers accept a file without its last byte, the trailer.
            return found
        kind = source.take(1)[0]
        if kind == TRAILER:
            return found
        if kind == EXTENSION:
            label = source.take(1)[0]
            _, body = source.blocks()
            if label == CONTROL and len(body) >= 4:
                control = body
            elif label == COMMENT and body:
                found.comments.append(decode_text(body))
            elif label == APPLICATION:
                _application(found, body)
        elif kind == IMAGE:
            found.frames.append(_frame(source, colors, control))
            control = bytes(4)
        elif kind:
            raise damaged("a block of the GIF is of no known kind")


def _application(found: Blocks, body: bytes) -> None:
    name, rest = body[:11], body[11:]
    if name in (LOOP, b"ANIMEXTS1.0") and len(rest) >= 3 and rest[0] == 1:
        found.repeats = struct.unpack_from("<H", rest, 1)[0]
    elif name == PROFILE:
        found.icc = rest or None


def _frame(source: _Bytes, colors: NDArray[np.uint8], control: bytes) -> Frame:
    x, y, width, height, flags = struct.unpack("<HHHHB", source.take(9))
    if flags & 0x80:
        colors = _palette(source, flags)
    first_code = source.take(1)
    codes, _ = source.blocks()
    return Frame(
        *(x, y, width, height, bool(flags & 0x40), colors, first_code + codes),
        transparent=control[3] if control[0] & 1 else None,
        delay=struct.unpack_from("<H", control, 1)[0],
        disposal=_DISPOSALS.get(control[0] >> 2 & 7, "keep"),
    )


def _palette(source: _Bytes, flags: int) -> NDArray[np.uint8]:
    return np.frombuffer(source.take(3 << (flags & 7) + 1), np.uint8).reshape(-1, 3)


def _pixels(frame: Frame, icc: bytes | None) -> Array:
    """Return one frame as RGBA."""
    if not frame.width or not frame.height:
        raise damaged("a frame of the GIF has no pixels")
    indices = unpack(frame)
    colors = to_srgb(frame.palette[None], icc)[0]
    alpha = np.full((len(colors), 1), 255, np.uint8)
    pixels = from_palette(indices, np.concatenate([colors, alpha], axis=1))
    if frame.transparent is not None:
        pixels[indices == frame.transparent] = 0
    return pixels


def unpack(frame: Frame) -> NDArray[np.uint8]:
    """Decode LZW to palette indices, ``(H, W)``."""
    alone = b"".join(
        [
            b"GIF89a" + struct.pack("<HHBBB", frame.width, frame.height, 0xF7, 0, 0),
            _GRAYS.tobytes(),
            struct.pack("<BHHHHB", IMAGE, 0, 0, frame.width, frame.height, frame.interlaced << 6),
            frame.codes,
            bytes([TRAILER]),
        ]
    )
    image = GifImagePlugin.GifImageFile(io.BytesIO(alone))
    image.load()
    return np.array(image, np.uint8)


def _gray_again(pixels: Array, frame: Frame) -> Array:
    neutral = (frame.palette == frame.palette[:, :1]).all()
    return pixels[:, :, :1] if pixels.shape[2] == 3 and neutral else pixels


def _is_history(text: str) -> bool:
    history = History.from_json(text)
    return history is not None and bool(history.steps)
