"""Motion vectors as a codec finds them: frames are encoded in memory, as MPEG-4 Part 2.

That codec rather than H.264, because it is the one of the AVI files that are datamoshed: it has
macroblocks of 16×16 pixels that may be split into four, no smaller ones, and no deblocking filter.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from nijigen.imaging.clips._pyav import pyav

if TYPE_CHECKING:
    from av.video.frame import VideoFrame

Bytes = NDArray[np.uint8]

MACROBLOCK = 16
_CELL = 8
"""The smallest block that has a vector of its own."""
_CUT = 0.5
"""What is not predicted, as a share of what the mean color does not: 1 or more at the cuts of ten
shots, below .3 within them, fast pans included."""
_NOISE = 8
"""Levels: an almost empty picture changes by less without a cut."""
_ENCODER = {
    # Key frames, B-frames and the encoder's own scene detection would leave frames without vectors.
    "g": "1000000",
    "bf": "0",
    "sc_threshold": "1000000000",
    "flags": "+mv4+qscale",
    "global_quality": str(4 * 118),
}


@dataclass(frozen=True)
class Motion:
    """How a frame is predicted from the one before, for cells of half a macroblock."""

    vectors: NDArray[np.float32]
    """Rows, columns, (x, y): from a cell to where it was, in shares of a macroblock."""
    intra: NDArray[np.bool_]
    """Rows, columns: cells that the codec stores as a picture, because it is new or simply flat."""
    cut: bool
    """Whether another shot starts: motion predicts little of it."""

    @property
    def moves(self) -> bool:
        """Whether a noticeable part of the frame moves."""
        return bool((np.abs(self.vectors).max(axis=2) > 1 / MACROBLOCK).mean() > 0.02)


class Estimator:
    """Finds the motion of one frame after another.

    Args:
        columns: Number of macroblocks side by side; frames are resized to them.
        rows: Number of macroblocks above each other.
    """

    def __init__(self, columns: int, rows: int) -> None:
        av = pyav()
        self._cells = (2 * rows, 2 * columns)
        self._size = (columns * MACROBLOCK, rows * MACROBLOCK)
        self._encoder = av.CodecContext.create("mpeg4", "w")
        self._encoder.width, self._encoder.height = self._size
        self._encoder.pix_fmt = "yuv420p"
        self._encoder.time_base = Fraction(1, 24)
        self._encoder.framerate = Fraction(24)
        self._encoder.options = _ENCODER
        self._decoder = av.CodecContext.create("mpeg4", "r")
        self._decoder.options = {"flags2": "+export_mvs"}
        # With several threads a frame comes out some frames later.
        self._encoder.thread_count = self._decoder.thread_count = 1
        self._before: Bytes | None = None
        self._count = 0

    def __call__(self, image: Bytes) -> Motion | None:
        """Return how a frame moved, RGB or premultiplied RGBA; None for the first."""
        import cv2

        small = cv2.resize(image, self._size, interpolation=cv2.INTER_AREA)
        if small.shape[2] == 4:
            # Over gray, both black and white edges are seen.
            small = small[:, :, :3] + (255 - small[:, :, 3:]) // 2
        frame = pyav().VideoFrame.from_ndarray(np.ascontiguousarray(small), "rgb24")
        frame = frame.reformat(format="yuv420p", threads=1)
        frame.pts = self._count
        self._count += 1
        made = [
            one for packet in self._encoder.encode(frame) for one in self._decoder.decode(packet)
        ]
        before, self._before = self._before, cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)
        if before is None:
            return None
        vectors, intra = self._read(made[0])
        predicted = shifted(before, np.rint(vectors * MACROBLOCK))
        return Motion(vectors, intra, _cut(predicted, self._before))

    def _read(self, frame: VideoFrame) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        vectors = np.zeros((*self._cells, 2), np.float32)
        intra = np.ones(self._cells, np.bool_)
        data = frame.side_data.get("MOTION_VECTORS")
        if data is None:
            return vectors, intra
        found: NDArray[Any] = data.to_ndarray()
        scale = (found["motion_scale"] * np.float32(MACROBLOCK))[:, None]
        moved = np.stack([found["motion_x"], found["motion_y"]], axis=1) / scale
        row = (found["dst_y"] - found["h"] // 2) // _CELL
        column = (found["dst_x"] - found["w"] // 2) // _CELL
        for down, right in ((0, 0), (0, 1), (1, 0), (1, 1)):
            # A macroblock has four cells; a quarter of one has the first only.
            has = (found["w"] > _CELL * right) & (found["h"] > _CELL * down)
            where = row[has] + down, column[has] + right
            vectors[where] = moved[has]
            intra[where] = False
        return _filled(vectors, intra), intra


def _filled(vectors: NDArray[np.float32], intra: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Return vectors in which cells that are not predicted move with the cells around them."""
    import cv2

    known = (~intra).astype(np.float32)
    size = (5, 5)
    weight = cv2.blur(known, size, borderType=cv2.BORDER_CONSTANT)
    around = cv2.blur(vectors * known[:, :, None], size, borderType=cv2.BORDER_CONSTANT)
    around /= np.maximum(weight, 1e-6)[:, :, None]
    return np.where(intra[:, :, None], around, vectors)


def _cut(predicted: Bytes, now: Bytes) -> bool:
    error = np.abs(predicted.astype(np.int16) - now).mean()
    return bool(error > _NOISE and error > _CUT * np.abs(now - now.mean()).mean())


def shifted(image: Bytes, offsets: NDArray[np.floating[Any]]) -> Bytes:
    """Return an image whose pixels are taken from somewhere else, cell by cell.

    Args:
        image: Height, width, channels.
        offsets: Rows, columns, (x, y): where the pixels of a cell are taken from, in whole pixels
            relative to it. Outside, the pixels of the edge are repeated.
    """
    import cv2

    size = image.shape[1], image.shape[0]
    # Places must fit into 16 bits.
    most = min(max(size), 2**15 - 1 - max(size))
    cells = np.clip(offsets, -most, most).astype(np.int16)
    places = _grid(size) + cv2.resize(cells, size, interpolation=cv2.INTER_NEAREST)
    made: Bytes = cv2.remap(image, places, None, cv2.INTER_NEAREST, borderMode=cv2.BORDER_REPLICATE)
    return made


@functools.lru_cache(maxsize=2)
def _grid(size: tuple[int, int]) -> NDArray[np.int16]:
    """Return the place of every pixel; one size is that of the picture, one of what is encoded."""
    width, height = size
    return np.stack(np.meshgrid(np.arange(width), np.arange(height)), axis=2).astype(np.int16)
