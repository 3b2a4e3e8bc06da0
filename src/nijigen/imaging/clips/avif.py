"""AVIF as a clip: times in milliseconds; parts are lossless and encoded together at the end.

The encoder shares state between frames and cannot resume.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import accumulate
from pathlib import Path

from PIL import Image

from nijigen.core.animation import milliseconds
from nijigen.core.clip import Clip, Frame
from nijigen.core.run import Note
from nijigen.imaging.clips.apng import PngPart, frames_of
from nijigen.imaging.clips.container import Container, Piece, Plan
from nijigen.imaging.clips.still import clip_of, framed
from nijigen.imaging.codecs import avif, frames, png, png_writing
from nijigen.imaging.codecs.content import Array, check_size
from nijigen.imaging.codecs.modes import to_image


def open_clip(path: Path, data: bytes) -> Clip:
    """Return the frames as a stream; the boxes are scanned immediately."""
    image = avif.opened(data)
    size: tuple[int, int] = image.size
    check_size(*size)
    known = avif.header_of(image, data)
    delays = avif.durations(data)[: image.n_frames]
    # A still picture has no timing table.
    delays += [Fraction(1, 10)] * (image.n_frames - len(delays))
    ends = [Fraction(0), *accumulate(delays)]
    alpha = image.mode == "RGBA"

    def source(skip: int) -> Iterator[Frame]:
        again = avif.opened(path.read_bytes())
        shown = frames.composited(again, known.profile, len(ends) - 1)
        return framed((pixels for pixels, _ in shown), ends, skip, alpha=alpha)

    return clip_of(path, data, "avif", known, size, ends, source, alpha=alpha, time_base=None)


class _Frames(Image.Image):
    """A Pillow image whose frames are composited on demand as Pillow's writer seeks to them."""

    is_animated = True

    def __init__(self, pieces: Sequence[Piece], plan: Plan) -> None:
        super().__init__()
        self._pieces, self._plan = pieces, plan
        self.n_frames = sum(piece.frames for piece in pieces)
        self.seek(0)

    def tell(self) -> int:
        return self._at

    def seek(self, frame: int) -> None:
        if frame >= self.n_frames:
            raise EOFError("no more frames")
        if frame == 0:
            self._shown = self._composited()
            self._at = -1
        while self._at < frame:
            pixels = next(self._shown)
            self._at += 1
        image = to_image(pixels)
        self.im, self._mode, self._size = image.im, image.mode, image.size

    def _composited(self) -> Iterator[Array]:
        color = png.RGBA if self._plan.channels == 4 else png.RGB
        header = png.Header(*self._plan.size, 8, color, 0)
        found = png.Chunks(header)
        every = (frame for piece in self._pieces for frame in frames_of(piece))
        for pixels in png.composited(found, every, None):
            yield pixels[:, :, : self._plan.channels]


def _join(pieces: Sequence[Piece], plan: Plan, target: Path) -> list[Note]:
    every = (frame for piece in pieces for frame in frames_of(piece))
    known = replace(plan.known, durations=[milliseconds(frame.duration) for frame in every])
    target.write_bytes(avif.write_moving(_Frames(pieces, plan), (), known))
    return []


def _begin(path: Path, plan: Plan) -> PngPart:
    return PngPart(path, plan, png_writing.QUICK)


CONTAINER = Container("avif", _begin, _join, longest=65536)
