"""Animate: combine pictures into an animation."""

from collections.abc import Sequence
from typing import Annotated

import numpy as np

from nijigen.core.animation import Animation
from nijigen.core.operation import Setting, operation
from nijigen.core.picture import Picture
from nijigen.core.run import SILENT, Run


@operation(alpha="own", depth=16, version=1)
def animate(
    pictures: Sequence[Picture],
    *,
    duration: Annotated[int, Setting(ge=1, le=60_000, unit="ms")] = 100,
    loop: Annotated[int, Setting(ge=0, le=65_535)] = 0,
    run: Run = SILENT,
) -> Animation:
    """Combine pictures into an animation, in the given order.

    Smaller pictures are centered in the largest width and height, with transparency around them.

    Args:
        pictures: The frames, of any sizes.
        duration: How long each frame is shown.
        loop: How often it is played; 0 is forever.

    Returns:
        The animation, which can be saved as GIF, APNG, WebP or AVIF.

    Example:
        >>> import numpy as np
        >>> from nijigen import Picture
        >>> from nijigen.formats.animate import animate
        >>> animate([Picture(np.zeros((2, 3), np.uint8)), Picture(np.ones((2, 3), np.uint8))])
        <Animation 3×2 2 frames>
    """
    width = max(picture.width for picture in pictures)
    height = max(picture.height for picture in pictures)
    if any(picture.size != (width, height) for picture in pictures):
        run.note("assumed", f"pictures of different sizes were centered on {width}×{height} pixels")
    frames = []
    for index, picture in enumerate(pictures):
        run.progress(index / len(pictures))
        frames.append(_centered(picture, width, height))
    return Animation(tuple(frames), (duration,) * len(frames), loop)


def _centered(picture: Picture, width: int, height: int) -> Picture:
    if picture.size == (width, height):
        return picture
    from nijigen.formats.convert import with_alpha

    pixels = with_alpha(picture).pixels
    canvas = np.zeros((height, width, 4), pixels.dtype)
    top, left = (height - picture.height) // 2, (width - picture.width) // 2
    canvas[top : top + picture.height, left : left + picture.width] = pixels
    return picture.with_pixels(canvas)
