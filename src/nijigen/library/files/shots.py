"""Shots: the frames of a clip that are indexed, and how long each is on screen.

Drawn films hold their pictures for several frames, move only a part of them, and cut every few
seconds. So a frame is taken at each cut, and between cuts once or twice a second while something
moves; what stays much the same is one frame, however long it lasts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nijigen.core.clip import Clip, Frame
from nijigen.core.errors import NijigenError
from nijigen.core.picture import Picture
from nijigen.core.run import Run
from nijigen.library.matching.views import SIDE, View, view_of

_SMALL = (32, 18)
"""Width and height at which frames are compared."""
_BLOCKS = (3, 4)
"""Rows and columns of blocks, of which the one that differs most counts."""
_CUT, _ABOVE, _RECENT = 12.0, 2.5, 0.3
"""Mean difference from the frame before, in levels of 255, that makes a cut; and how many times as
large it is as those in so many seconds before, which are large in a pan too."""
_OTHER, _MOVED = 16.0, 6.0
"""Mean difference from the indexed frame, of the whole and of a block, that needs another one."""
_IF_CUT, _IF_OTHER, _IF_MOVED = 0.15, 0.5, 1.0
"""Seconds from an indexed frame to the next at least, so that flicker does not fill the library: if
there is a cut between, if the whole is different, and if a part is. The first is more than the
three frames for which drawings are held, so that after a cut it is seen how much a shot moves."""

Small = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Indexed:
    """A frame that is indexed, for itself and for those after it that are much the same."""

    frame: int
    """Its number in the clip, from 0."""
    frames: int
    """How many it stands for."""
    start: float
    """When they begin, or a flash before them, in seconds from the start of the clip."""
    end: float
    cut: bool
    """Whether a shot begins with it."""
    view: View


def indexed(clip: Clip, run: Run, damage: list[NijigenError], first: int = 0) -> Iterator[Indexed]:
    """Yield the frames of a clip that are to be indexed, in order.

    Args:
        clip: It is read frame by frame.
        run: May be cancelled.
        damage: Receives the error if the clip is damaged, and ends there.
        first: The frame to begin with, which is indexed in any case.
    """
    last: Indexed | None = None
    of_last = before = np.zeros(0, np.float32)
    recent: dict[float, float] = {}
    cut = first == 0
    for number, frame in enumerate(_until_damage(clip.frames(first, side=SIDE), damage), first):
        run.check()
        start, end = float(frame.start), float(frame.end)
        small = _small(frame.picture)
        if last is not None:
            change = float(np.abs(small - before).mean())
            before = small
            seconds = start - last.start
            recent = {at: other for at, other in recent.items() if at > start - _RECENT}
            changed = change >= max(_CUT, _ABOVE * max(recent.values(), default=0))
            cut = changed and seconds >= _IF_CUT
            if cut:
                recent.clear()
            else:
                recent[start] = change
            if changed and not cut:
                # What was indexed was a flash.
                last = Indexed(number, 1, last.start, end, True, view_of(frame.picture))
                of_last = small
                continue
            if not cut and not _is_due(np.abs(small - of_last), seconds):
                last = replace(last, frames=last.frames + 1, end=end)
                continue
            yield last
        last = Indexed(number, 1, start, end, cut, view_of(frame.picture))
        of_last = before = small
    if last is not None:
        yield last


def _until_damage(frames: Iterable[Frame], damage: list[NijigenError]) -> Iterator[Frame]:
    try:
        yield from frames
    except NijigenError as error:
        damage.append(error)


def _small(picture: Picture) -> Small:
    import cv2

    pixels = (picture.reduced() if picture.depth == 16 else picture).pixels
    if picture.channels == 1:
        pixels = np.repeat(pixels, 3, 2)
    # Alpha is another channel: hidden colors are the same from frame to frame.
    reduced: Small = cv2.resize(pixels, _SMALL, interpolation=cv2.INTER_AREA).astype(np.float32)
    return reduced


def _is_due(apart: Small, seconds: float) -> bool:
    """Return whether a frame has to be indexed though there was no cut.

    Args:
        apart: How it differs from the indexed one before.
        seconds: Since that one.
    """
    if seconds >= _IF_OTHER and apart.mean() >= _OTHER:
        return True
    rows, columns = _BLOCKS
    height, width = apart.shape[0] // rows, apart.shape[1] // columns
    blocks = apart.reshape(rows, height, columns, width, -1).mean((1, 3, 4))
    return bool(seconds >= _IF_MOVED and blocks.max() >= _MOVED)
