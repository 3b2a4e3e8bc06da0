"""Silk: strokes that weave glowing threads in a field of noise."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Annotated

import numpy as np

from nijigen.core.animation import Animation
from nijigen.core.artwork import Artwork
from nijigen.core.drawing import Drawing
from nijigen.core.operation import Setting, operation
from nijigen.core.picture import Picture
from nijigen.core.run import SILENT, Run
from nijigen.core.values import Color, Media, Movement, Seed, rgb

if TYPE_CHECKING:
    from nijigen.effects._silk.canvas import Canvas
    from nijigen.effects._silk.weaving import Thread


@operation(alpha="own", version=2)
def silk(
    strokes: Annotated[str, Media("application/json")] | None = None,
    *,
    seed: Seed = 11,
    width: Annotated[int, Setting(ge=16, le=4096, unit="px")] = 512,
    height: Annotated[int, Setting(ge=16, le=4096, unit="px")] = 512,
    folds: Annotated[int, Setting(ge=1, le=24)] = 6,
    mirror: bool = True,
    spiral: bool = False,
    slow: Color = "#2a5cff",
    fast: Color = "#ff7ad1",
    ground: Color = "#000000",
    transparent: bool = False,
    count: Annotated[int, Setting(ge=1, le=12)] = 2,
    grow: Annotated[float, Movement(3), Setting(ge=0, le=4, step=0.5, unit="s")] = 0,
    fps: Annotated[int, Setting(ge=5, le=25, advanced=True)] = 12,
    run: Run = SILENT,
) -> Drawing | Animation:
    """Weave glowing threads from strokes, with symmetry around the center.

    Every point of a stroke drifts in a field of noise, damped, and is held to its neighbors by
    springs; the threads between them add up to light. The same strokes and seed always give the
    same picture, at any size.

    Args:
        strokes: JSON: ``{"strokes": [[[x, y], …], …]}``, with a point for each frame, in shares of
            width and height. Without it, strokes are drawn at random from the seed.
        seed: Seed of the field, and of random strokes.
        width: Width of the picture.
        height: Height of the picture.
        folds: How often the drawing is repeated around the center.
        mirror: Every repetition is mirrored too.
        spiral: Repetitions continue inwards, smaller and turned further.
        slow: Color of slow threads.
        fast: Color of fast threads.
        ground: Color of the ground; light is added to it.
        transparent: No ground, but transparency.
        count: Number of random strokes.
        grow: Length of an animation in which the picture grows; 0 gives a picture.
        fps: Frames per second of the animation.

    Returns:
        A picture, which can also be saved as SVG; with ``grow`` an animation.

    Raises:
        InputError: The strokes are not valid.
        SettingsError: A setting is out of range.

    Source: rules and constants of weavesilk by Y. Vishnevsky, as known from studies of it.

    Example:
        >>> from nijigen.effects.silk import silk
        >>> silk(width=64, height=48, transparent=True).channels
        4
    """
    from nijigen.effects._silk.canvas import Canvas, Symmetry, svg_of
    from nijigen.effects._silk.strokes import random_strokes, read
    from nijigen.effects._silk.weaving import woven

    size = (width, height)
    run.result_size(size)
    drawn = read(strokes) or random_strokes(np.random.default_rng([seed, 1]), count)
    scale = 1000 / min(size)
    threads = woven([stroke * np.array(size) * scale for stroke in drawn], seed)
    symmetry = Symmetry(folds, mirror, spiral)
    colors = (rgb(slow), rgb(fast))
    paper = None if transparent else rgb(ground)
    canvas = Canvas(size, colors, symmetry)
    frames: list[list[Thread]] = []
    for frame in threads:
        run.check()
        frames.append(frame)
    if grow > 0:
        return _grown(frames, canvas, paper, round(grow * fps), fps, run)
    for number, frame in enumerate(frames):
        run.progress(0.9 * number / len(frames))
        canvas.draw(frame)
    pixels = canvas.pixels(paper)
    run.progress(1)
    return Drawing(
        pixels,
        svg=lambda: svg_of(frames, size, symmetry, colors, paper),
        artwork=lambda: Artwork.of(Picture(pixels), "silk"),
    )


def _grown(
    frames: list[list[Thread]],
    canvas: Canvas,
    ground: tuple[int, int, int] | None,
    count: int,
    fps: int,
    run: Run,
) -> Animation:
    """Return an animation in which frames of weaving are added, as many for each as fit."""
    pictures = []
    done = 0
    for number in range(1, max(2, count) + 1):
        run.progress(number / (count + 1))
        until = len(frames) * number // max(2, count)
        for frame in frames[done:until]:
            canvas.draw(frame)
        done = until
        pictures.append(Picture(canvas.pixels(ground)))
    return Animation(tuple(pictures), (Fraction(1000, fps),) * len(pictures), loop=1)
