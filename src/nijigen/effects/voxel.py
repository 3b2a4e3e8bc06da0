"""Voxel: a picture as columns, seen at an angle, lit, with shadows."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Annotated

from nijigen.core.animation import Animation, milliseconds
from nijigen.core.artwork import Artwork
from nijigen.core.drawing import Drawing
from nijigen.core.operation import Setting, operation
from nijigen.core.picture import Picture
from nijigen.core.run import SILENT, Run
from nijigen.core.values import Color, Movement, rgb
from nijigen.effects._voxel.columns import By, Height, Resolution, Shape, Smoothness

_LONGEST, _LONGEST_TURNING, _LONGEST_DRAFT = 2048, 1024, 480
"""Pixels of the longer side of a picture and of an animation at most, unless it is given; and of a
draft."""
_COLUMN = 5
"""Pixels of a column at least."""


@operation(alpha="own", version=1, preview="whole")
def voxel(
    picture: Picture | Artwork,
    height_map: Picture | None = None,
    *,
    shape: Shape = "bars",
    resolution: Resolution = 128,
    by: By = "brightness",
    height: Height = 8,
    smoothness: Smoothness = 0.4,
    invert: bool = False,
    turn: Annotated[float, Setting(ge=-180, le=180, step=5, unit="°")] = 20,
    tilt: Annotated[float, Setting(ge=15, le=90, step=5, unit="°")] = 55,
    light: Annotated[float, Setting(ge=-180, le=180, step=5, unit="°", section="light")] = 135,
    light_height: Annotated[float, Setting(ge=15, le=85, step=5, unit="°", section="light")] = 45,
    shadow: Annotated[float, Setting(ge=0, le=1, step=0.05, section="light")] = 0.8,
    occlusion: Annotated[float, Setting(ge=0, le=1, step=0.05, section="light")] = 0.8,
    bevel: Annotated[float, Setting(ge=0, le=0.4, step=0.02)] = 0.12,
    ground: Color = "#ffffff",
    transparent: bool = True,
    size: Annotated[int | None, Setting(ge=32, le=2048, unit="px")] = None,
    turntable: Annotated[float, Movement(3), Setting(ge=0, le=3, step=0.5, unit="s")] = 0,
    fps: Annotated[int, Setting(ge=4, le=25, advanced=True)] = 12,
    run: Run = SILENT,
) -> Drawing | Animation:
    """Build a picture of columns, high where it is light.

    Every cell of the picture is a column of its color. They are seen at an angle without
    perspective, and lit by a lamp with soft shadows. ``effects.voxel_model`` writes the same
    columns as a 3D model.

    Args:
        picture: A picture or an artwork. Where it is transparent, there are no columns.
        height_map: Heights: white is highest. Stretched to the picture.
        shape: ``bars`` have any height; ``voxels`` are piles of cubes.
        resolution: Columns along the longer side, at most one for a pixel.
        by: Without a height map, the lighter the higher, or each layer of an artwork higher than
            those below.
        height: How much higher the highest column is than the lowest, in percent of the longer
            side.
        smoothness: How much heights are smoothed, so that faces stay whole.
        invert: Exchange high and low.
        turn: How far the picture is turned on the ground; above 0, its right edge goes back.
        tilt: Angle of the view above the ground; 90 looks straight down.
        light: Direction of the lamp: 0 is right, 90 behind, 180 left.
        light_height: Angle of the lamp above the ground.
        shadow: Strength of shadows, also on the ground.
        occlusion: How dark gaps and corners are.
        bevel: Width of rounded edges, as a share of a column.
        ground: Color of the ground.
        transparent: No ground, but transparency with a shadow.
        size: Longer side of the result. By default that of the picture, or five pixels for a
            column if that is more.
        turntable: Length of an animation in which the picture turns once; 0 gives a picture.
        fps: Frames per second of the animation.

    Returns:
        A picture, which can also be saved as SVG; with ``turntable`` an animation.

    Raises:
        SettingsError: A setting is out of range.

    Source: floating horizon after T. Wright, "A two-space solution to the hidden line problem
        for plotting functions of two variables" (1973).

    Example:
        >>> import numpy as np
        >>> from nijigen import Picture
        >>> from nijigen.effects.voxel import voxel
        >>> ramp = Picture(np.arange(0, 256, 8, dtype=np.uint8)[None].repeat(20, axis=0))
        >>> voxel(ramp, size=64).channels
        4
    """
    from nijigen.effects._voxel.camera import Look
    from nijigen.effects._voxel.columns import columns_of
    from nijigen.effects._voxel.light import Lamp
    from nijigen.effects._voxel.stage import Stage

    columns = columns_of(
        picture,
        height_map,
        shape=shape,
        by=by,
        resolution=resolution,
        height=height,
        smoothness=smoothness,
        invert=invert,
    )
    most = _LONGEST_TURNING if turntable else _LONGEST
    longest = size or min(max(*picture.size, _COLUMN * max(columns.heights.shape)), most)
    if run.draft:
        longest = min(longest, _LONGEST_DRAFT)
    look = Look(turn, tilt, Lamp(light, light_height), shadow, occlusion, bevel)
    paper = None if transparent else rgb(ground)
    count = max(2, round(turntable * fps)) if turntable > 0 else 1
    looks = [replace(look, turn=turn + 360 * number / count) for number in range(count)]
    stage = Stage(columns, looks, longest, paper)
    run.result_size(stage.size)
    pictures = []
    for number, one in enumerate(looks):
        run.check()
        run.progress(number / count)
        pictures.append(stage.pixels(one, draft=run.draft))
    run.progress(1)
    if count > 1:
        duration = milliseconds(Fraction(1, fps))
        return Animation(tuple(map(Picture, pictures)), (duration,) * count)
    return Drawing(
        pictures[0],
        picture.info,
        svg=lambda: stage.svg(look),
        artwork=lambda: Artwork.of(Picture(pictures[0]), "columns"),
    )
