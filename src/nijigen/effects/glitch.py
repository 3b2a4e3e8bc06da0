"""Glitch: pictures as broken screens, tapes and files show them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, get_args

import numpy as np
from numpy.typing import NDArray
from pydantic import BeforeValidator

from nijigen.core.alpha import bleed
from nijigen.core.clip import Clip, Frame
from nijigen.core.operation import Setting, operation
from nijigen.core.picture import Picture
from nijigen.core.run import SILENT, Run
from nijigen.core.values import Color, Movement, Seed, order_schema, ordered, rgb
from nijigen.effects._glitch.options import Axis, Direction, Kind, Moment, Options, SortBy
from nijigen.imaging.masks import masked
from nijigen.imaging.resize import resize

if TYPE_CHECKING:
    from nijigen.effects._glitch.options import Bytes

Stack = Annotated[tuple[Kind, ...], BeforeValidator(ordered), order_schema(get_args(Kind))]
_BEATS = 8
"""Events a second: what jumps, such as slices, jumps so often."""
_LOOP = Fraction(2)
"""Seconds after which the smooth movements of a clip repeat."""


@operation(alpha="own", version=1, preview="whole")
def glitch(
    clip: Clip,
    mask: Picture | None = None,
    *,
    stack: Stack = ("slices", "rgb_shift", "scan_lines"),
    strength: Annotated[float, Setting(ge=0, le=3, step=0.05)] = 1,
    seed: Seed = 1,
    loop: Annotated[float, Movement(), Setting(ge=0, le=10, step=0.5, unit="s")] = 0,
    fps: Annotated[int, Setting(ge=1, le=50, advanced=True)] = 12,
    slice_count: Annotated[
        int, Setting(ge=1, le=200, section="slices", shown_when={"stack": "slices"})
    ] = 14,
    slice_offset: Annotated[
        float,
        Setting(ge=0, le=100, step=1, unit="%", section="slices", shown_when={"stack": "slices"}),
    ] = 20,
    tv_thick: Annotated[
        float, Setting(ge=0, le=1, step=0.05, section="bad_tv", shown_when={"stack": "bad_tv"})
    ] = 0.5,
    tv_fine: Annotated[
        float, Setting(ge=0, le=1, step=0.05, section="bad_tv", shown_when={"stack": "bad_tv"})
    ] = 0.4,
    shift: Annotated[
        float,
        Setting(
            ge=0, le=20, step=0.1, unit="%", section="rgb_shift", shown_when={"stack": "rgb_shift"}
        ),
    ] = 0.7,
    shift_angle: Annotated[
        float,
        Setting(
            ge=-180,
            le=180,
            step=1,
            unit="°",
            section="rgb_shift",
            shown_when={"stack": "rgb_shift"},
        ),
    ] = 0,
    wobble_amount: Annotated[
        float,
        Setting(ge=0, le=20, step=0.1, unit="%", section="wobble", shown_when={"stack": "wobble"}),
    ] = 1.2,
    wobble_size: Annotated[
        float,
        Setting(ge=1, le=100, step=1, unit="%", section="wobble", shown_when={"stack": "wobble"}),
    ] = 20,
    scan_count: Annotated[
        int,
        Setting(ge=20, le=2000, step=10, section="scan_lines", shown_when={"stack": "scan_lines"}),
    ] = 240,
    scan_darkness: Annotated[
        float,
        Setting(ge=0, le=1, step=0.05, section="scan_lines", shown_when={"stack": "scan_lines"}),
    ] = 0.3,
    sort_by: Annotated[
        SortBy, Setting(section="pixel_sort", shown_when={"stack": "pixel_sort"})
    ] = "brightness",
    sort_direction: Annotated[
        Direction, Setting(section="pixel_sort", shown_when={"stack": "pixel_sort"})
    ] = "right",
    sort_low: Annotated[
        int,
        Setting(ge=0, le=100, unit="%", section="pixel_sort", shown_when={"stack": "pixel_sort"}),
    ] = 25,
    sort_high: Annotated[
        int,
        Setting(ge=0, le=100, unit="%", section="pixel_sort", shown_when={"stack": "pixel_sort"}),
    ] = 80,
    mirror: Annotated[
        Axis, Setting(section="mirror", shown_when={"stack": "mirror"})
    ] = "horizontal",
    segments: Annotated[
        int, Setting(ge=2, le=32, section="kaleidoscope", shown_when={"stack": "kaleidoscope"})
    ] = 6,
    dark: Annotated[Color, Setting(section="duotone", shown_when={"stack": "duotone"})] = "#1b1464",
    light: Annotated[
        Color, Setting(section="duotone", shown_when={"stack": "duotone"})
    ] = "#ffd9a0",
    jitter: Annotated[
        float,
        Setting(ge=0, le=10, step=0.1, unit="%", section="jitter", shown_when={"stack": "jitter"}),
    ] = 0.6,
    quality: Annotated[
        int, Setting(ge=1, le=95, section="jpeg", shown_when={"stack": "jpeg"})
    ] = 40,
    errors: Annotated[
        int, Setting(ge=0, le=500, section="jpeg and png", shown_when={"stack": ("jpeg", "png")})
    ] = 24,
    run: Run = SILENT,
) -> Clip:
    """Break a picture or a clip as faulty screens, tapes and files do.

    The glitches of the stack are applied in its order; one seed determines everything that is
    random. With ``loop``, a still becomes an animation that loops without a jump. Lengths are
    relative to the picture, so that a large picture looks like its preview.

    Args:
        clip: A picture, animation or video.
        mask: Where to apply the glitches: white is changed, black is left, gray is blended. Pixels
            are sorted only where it is lighter than medium gray.
        stack: Names in order, repeated if wanted: ``slices``, ``bad_tv``, ``rgb_shift``,
            ``wobble``, ``scan_lines``, ``vhs``, ``pixel_sort``, ``mirror``, ``kaleidoscope``,
            ``duotone``, ``jitter``, ``jpeg``, ``png``.
        strength: Of all glitches but ``mirror`` and ``kaleidoscope``; 0 leaves the picture nearly
            as it is.
        seed: Seed of everything random.
        loop: Length of the loop that a still becomes; 0 gives a still.
        fps: Frames per second of the loop.
        slice_count: Number of horizontal strips.
        slice_offset: How far strips move at most, in percent of the width.
        tv_thick: Strength of wide bends.
        tv_fine: Strength of the fine tremble.
        shift: How far red and blue are moved, in percent of the width.
        shift_angle: Direction in which red is moved; 0 is to the right.
        wobble_amount: Height of the waves, in percent of the width.
        wobble_size: Length of the waves, in percent of the width.
        scan_count: Number of lines, at most one for two rows of pixels.
        scan_darkness: How dark the gaps between lines are.
        sort_by: By what pixels are sorted, in ascending order.
        sort_direction: Where the largest end up.
        sort_low: Darker pixels stay where they are and end an interval.
        sort_high: Lighter pixels do the same.
        mirror: ``horizontal`` repeats the left half, ``vertical`` the upper half, ``both`` the
            upper left quarter.
        segments: Number of wedges of the kaleidoscope.
        dark: Color of shadows in a duotone.
        light: Color of lights in a duotone.
        jitter: How far pixels are scattered, in percent of the width.
        quality: JPEG quality before the damage; less gives coarser blocks.
        errors: Number of damaged places in the JPEG or PNG.

    Returns:
        A picture for a picture, an animation with ``loop``, a clip with its sound for a clip.

    Raises:
        SettingsError: A setting is out of range, or a name in the stack is unknown.

    Source: kinds and controls after getmosh and K. Asendorf's pixel sorting (2010).

    Example:
        >>> import numpy as np
        >>> from nijigen import Picture
        >>> from nijigen.effects.glitch import glitch
        >>> ramp = Picture(np.arange(256, dtype=np.uint8)[None, ::-1].repeat(4, axis=0))
        >>> glitch(ramp, stack="mirror").pixels[0, :3, 0], glitch(ramp, loop=1).size
        (array([255, 254, 253], dtype=uint8), (256, 4))
    """
    from nijigen.effects._glitch.stack import COLORING, glitched

    options = Options(
        strength=strength,
        slice_count=slice_count,
        slice_offset=slice_offset,
        tv_thick=tv_thick,
        tv_fine=tv_fine,
        shift=shift,
        shift_angle=shift_angle,
        wobble_amount=wobble_amount,
        wobble_size=wobble_size,
        scan_count=scan_count,
        scan_darkness=scan_darkness,
        sort_by=sort_by,
        sort_direction=sort_direction,
        sort_low=sort_low,
        sort_high=sort_high,
        mirror=mirror,
        segments=segments,
        dark=rgb(dark),
        light=rgb(light),
        jitter=jitter,
        quality=quality,
        errors=errors,
        sortable=_sortable(mask, clip.size),
    )
    colors = not COLORING.isdisjoint(stack)

    def changed(picture: Picture, moment: Moment) -> Picture:
        original = picture.reduced()
        if original.channels == 4:
            alpha = original.pixels[:, :, 3:]
            original = original.with_pixels(np.concatenate([bleed(original).pixels, alpha], 2))
        image: Bytes = original.pixels
        if image.shape[2] == 1:
            image = image.repeat(3, axis=2)
        made = glitched(image, stack, options, moment)
        if original.channels == 1 and not colors:
            made = made[:, :, :1]
        result = original.with_pixels(made)
        return result if mask is None else masked(original, result, mask)

    if clip.count == 1 and loop > 0:
        return _loop(clip, changed, loop, fps, seed)

    def source(skip: int) -> Iterator[Frame]:
        for frame in clip.frames(skip):
            run.check()
            turn = float(frame.start / _LOOP % 1)
            moment = Moment(seed, turn, int(frame.start * _BEATS))
            yield replace(frame, picture=changed(frame.picture, moment))

    return replace(clip, source=source)


def _loop(
    clip: Clip, changed: Callable[[Picture, Moment], Picture], loop: float, fps: int, seed: int
) -> Clip:
    """Return a clip of a still whose last frame leads to the first."""
    count = max(2, round(loop * fps))
    beats = max(1, round(loop * _BEATS))
    duration = Fraction(1, fps)

    def source(skip: int) -> Iterator[Frame]:
        picture = next(clip.frames()).picture
        for index in range(skip, count):
            moment = Moment(seed, index / count, index * beats // count)
            yield Frame(changed(picture, moment), index * duration, duration)

    return replace(
        clip, source=source, count=count, duration=count * duration, time_base=duration, loop=0
    )


def _sortable(mask: Picture | None, size: tuple[int, int]) -> NDArray[np.bool_] | None:
    if mask is None:
        return None
    return np.asarray(resize(mask.gray().reduced(), size, "bilinear").pixels[:, :, 0] > 127)
