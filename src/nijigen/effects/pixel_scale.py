"""Pixel scale: enlarge pixel art by its own rules, or take it back to its grid."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np

from nijigen.core.alpha import bleed
from nijigen.core.errors import SettingsError
from nijigen.core.operation import Setting, operation
from nijigen.core.picture import Picture
from nijigen.core.run import SILENT, Run

_STEPS = {
    "2": (2,),
    "3": (3,),
    "4": (2, 2),
    "6": (2, 3),
    "8": (2, 2, 2),
    "9": (3, 3),
}


@operation(alpha="own", version=1)
def pixel_scale(
    picture: Picture,
    *,
    factor: Literal["native", "2", "3", "4", "6", "8", "9"] = "2",
    method: Literal["scale", "xbr", "nearest"] = "xbr",
    grid: Annotated[int | None, Setting(ge=2, le=64, unit="px", advanced=True)] = None,
    clean: Annotated[bool, Setting(shown_when={"factor": "native"})] = True,
    run: Run = SILENT,
) -> Picture:
    """Enlarge pixel art, or take enlarged pixel art back to its grid.

    With ``native``, the squares that pixels were enlarged to are found and become pixels again,
    also in a JPEG, whose damage is removed. Pixel art that was enlarged is first taken back to its
    grid, so that rules see its pixels.

    Args:
        picture: Pixel art of any size, enlarged 1 to 16 times.
        factor: How many times as large as its pixels, or its native size.
        method: ``scale`` is Scale2x and Scale3x, without new colors; ``xbr`` smooths edges of any
            slope, 2, 4 or 8 times, and continues with Scale3x for the other factors; ``nearest``
            repeats pixels.
        grid: Side of the squares, if it is known; by default it is found.
        clean: Colors that differ by the damage of a JPEG only become one.

    Raises:
        SettingsError: The picture is smaller than a square of the grid.

    Source: A. Mazzoleni, Scale2x, 2001; Hyllian, xBR, 2011.

    Example:
        >>> import numpy as np
        >>> from nijigen import Picture
        >>> from nijigen.effects.pixel_scale import pixel_scale
        >>> sprite = np.random.default_rng(1).integers(0, 256, (9, 7, 3)).astype(np.uint8)
        >>> large = Picture(sprite.repeat(5, axis=0).repeat(5, axis=1))
        >>> np.array_equal(pixel_scale(large, factor="native").pixels, sprite)
        True
    """
    from nijigen.effects._pixels.native import Grid, best_offset, grid_of, recovered
    from nijigen.effects._pixels.scaling import scale2x, scale3x, xbr2x

    image = picture.pixels
    color = bleed(picture).rgb().pixels
    if grid is not None and grid > min(picture.size):
        raise SettingsError(
            f"grid = {grid}: the picture is only {picture.width}×{picture.height} pixels",
            "choose a smaller grid, or let it be found",
            field="grid",
        )
    found: Grid | None = grid_of(color) if grid is None else best_offset(color, grid)
    if found is not None:
        run.note("assumed", f"its pixels are squares of {found.factor}×{found.factor}")
        made = recovered(color, found, clean)
        image = made if picture.channels > 1 else made[:, :, :1]
        if picture.channels == 4:
            cells = found.cells(picture.size)
            alpha = (cells.mean(picture.pixels[:, :, 3]) + 0.5).astype(np.uint8)
            image = np.concatenate([image, alpha[:, :, None]], axis=2)
    elif factor == "native":
        run.note("assumed", "no grid of enlarged pixels was found: the picture is as it was")
    for step in _STEPS.get(factor, ()):
        size = (image.shape[1] * step, image.shape[0] * step)
        run.result_size(size)
        if method == "nearest":
            image = image.repeat(step, axis=0).repeat(step, axis=1)
        elif step == 3:
            image = scale3x(image)
        else:
            image = xbr2x(image) if method == "xbr" else scale2x(image)
    return picture.with_pixels(image)
