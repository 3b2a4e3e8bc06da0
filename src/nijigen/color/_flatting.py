"""Flatting: line art and hints in, the color of every region out; what several operations do."""

from __future__ import annotations

import numpy as np

from nijigen.color._layers import Sheet
from nijigen.color._regions import Regions, regions_of
from nijigen.color._settings import hints_of
from nijigen.color._spread import Flats, Wish, flats_of
from nijigen.core.artwork import Artwork
from nijigen.core.picture import Picture
from nijigen.core.run import SILENT, Run
from nijigen.imaging.line_art.ink import LineArt, without_guides

__all__ = ["Flats", "Wish", "drawn", "flatted", "gaps_drawn", "numbers"]


def drawn(picture: Picture | Artwork, guides: str, run: Run) -> Sheet:
    """Return the sheet of a picture or artwork, without guide lines."""
    sheet = Sheet.of(picture, run)
    art = without_guides(sheet.art, guides)
    return sheet if art is sheet.art else sheet.with_line(art)


def flatted(
    art: LineArt,
    hints: str | None,
    wish: Wish,
    *,
    gap: float | None,
    smallest: int | None,
    run: Run = SILENT,
) -> tuple[Flats, Regions]:
    """Return the color of every pixel, and the regions that it comes from.

    Args:
        art: The lines.
        hints: The setting ``hints``.
        wish: What is to become of regions without a hint.
        gap: Length in pixels of the widest gap that is closed.
        smallest: Pixels of the smallest region.
        run: Told of progress.
    """
    height, width = art.ink.shape
    told = hints_of(hints).fitted(width, height)
    regions = regions_of(
        art,
        gap=gap,
        smallest=smallest,
        close=told.close,
        open=told.open,
        split=tuple(cut.points for cut in told.split),
        merge=told.merge,
        run=run.part(0, 0.8),
    )
    run.progress(0.8)
    return flats_of(regions, told, wish), regions


def numbers(flats: Flats) -> Picture:
    """Return the number of each pixel's region as a color: red × 65536 + green × 256 + blue."""
    labels = flats.labels
    coded = np.stack([labels >> 16 & 255, labels >> 8 & 255, labels & 255], axis=2)
    return Picture(coded.astype(np.uint8))


def gaps_drawn(art: LineArt, regions: Regions) -> Picture:
    """Return the lines, pale, with closed gaps in red and open ones in blue."""
    import cv2

    paper = np.array(art.paper, np.float32)
    cover = art.ink[:, :, None].astype(np.float32) / 255 * 0.6
    page = (paper + (art.color - paper) * cover + 0.5).astype(np.uint8)
    thick = max(1, round(max(art.ink.shape) / 500))
    for gap in regions.gaps:
        path = np.round((np.array(gap.points, np.float64) - 0.5) * 16).astype(np.int32)
        color = (225, 20, 50) if gap.closed else (20, 90, 225)
        cv2.polylines(page, [path[:, None]], False, color, thick, cv2.LINE_AA, 4)
    return Picture(page)
