"""GIF as a clip: times in hundredths of a second, at most 50 frames per second."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import accumulate
from pathlib import Path

from nijigen.core.clip import Clip, Frame
from nijigen.core.run import Note
from nijigen.imaging.clips.container import Container, Piece, Plan
from nijigen.imaging.clips.still import clip_of, framed
from nijigen.imaging.codecs import gif, gif_writing
from nijigen.imaging.codecs.content import Array, check_size, damaged
from nijigen.imaging.losses import TOO_FAST_FOR_GIF

_LEAST = gif_writing.LEAST
_MOST = 65535


def open_clip(path: Path, data: bytes) -> Clip:
    """Return the frames as a stream; the blocks are scanned immediately."""
    found = gif.scan(data)
    if not found.frames:
        raise damaged("the GIF has no image")
    size = gif.canvas_size(found)
    gif.check_frames(found, found.frames[:1])
    check_size(*size)
    # Without clearing, opaque pixels stay opaque.
    first = next(gif.composited(found, found.frames[:1]))
    clears = any(frame.disposal == "clear" for frame in found.frames[:-1])
    alpha = bool(clears or first[:, :, 3].min() < 255)
    ends = [Fraction(0), *accumulate(Fraction(gif.hundredths(f), 100) for f in found.frames)]

    def source(skip: int) -> Iterator[Frame]:
        blocks = gif.scan(path.read_bytes())
        return framed(gif.composited(blocks, blocks.frames), ends, skip, alpha=alpha)

    known, tick = gif.header(found), Fraction(1, 100)
    return clip_of(path, data, "gif", known, size, ends, source, alpha=alpha, time_base=tick)


class _Part:
    """The blocks of frames, without the header and trailer of a file."""

    def __init__(self, path: Path, plan: Plan) -> None:
        self.notes: list[Note] = []
        self._file = path.open("wb")
        self._clears_at_end = plan.channels == 4
        self._before: Array | None = None
        self._held: Array | None = None
        self._held_at = self._end = self._delay_at = self._last_delay = 0

    def add(self, pixels: Array, start: Fraction, end: Fraction) -> None:
        """Write the previous frame, whose delay is now known."""
        frame = gif_writing.hard_edged(pixels)
        due = round(100 * start)
        self._end = round(100 * end)
        if self._held is None:
            self._held, self._held_at = frame, due
            return
        at = max(due, self._held_at + _LEAST)
        if at - due >= _LEAST:
            # Delaying it would make the clip lag further and further behind.
            self._note(TOO_FAST_FOR_GIF)
            return
        clear = gif_writing.must_clear(self._held, frame)
        self._write(self._held, at - self._held_at, clear=clear)
        self._held, self._held_at = frame, at

    def finish(self) -> None:
        """Write the last frame."""
        if self._held is not None:
            left = self._end - self._held_at
            if left < _LEAST and self._before is not None and self._delay_at:
                # No time is left for this frame: extend the previous one instead.
                self._file.seek(self._delay_at)
                delay = self._last_delay + left
                self._file.write(delay.to_bytes(2, "little"))
                self._note(TOO_FAST_FOR_GIF)
            else:
                self._write(self._held, max(left, _LEAST), clear=self._clears_at_end)
        self.close()

    def close(self) -> None:
        """Release the file."""
        self._file.close()

    def _write(self, frame: Array, delay: int, *, clear: bool) -> None:
        while delay > _MOST:
            # A longer delay does not fit: repeat the frame, redrawing a single pixel.
            step = min(_MOST, delay - _LEAST)
            self._file.write(gif_writing.frame_blocks(frame, self._before, step, clear=False))
            self._before = frame
            delay -= step
        # Offset of the delay: four bytes into the control block.
        self._delay_at, self._last_delay = self._file.tell() + 4, delay
        self._file.write(gif_writing.frame_blocks(frame, self._before, delay, clear=clear))
        self._before = None if clear else frame

    def _note(self, note: Note) -> None:
        if note not in self.notes:
            self.notes.append(note)


def _join(pieces: Sequence[Piece], plan: Plan, target: Path) -> list[Note]:
    with target.open("wb") as file:
        file.write(gif_writing.start(plan.size, plan.known.loop, plan.known.history))
        for piece in pieces:
            with piece.path.open("rb") as part:
                shutil.copyfileobj(part, file)
        file.write(bytes([gif.TRAILER]))
    return []


CONTAINER = Container("gif", _Part, _join, longest=65535)
