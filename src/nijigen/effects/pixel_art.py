"""Pixel art: a drawing on a coarse grid, in few colors, with clean outlines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
from numpy.typing import NDArray

from nijigen.core.alpha import bleed
from nijigen.core.colors import rgb
from nijigen.core.operation import Setting, operation
from nijigen.core.picture import Picture
from nijigen.core.run import SILENT, Run
from nijigen.core.values import Palette
from nijigen.effects._pixels.dither import Dither

if TYPE_CHECKING:
    from nijigen.effects._pixels.cells import Cells

Bytes = NDArray[np.uint8]
_LONGEST = 160
"""Pixels of the longer side where the picture has no grid of its own."""
_SAMPLE, _DRAFT = 320, 160
"""Longer side of what the colors are chosen from, a twentieth of a second, and for a draft."""
_SEEN = 0.5
"""Share of a pixel that must be visible."""


@operation(alpha="own", version=4, preview="whole")
def pixel_art(
    picture: Picture,
    *,
    size: Annotated[int | None, Setting(ge=8, le=1024, unit="px")] = None,
    palette: Literal["chosen", "db32", "pico-8", "gameboy", "nes", "own"] = "chosen",
    colors: Annotated[int, Setting(ge=2, le=256, shown_when={"palette": "chosen"})] = 24,
    own: Annotated[Palette, Setting(shown_when={"palette": "own"})] = ("#000000", "#ffffff"),
    outlines: Literal["dark", "extracted", "none"] = "dark",
    clean: bool = True,
    dither: Dither = "none",
    dither_strength: Annotated[float, Setting(ge=0, le=1, step=0.05, advanced=True)] = 1.0,
    enlarge: Annotated[int, Setting(ge=1, le=16, unit="×")] = 1,
    run: Run = SILENT,
) -> Picture:
    """Turn a drawing into pixel art.

    Each pixel gets the color that most of its area has, not a mixture, so that flats stay flat and
    edges sharp. Drawn lines become outlines that are one pixel wide, without steps that make them
    jagged. Pixels that stand alone are removed, except highlights.

    Args:
        picture: Any size. Transparency becomes all or nothing.
        size: Pixels of the longer side. By default it is the grid of the picture if it is enlarged
            pixel art, and 160 otherwise.
        palette: Colors of the picture that look most different; or a fixed palette: DB32 by
            DawnBringer, PICO-8, Game Boy, NES, or ``own``.
        colors: Number of colors to choose.
        own: Your own palette.
        outlines: From lines that are darker than both their sides, at once; from the lines that
            ``lines.extract`` finds, in several seconds; or none.
        clean: Remove pixels that stand alone.
        dither: Mix colors of the palette: in a regular matrix (Bayer), without structure (blue
            noise), or in checkerboards (pattern). Outlines stay.
        dither_strength: 0 is no dither.
        enlarge: Side of a square that shows a pixel.

    Returns:
        RGB, or RGBA if the picture has transparency.

    Raises:
        SettingsError: A setting is out of range.

    Source: DB32 by DawnBringer; PICO-8 by Lexaloffle; color of most of a cell after
        Astropulse's K-Centroid.

    Example:
        >>> import numpy as np
        >>> from nijigen import Picture
        >>> from nijigen.effects.pixel_art import pixel_art
        >>> sky = Picture(np.full((90, 120, 3), (90, 160, 250), np.uint8))
        >>> pixel_art(sky, size=16, palette="pico-8").size
        (16, 12)
    """
    from nijigen.effects._pixels.cells import cells_of, main_colors
    from nijigen.effects._pixels.dither import dithered
    from nijigen.effects._pixels.native import grid_of
    from nijigen.effects._pixels.outlines import (
        line_colors,
        with_lines,
        without_orphans,
        without_thick_lines,
    )
    from nijigen.effects._pixels.palettes import toned

    color = bleed(picture).rgb()
    grid = grid_of(color.pixels) if size is None else None
    cells = grid.cells(picture.size) if grid else cells_of(picture.size, size or _LONGEST)
    run.progress(0.2)
    fixed = _fixed(picture, palette, colors, own, _DRAFT if run.draft else _SAMPLE)
    # Colors that the picture has itself suit it, of a single hue or not.
    image: Bytes = color.pixels if palette == "chosen" else toned(color.pixels, fixed)
    mixed = main_colors(image, cells, fixed)
    run.progress(0.5)
    numbers = dithered(mixed, fixed, dither, dither_strength)
    lines, ink, share = _lines(
        color, cells, outlines if grid is None else "none", run.part(0.5, 0.9)
    )
    numbers = without_thick_lines(numbers, share, lines)
    if clean and dither == "none":
        numbers = without_orphans(numbers, fixed, lines)
    numbers = with_lines(numbers, lines, line_colors(image, ink, cells, lines), fixed)
    result = fixed[numbers]
    if picture.channels == 4:
        seen = cells.mean(picture.pixels[:, :, 3]) >= 255 * _SEEN
        result = np.concatenate([result, (seen * 255).astype(np.uint8)[:, :, None]], axis=2)
        result[~seen] = 0
    run.progress(1)
    return picture.with_pixels(result.repeat(enlarge, axis=0).repeat(enlarge, axis=1))


def _fixed(picture: Picture, palette: str, colors: int, own: tuple[str, ...], sample: int) -> Bytes:
    from nijigen.effects._pixels.palettes import named
    from nijigen.imaging.main_colors import extract
    from nijigen.imaging.resize import resize

    if palette == "own":
        return np.array([rgb(one) for one in own], np.uint8)
    if palette != "chosen":
        return named(palette)
    share = min(1.0, sample / max(picture.size))
    width, height = (max(1, round(side * share)) for side in picture.size)
    seen = resize(picture, (width, height), "nearest")
    found = extract(seen, colors, evenly=True).bytes
    # A picture that is fully transparent has no colors.
    return found if len(found) else np.zeros((1, 3), np.uint8)


def _lines(
    color: Picture, cells: Cells, outlines: str, run: Run
) -> tuple[NDArray[np.bool_], NDArray[np.float32], NDArray[np.float64]]:
    """Return the cells of lines, how much of a line each pixel is, and each cell in the mean."""
    from nijigen.effects._pixels.outlines import dark_lines, line_cells

    side = color.width / cells.size[0]
    # A line needs pixels to be thinner than.
    if outlines == "none" or side < 2:
        none = np.zeros(color.pixels.shape[:2], np.float32)
        return np.zeros(cells.size[::-1], bool), none, np.zeros(cells.size[::-1])
    ink: NDArray[np.float32]
    if outlines == "extracted":
        from nijigen.lines.extract import extract

        page = extract(color, run=run)
        assert isinstance(page, Picture)
        ink = np.float32(1) - page.gray().pixels[:, :, 0].astype(np.float32) / np.float32(255)
    else:
        ink = dark_lines(color.pixels, side)
    share = cells.mean(ink)
    return line_cells(share), ink, share
