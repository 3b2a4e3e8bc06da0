"""The stream: which frames are key frames, which drag the canvas, and which are repeated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from nijigen.effects._datamosh.canvas import Canvas
from nijigen.imaging.clips.motion import Bytes, Estimator, Motion

Mode = Literal["drag", "bloom"]
_WAIT = 3
"""A repeat starts in the first third of the keyframe interval, so that one sees what follows."""
_LONGEST_WAIT = 24


@dataclass(frozen=True)
class Options:
    """The settings of ``effects.datamosh``, which explains them."""

    mode: Mode
    keyframe_interval: int
    repeats: int
    seed: int


class Stream:
    """Takes the frames one after another and returns what is shown instead of them.

    Args:
        canvas: What is dragged.
        estimator: Finds the motion.
        options: What to do.
        transfer: Whether pixels and motion are of different clips: then the pixels are dragged from
            the first frame on, otherwise from a cut or a repeated frame on.
    """

    def __init__(
        self, canvas: Canvas, estimator: Estimator, options: Options, *, transfer: bool
    ) -> None:
        self._canvas = canvas
        self._estimator = estimator
        self._options = options
        self._transfer = transfer
        self._bloom = _Bloom(options)
        self._before: Bytes | None = None
        self._dragging = False
        self._since = 0
        """Frames since the last key frame, or since the first that was removed after it."""

    def __call__(self, key: Bytes, now: Bytes) -> Bytes | None:
        """Return what is shown at a frame; None if it is the key frame itself.

        Args:
            key: The pixels that a key frame shows, RGB or premultiplied RGBA.
            now: Those of the clip whose motion is taken, of the same shape.
        """
        motion = self._estimator(now)
        before, self._before = self._before, now
        self._since += 1
        if motion is None or before is None or self._due():
            self._canvas.pixels = key
            self._dragging, self._since = self._transfer, 0
            self._bloom.restart()
            return None
        repeated = self._bloom.repeated(motion, before, now, self._since)
        if repeated is not None:
            self._dragging = True
            self._canvas.move(*repeated)
        elif motion.cut:
            self._cut()
        elif self._dragging:
            self._canvas.move(motion, before, now)
        if self._dragging:
            return self._canvas.pixels
        self._canvas.pixels = key
        return None

    def _due(self) -> bool:
        interval = self._options.keyframe_interval
        # Before anything is dragged each frame is as good as a key frame.
        counts = self._dragging or self._options.mode == "bloom"
        return counts and 0 < interval <= self._since

    def _cut(self) -> None:
        """Remove the key frame at a cut: the picture stays as it is."""
        if self._options.mode == "drag" and not self._dragging:
            self._dragging, self._since = True, 0


class _Bloom:
    """Repeats one frame's motion, once after each key frame."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._cycle = 0
        self._start = 0
        self._left = 0
        self._held: tuple[Motion, Bytes, Bytes] | None = None

    def restart(self) -> None:
        """Start again after a key frame."""
        random = np.random.default_rng((self._options.seed, self._cycle))
        most = self._options.keyframe_interval // _WAIT or _LONGEST_WAIT
        self._start = int(random.integers(1, most, endpoint=True))
        self._cycle += 1
        self._left = self._options.repeats if self._options.mode == "bloom" else 0
        self._held = None

    def repeated(
        self, motion: Motion, before: Bytes, now: Bytes, since: int
    ) -> tuple[Motion, Bytes, Bytes] | None:
        """Return what is repeated at a frame, if anything is."""
        if self._left == 0:
            return None
        if self._held is None:
            # Drawn films show a drawing for several frames, of which only the first moves.
            if since < self._start or motion.cut or not motion.moves:
                return None
            self._held = motion, before, now
        self._left -= 1
        return self._held
