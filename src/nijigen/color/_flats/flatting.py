"""Flatting: from line art and hints to the color of every region, shared by operations."""

from __future__ import annotations

import numpy as np

from nijigen.color._flats.hints import ColorHints
from nijigen.color._flats.spread import FillOptions, Flats, flats_of
from nijigen.color._regions.edits import edited
from nijigen.color._regions.regions import Regions, regions_of
from nijigen.core.picture import Picture
from nijigen.core.run import SILENT, Run
from nijigen.imaging.line_art.ink import LineArt

__all__ = ["FillOptions", "Flats", "flatted", "gaps_drawn", "numbers"]


def flatted(
    art: LineArt,
    hints: str | None,
    options: FillOptions,
    *,
    gap: float | None,
    smallest: int | None,
    run: Run = SILENT,
) -> tuple[Flats, Regions]:
    """Return the color of every pixel, and the regions behind it.

    Args:
        art: The lines.
        hints: The setting ``hints``.
        options: How regions without a hint are colored.
        gap: Length in pixels of the widest gap that is closed.
        smallest: Pixels of the smallest region.
        run: Receives progress.
    """
    height, width = art.ink.shape
    given = (ColorHints.from_json(hints) if hints else ColorHints()).fitted(width, height)
    found = regions_of(art, gap=gap, smallest=smallest, run=run.part(0, 0.8))
    regions = edited(
        found,
        close=given.close,
        open=given.open,
        split=tuple(cut.points for cut in given.split),
        merge=given.merge,
    )
    run.progress(0.8)
    return flats_of(regions, given, options), regions


def numbers(flats: Flats) -> Picture:
    """Return each pixel's region number as a color: red × 65536 + green × 256 + blue."""
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
