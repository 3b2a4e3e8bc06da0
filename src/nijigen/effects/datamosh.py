"""Datamosh: video whose key frames are missing, so that motion drags the wrong pixels."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, Literal

import numpy as np

from nijigen.core.clip import Clip, Frame
from nijigen.core.operation import Setting, operation
from nijigen.core.picture import Picture
from nijigen.core.run import SILENT, Run
from nijigen.core.values import Seed

_SMALLEST = 4
"""Side of a macroblock in pixels of the picture, at least."""


@operation(alpha="own", version=1, preview="whole")
def datamosh(
    clip: Clip,
    motion: Clip | None = None,
    *,
    mode: Literal["drag", "bloom"] = "drag",
    keyframe_interval: Annotated[int, Setting(ge=0, le=2000)] = 48,
    repeats: Annotated[int, Setting(ge=1, le=500, shown_when={"mode": "bloom"})] = 16,
    strength: Annotated[float, Setting(ge=0, le=8, step=0.1)] = 1,
    residual: Annotated[float | None, Setting(ge=0, le=1, step=0.05)] = None,
    block_size: Annotated[float, Setting(ge=1, le=25, step=0.5, unit="%")] = 2.5,
    seed: Annotated[Seed, Setting(shown_when={"mode": "bloom"})] = 1,
    run: Run = SILENT,
) -> Clip:
    """Drag the pixels of one shot with the motion of another.

    Video stores most frames as motion vectors of blocks, and a residual, relative to the frame
    before. Without the key frame at a cut, the new shot moves the pixels of the old one. The motion
    vectors are those of a real codec.

    Args:
        clip: A video or an animation; with ``motion`` also a picture.
        motion: A video or an animation that drags the pixels of the clip from its first frame on.
            It is repeated if it is too short.
        mode: ``drag`` removes key frames: at every cut the old pixels stay. ``bloom`` also repeats
            the motion of one frame, at a random time after each key frame, so that everything
            flows on in its direction.
        keyframe_interval: After so many frames a key frame restores the picture; 0 is never.
        repeats: How often the motion of one frame is repeated.
        strength: By what motion is multiplied; more than 1 tears and melts.
        residual: How much of what the codec stores beside motion is added: with 1 the new picture
            appears where it moves, with 0 old pixels are only moved. The default is 1, and 0 with
            ``motion``.
        block_size: Side of the blocks, in percent of the longer side of the picture.
        seed: Determines when motion is repeated.

    Returns:
        The clip with its times and its sound; a picture becomes as long as the motion. Where
        nothing moves, the clip as it is, with a note.

    Raises:
        UnsupportedFormat: The extra ``video`` is not installed.

    Source: the practice of datamoshing, as in T. Murata's Monster Movie (2005).

    Example:
        >>> import numpy as np
        >>> from nijigen import Animation, Picture
        >>> from nijigen.effects.datamosh import datamosh
        >>> noise = np.random.default_rng(1).integers(0, 255, (64, 96, 3), np.uint8)
        >>> pans = [Picture(np.roll(noise, 4 * step, axis=1)) for step in range(5)]
        >>> datamosh(Picture(noise), Animation(tuple(pans), (40,) * 5))
        <Animation 96×64 5 frames>
    """
    import cv2

    from nijigen.effects._datamosh.canvas import Canvas, premultiplied, straight
    from nijigen.effects._datamosh.stream import Options, Stream
    from nijigen.imaging.clips.motion import Estimator

    moving = clip if motion is None else motion
    if moving.count == 1:
        run.note("frames", "nothing was dragged: a single picture has no motion; give a clip")
        return clip
    if residual is None:
        residual = 1 if motion is None else 0
    # Said now, not when the first frame is asked for.
    Estimator(1, 1)
    still = clip.count == 1
    block = max(_SMALLEST, max(clip.size) * block_size / 100)
    columns, rows = (max(1, round(side / block)) for side in clip.size)
    options = Options(mode, keyframe_interval, repeats, seed)

    def source(skip: int) -> Iterator[Frame]:
        canvas = Canvas(clip.size, (2 * rows, 2 * columns), strength, residual)
        stream = Stream(canvas, Estimator(columns, rows), options, transfer=motion is not None)
        for number, (frame, moved) in enumerate(_pairs(clip, motion)):
            run.check()
            own = _with_channels(frame.picture, alpha=clip.alpha)
            key = premultiplied(own.pixels)
            now = key
            if motion is not None:
                other = premultiplied(_with_channels(moved, alpha=clip.alpha).pixels)
                now = cv2.resize(other, clip.size, interpolation=cv2.INTER_AREA)
            made = stream(key, now)
            if number >= skip:
                yield replace(frame, picture=own if made is None else Picture(straight(made)))

    if not still:
        return replace(clip, source=source)
    return replace(
        moving, source=source, size=clip.size, alpha=clip.alpha, aspect=clip.aspect, info=clip.info
    )


def _pairs(clip: Clip, motion: Clip | None) -> Iterator[tuple[Frame, Picture]]:
    """Yield each frame of the result as it was, and the picture whose motion it gets."""
    if motion is None:
        for frame in clip.frames():
            yield frame, frame.picture
    elif clip.count == 1:
        picture = next(clip.frames()).picture
        for frame in motion.frames():
            yield replace(frame, picture=picture), frame.picture
    else:
        repeated = itertools.chain.from_iterable(motion.frames() for _ in itertools.count())
        for frame, moved in zip(clip.frames(), repeated, strict=False):
            yield frame, moved.picture


def _with_channels(picture: Picture, *, alpha: bool) -> Picture:
    """Return RGBA or RGB, so that all frames are alike."""
    picture = picture.reduced()
    if not alpha:
        return picture.rgb()
    if picture.channels == 4:
        return picture
    return picture.with_pixels(np.insert(picture.rgb().pixels, 3, 255, axis=2))
