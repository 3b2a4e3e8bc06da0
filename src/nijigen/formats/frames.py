"""Frames: split an animation into pictures."""

from nijigen.core.animation import Animation, Milliseconds
from nijigen.core.file_set import FileSet
from nijigen.core.operation import operation
from nijigen.core.run import SILENT, Run


@operation(alpha="own", depth=16, version=1)
def frames(animation: Animation, *, run: Run = SILENT) -> FileSet:
    """Split an animation into a PNG for each frame, with their durations.

    Args:
        animation: GIF, APNG, WebP or AVIF; a still picture has one frame.

    Returns:
        ``frame 001.png`` and so on, each a full picture, and ``frames.json`` with their durations
        in milliseconds and how often the animation is played (0 is forever).

    Example:
        >>> import numpy as np
        >>> from nijigen import Animation, Picture
        >>> from nijigen.formats.frames import frames
        >>> black = Picture(np.zeros((2, 3), np.uint8))
        >>> [name for name, _ in frames(Animation((black, black), (40, 40)))]
        ['frame 001.png', 'frame 002.png', 'frames.json']
    """
    digits = max(3, len(str(len(animation.frames))))
    names = [f"frame {number:0{digits}}.png" for number in range(1, len(animation.frames) + 1)]
    run.progress(0)
    times = {
        "durations": dict(zip(names, map(_number, animation.durations), strict=True)),
        "loop": animation.loop,
    }
    pictures = dict(zip(names, animation.frames, strict=True))
    return FileSet({**pictures, "frames.json": times})


def _number(duration: Milliseconds) -> int | float:
    return duration if isinstance(duration, int) else float(duration)
