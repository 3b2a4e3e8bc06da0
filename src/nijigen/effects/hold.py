"""Hold: frames that show the same drawing become exactly the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray

from nijigen.core.clip import Clip, Frame
from nijigen.core.operation import Setting, operation
from nijigen.core.picture import Picture

_SMALL, _LARGE = 8, 32
"""Sides of the blocks that are compared, in pixels: of codecs' noise, and of slow changes."""
_DRIFT = 0.25
"""Noise has no direction: a large block may become this share of the tolerance brighter or darker
before it is a fade."""


@operation(alpha="own", depth=16, version=1)
def hold(
    clip: Clip,
    *,
    tolerance: Annotated[float, Setting(ge=0, le=32, step=0.5, unit="levels")] = 12.0,
    show: Literal["mean", "first"] = "mean",
    frames: Literal["keep", "merge"] = "keep",
) -> Clip:
    """Hold drawings still: remove noise between frames of one drawing.

    Drawn films show most drawings for two frames or more, but compression makes each of them a
    little different. This finds the frames that show the same drawing and makes them identical:
    flicker goes, GIFs become smaller, and an operation that follows processes each drawing once.

    Args:
        clip: Video or animation.
        tolerance: How much a block of 8×8 pixels may differ on average, in levels of 255; more
            merges small movements, less keeps noise.
        show: What is shown of the frames of a drawing: their mean, which removes noise, or the
            first. Where there is alpha it is always the first.
        frames: Keep all frames with their times, or merge those of a drawing into a single one
            that is shown as long.

    Returns:
        The clip with its sound; its length does not change.

    Example:
        >>> import numpy as np
        >>> from nijigen import Animation, Picture
        >>> from nijigen.effects.hold import hold
        >>> noisy = [Picture(np.full((8, 8), level, np.uint8)) for level in (100, 101, 180)]
        >>> hold(Animation(tuple(noisy), (40, 40, 40)), frames="merge").durations
        (80, 40)
    """

    def drawings() -> Iterator[_Drawing]:
        current: _Drawing | None = None
        for frame in clip.frames():
            if current is None or not current.shows(frame.picture, tolerance):
                if current is not None:
                    yield current
                current = _Drawing(frame.picture, averaged=show == "mean")
            current.add(frame)
        if current is not None:
            yield current

    def source(skip: int) -> Iterator[Frame]:
        number = 0
        for drawing in drawings():
            times = drawing.times
            if frames == "merge":
                times = [(times[0][0], sum((length for _, length in times), Fraction(0)))]
            shown = drawing.picture() if number + len(times) > skip else drawing.first
            for start, length in times:
                if number >= skip:
                    yield Frame(shown, start, length)
                number += 1

    return replace(clip, source=source, count=clip.count if frames == "keep" else None)


@dataclass
class _Drawing:
    """Frames that show the same drawing."""

    first: Picture
    averaged: bool
    times: list[tuple[Fraction, Fraction]] = field(default_factory=list)
    _total: NDArray[Any] | None = None

    def shows(self, picture: Picture, tolerance: float) -> bool:
        """Return whether a picture differs from the first by no more than noise.

        The first and not the one before: many small changes add up to another drawing.
        """
        one, other = self.first.pixels, picture.pixels
        if one.shape != other.shape or one.dtype != other.dtype:
            return False
        if np.array_equal(one, other):
            return True
        level = 257 if one.dtype == np.uint16 else 1
        difference = (other.astype(np.int32) - one) / np.float32(level)
        if _block_means(np.abs(difference).max(axis=2), _SMALL).max() > tolerance:
            return False
        drift = np.abs(_block_means(difference.mean(axis=2), _LARGE)).max()
        return bool(drift <= _DRIFT * tolerance)

    def add(self, frame: Frame) -> None:
        """Take over a frame."""
        self.times.append((frame.start, frame.duration))
        if self.averaged and self.first.channels < 4:
            if self._total is None:
                self._total = np.zeros(self.first.pixels.shape, np.float32)
            self._total += frame.picture.pixels

    def picture(self) -> Picture:
        """Return what is shown for all frames."""
        if self._total is None or len(self.times) == 1:
            return self.first
        mean = self._total / np.float32(len(self.times))
        return self.first.with_pixels((mean + 0.5).astype(self.first.pixels.dtype))


def _block_means(plane: NDArray[Any], side: int) -> NDArray[Any]:
    """Return the means of square blocks; those at the right and bottom edges may be smaller."""
    rows, columns = range(0, plane.shape[0], side), range(0, plane.shape[1], side)
    sums = np.add.reduceat(np.add.reduceat(plane, rows, axis=0), columns, axis=1)
    heights = np.diff([*rows, plane.shape[0]])
    widths = np.diff([*columns, plane.shape[1]])
    means: NDArray[Any] = sums / np.outer(heights, widths)
    return means
