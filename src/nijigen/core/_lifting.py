"""Lifting: apply an operation on pictures to every frame of an animation or clip.

Drawn animation holds most drawings for two or three frames, and walk and mouth cycles repeat after
a few drawings. Frames with identical pixels are processed only once.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextvars import copy_context
from dataclasses import replace
from typing import Any

from nijigen.core.animation import Animation
from nijigen.core.artwork import Artwork
from nijigen.core.clip import Clip, Frame
from nijigen.core.errors import InputError
from nijigen.core.picture import Info, Picture
from nijigen.core.run import Run

Work = Callable[[Picture, Run], Any]
"""Computes the result for one frame."""
REMEMBERED = 4
"""Number of results cached per clip: enough for short cycles, without using much memory."""


def over_animation(animation: Animation, work: Work, run: Run) -> Any:
    """Return an animation of the results, or a tuple if they are not pictures.

    Raises:
        InputError: The results are layers, and there is more than one frame.
    """
    results: list[Any] = []
    done: dict[bytes, Any] = {}
    count = len(animation.frames)
    for index, frame in enumerate(animation.frames):
        digest = _digest(frame)
        if digest not in done:
            done[digest] = work(frame, run.part(index / count, (index + 1) / count))
        results.append(done[digest])
    if any(isinstance(result, Artwork) for result in results):
        raise InputError(
            f"layers are made from a single picture, not from {count} frames",
            "extract a frame from the animation first",
        )
    if not all(isinstance(result, Picture) for result in results):
        return tuple(results)
    info = _info_after(animation.info, results[0])
    return replace(animation, frames=tuple(results), info=info)


def over_clip(clip: Clip, work: Work, run: Run) -> Any:
    """Return a clip whose frames are computed on demand.

    The first frame is computed immediately, to determine the type and size of the results. If they
    are not pictures, all of them are computed immediately and returned as a tuple.

    Raises:
        InputError: The results are layers, or pictures of different sizes.
        BadPicture: The clip is damaged.
    """
    memory = _Memory(work)
    first = next(clip.frames(), None)
    if first is None:
        raise InputError("the clip has no frames", "use a clip that has frames")
    made = memory.result(first.picture, run.without_progress())
    if isinstance(made, Artwork):
        raise InputError(
            "layers are made from a single picture, not from the frames of a clip",
            "extract a frame from the clip first",
        )
    if not isinstance(made, Picture):
        return tuple(
            memory.result(frame.picture, _part(clip, index, frame, run))
            for index, frame in enumerate(clip.frames())
        )

    def source(skip: int) -> Iterator[Frame]:
        # Progress is reported by whoever consumes the frames.
        for index, frame in enumerate(clip.frames(skip), skip):
            picture = memory.result(frame.picture, run.without_progress())
            if picture.size != made.size:
                raise InputError(
                    f"frame {index + 1} became {picture.width}×{picture.height} pixels, the first "
                    f"{made.width}×{made.height}",
                    "choose settings that give all frames one size",
                )
            yield Frame(picture, frame.start, frame.duration)

    return replace(
        clip,
        source=source,
        size=made.size,
        alpha=made.channels == 4,
        info=_info_after(clip.info, made),
    )


class _Memory:
    """The results for the last few distinct frames."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._context = copy_context()
        self._results: OrderedDict[bytes, Any] = OrderedDict()

    def result(self, picture: Picture, run: Run) -> Any:
        digest = _digest(picture)
        if digest in self._results:
            self._results.move_to_end(digest)
            return self._results[digest]
        # Evict before computing, so that the limit is never exceeded.
        while len(self._results) >= REMEMBERED:
            self._results.popitem(last=False)
        # The requested runtime is the one in effect when the operation was called.
        made = self._results[digest] = self._context.copy().run(self._work, picture, run)
        return made


def _digest(picture: Picture) -> bytes:
    return hashlib.sha256(picture.pixels.data).digest()


def _part(clip: Clip, index: int, frame: Frame, run: Run) -> Run:
    """Return one frame's share of the run's progress, as far as the clip's length is known."""
    if clip.count:
        return run.part(index / clip.count, (index + 1) / clip.count)
    if clip.duration:
        return run.part(float(frame.start / clip.duration), float(frame.end / clip.duration))
    return run.part(0, 0)


def _info_after(info: Info, first: Picture) -> Info:
    text = {**info.text, **first.info.text}
    return replace(info, text=text, encoding=first.info.encoding)
