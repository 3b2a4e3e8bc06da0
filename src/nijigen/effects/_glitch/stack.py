"""The stack: glitches one after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from nijigen.effects._glitch.colors import duotone, rgb_shift
from nijigen.effects._glitch.damage import jpeg, png
from nijigen.effects._glitch.options import Bytes, Kind, Moment, Options
from nijigen.effects._glitch.signal import bad_tv, jitter, scan_lines, slices, vhs, wobble
from nijigen.effects._glitch.sorting import pixel_sort
from nijigen.effects._glitch.symmetry import kaleidoscope, mirror

KINDS: dict[Kind, Callable[[Bytes, Options, Moment], Bytes]] = {
    "slices": slices,
    "bad_tv": bad_tv,
    "rgb_shift": rgb_shift,
    "wobble": wobble,
    "scan_lines": scan_lines,
    "vhs": vhs,
    "pixel_sort": pixel_sort,
    "mirror": mirror,
    "kaleidoscope": kaleidoscope,
    "duotone": duotone,
    "jitter": jitter,
    "jpeg": jpeg,
    "png": png,
}
COLORING: frozenset[Kind] = frozenset({"vhs", "rgb_shift", "duotone", "jpeg", "png"})
"""Kinds that give colors to a gray picture."""


def glitched(image: Bytes, stack: Sequence[Kind], options: Options, moment: Moment) -> Bytes:
    """Return RGB or RGBA after all glitches of a stack.

    A kind that occurs again has other random numbers than the first.
    """
    for place, kind in enumerate(stack):
        again = stack[:place].count(kind)
        image = KINDS[kind](image, options, replace(moment, place=again))
    return image
