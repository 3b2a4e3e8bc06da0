"""Recolor: give a picture the colors of a palette, or harmonize its own."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray

from nijigen.color._palettes.mapping import Change, Keep, Strength, changed, held, painted, shift
from nijigen.color._palettes.swatches import Swatches
from nijigen.core.artwork import Artwork
from nijigen.core.colors import rgb
from nijigen.core.operation import Setting, operation
from nijigen.core.picture import Picture
from nijigen.core.run import SILENT, Run
from nijigen.imaging.color_spaces import (
    delta_e2000,
    from_lch,
    from_oklab,
    lab,
    lch,
    oklab,
)
from nijigen.imaging.main_colors import Colors, extract, is_flat

Floats = NDArray[np.floating[Any]]
Scheme = Literal[
    "none", "monochrome", "analogous", "complementary", "split", "triadic", "square", "tetradic"
]
# Center and width of the hue sectors in degrees, before rotation.
_SECTORS: dict[str, tuple[tuple[float, float], ...]] = {
    "monochrome": ((0, 18),),
    "analogous": ((0, 94),),
    "complementary": ((0, 40), (180, 40)),
    "split": ((0, 36), (150, 24), (210, 24)),
    "triadic": ((0, 30), (120, 30), (240, 30)),
    "square": ((0, 24), (90, 24), (180, 24), (270, 24)),
    "tetradic": ((0, 24), (60, 24), (180, 24), (240, 24)),
}
_SOURCES = 24
"""Number of main colors that control the change."""


@operation(alpha="own", version=3)
def recolor(
    picture: Picture | Artwork,
    *,
    palette: Swatches | None = None,
    method: Literal["map", "nearest"] = "map",
    scheme: Scheme = "none",
    hue: Annotated[float | None, Setting(ge=0, le=360, step=1, unit="°")] = None,
    strength: Strength = 1.0,
    keep: Keep = "skin",
    run: Run = SILENT,
) -> Picture | Artwork:
    """Give a picture the colors of a palette, or harmonize its own.

    The palette is applied first, then the scheme; without both nothing changes. In an artwork only
    the painted layers change: shadows, lights, paper and lines stay. Alpha stays.

    Args:
        picture: Any size, color or gray, or an artwork.
        palette: Colors, the name of a set (``zhongguose``, ``css``), or the content of a swatch
            file: GPL and CSS as they are, ASE and ACO as ``data:;base64,…``.
        method: ``map`` maps the main colors of the picture to those of the palette, the darkest
            to the darkest, and shifts all shades along; ``nearest`` gives each pixel the nearest
            color of the palette (CIEDE2000), without shades.
        scheme: Color harmony: hues are shifted into its sectors of the color wheel.
        hue: Hue of the first sector in degrees of OKLab: 29 is red, 142 green, 264 blue. By
            default the one that changes the picture's colors least.

    Returns:
        The picture, or the artwork with other colors in its painted layers.

    Example:
        >>> import numpy as np
        >>> from nijigen import Picture
        >>> from nijigen.color.recolor import recolor
        >>> red = Picture(np.full((4, 4, 3), (200, 30, 30), np.uint8))
        >>> recolor(red, palette=["藕荷"]).pixels[0, 0].tolist()
        [237, 195, 174]

    Source: harmonic templates after D. Cohen-Or and others, "Color harmonization" (2006).
    """
    run.result_size(picture.size)
    if palette is not None:
        colors = np.array([rgb(color) for color in palette], np.uint8)
        by_palette = (
            nearest_of(colors) if method == "nearest" else _mapped(painted(picture), colors, keep)
        )
        picture = changed(picture, by_palette, strength, keep, run)
        run.progress(0.5)
    if scheme != "none":
        by_scheme = _harmonised(painted(picture), scheme, hue)
        picture = changed(picture, by_scheme, strength, keep, run)
    return picture


def nearest_of(colors: NDArray[np.uint8]) -> Change:
    """Return the change of each color to the nearest of a list, by CIEDE2000."""
    values, targets = lab(colors), oklab(colors)

    def change(given: Floats) -> Floats:
        result = np.empty_like(given)
        step = max(1, (1 << 21) // len(colors))
        for start in range(0, len(given), step):
            part = lab(np.clip(from_oklab(given[start : start + step]), 0, 1))
            nearest = np.argmin(delta_e2000(part[:, None], values[None]), axis=1)
            result[start : start + step] = targets[nearest]
        return result

    return change


def _mapped(picture: Picture, colors: NDArray[np.uint8], keep: Keep) -> Change:
    """Return the change that maps the picture's main colors to others by lightness."""
    # With gradual shades, more sources than targets would break gradients.
    count = _SOURCES if is_flat(picture) else min(_SOURCES, len(colors))
    found = _movable(extract(picture, count), keep)
    if not len(found.bytes):
        return lambda values: values
    sources, targets = found.oklab, oklab(colors)
    return lambda values: shift(values, sources, targets[in_order(sources, found.shares, targets)])


def _movable(found: Colors, keep: Keep) -> Colors:
    free = held(found.oklab, keep)[:, 0] > 0.5
    return Colors(found.bytes[free], found.shares[free])


def in_order(sources: Floats, shares: Floats, targets: Floats) -> NDArray[np.intp]:
    """Return the index of the target of each source, in order of lightness.

    Sources are distributed over the targets by rank of lightness, not by share, so that small
    colors get a target of their own; among targets of similar lightness, the nearest hue wins.
    """
    from scipy.optimize import linear_sum_assignment

    copies = -(-len(sources) // len(targets))
    pool = np.repeat(np.arange(len(targets)), copies)
    rank = np.argsort(np.argsort(sources[:, 0], kind="stable"), kind="stable")
    place = np.argsort(np.argsort(targets[pool, 0], kind="stable"), kind="stable")
    along = rank[:, None] / max(len(rank) - 1, 1) - place[None] / max(len(place) - 1, 1)
    apart = ((sources[:, None, 1:] - targets[pool][None, :, 1:]) ** 2).sum(2)
    light = (sources[:, None, 0] - targets[pool][None, :, 0]) ** 2
    cost = (along**2 + 0.5 * light + 2 * apart) * np.maximum(shares, 0.005)[:, None] ** 0.5
    rows, columns = linear_sum_assignment(cost)
    result = np.empty(len(sources), np.intp)
    result[rows] = pool[columns]
    return result


def _harmonised(picture: Picture, scheme: str, hue: float | None) -> Change:
    """Return the change that shifts hues into the sectors of a scheme."""
    found = extract(picture, _SOURCES)
    if not len(found.bytes):
        return lambda values: values
    sources = found.oklab
    polar = lch(sources)
    sectors = np.array(_SECTORS[scheme])
    turns = np.arange(360) if hue is None else np.array([hue])
    weight = found.shares * polar[:, 1]
    costs = [(weight * np.abs(_moves(polar[:, 2], sectors, turn))).sum() for turn in turns]
    best = turns[int(np.argmin(costs))]
    targets = polar.copy()
    targets[:, 2] += _moves(polar[:, 2], sectors, float(best))
    # The hue of near-gray colors is noise and must not affect nearby colors.
    return lambda values: shift(values, sources, from_lch(targets))


def _moves(hues: Floats, sectors: Floats, turn: float) -> Floats:
    """Return by how many degrees hues shift into the nearest sector."""
    off = (hues[:, None] - sectors[None, :, 0] - turn + 180) % 360 - 180
    # Distinct hues stay distinct: the edge of the sector is only reached from the opposite side of
    # the wheel.
    half = sectors[None, :, 1] / 2
    inside = np.abs(off) <= half
    landed = np.where(inside, off, np.sign(off) * half * (0.6 + 0.4 * np.abs(off) / 180))
    nearest = np.argmin(np.maximum(np.abs(off) - half, 0), axis=1)
    rows = np.arange(len(hues))
    moves: Floats = (landed - off)[rows, nearest]
    return moves
