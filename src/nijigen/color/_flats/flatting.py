"""Flatting: from line art and hints to the color of every region, shared by operations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from nijigen.color._flats.hints import MOST, ColorHints, PointHint
from nijigen.color._flats.spread import FillOptions, Flats, flats_of
from nijigen.color._parts.proposing import Proposer, Style
from nijigen.color._regions.edits import edited
from nijigen.color._regions.regions import Regions, regions_of
from nijigen.core.picture import Picture
from nijigen.core.run import SILENT, Run
from nijigen.imaging.line_art.ink import LineArt

__all__ = ["FillOptions", "Flats", "flatted", "gaps_drawn", "numbers", "proposals"]


def flatted(
    art: LineArt,
    hints: str | None,
    options: FillOptions,
    *,
    gap: float | None,
    smallest: int | None,
    style: Style | None = None,
    run: Run = SILENT,
) -> tuple[Flats, Regions]:
    """Return the color of every pixel, and the regions behind it.

    Args:
        art: The lines.
        hints: The setting ``hints``.
        options: How regions without a hint are colored.
        gap: Length in pixels of the widest gap that is closed.
        smallest: Pixels of the smallest region.
        style: How colors are proposed, for the rule ``propose``.
        run: Receives progress.
    """
    height, width = art.ink.shape
    given = (ColorHints.from_json(hints) if hints else ColorHints()).fitted(width, height)
    return _flatted(art, given, options, gap, smallest, style or Style(), run)[:2]


def _flatted(
    art: LineArt,
    given: ColorHints,
    options: FillOptions,
    gap: float | None,
    smallest: int | None,
    style: Style,
    run: Run,
) -> tuple[Flats, Regions, Proposer | None]:
    proposing = options.rule == "propose"
    share = 0.5 if proposing else 0.8
    found = regions_of(art, gap=gap, smallest=smallest, run=run.part(0, share))
    regions = edited(
        found,
        close=given.close,
        open=given.open,
        split=tuple(cut.points for cut in given.split),
        merge=given.merge,
    )
    run.progress(share)
    if proposing:
        proposer = proposer_of(art, regions, style, run.part(share, 1))
        options = replace(options, proposer=proposer)
    return flats_of(regions, given, options), regions, options.proposer


def proposer_of(art: LineArt, regions: Regions, style: Style, run: Run) -> Proposer:
    """Return what proposes colors for the regions of a drawing.

    Raises:
        ModelError: Weights are missing or corrupt.
    """
    from nijigen.color._parts.seeing import part_map
    from nijigen.color._parts.voting import voted

    seen = part_map(art.ink, run)
    if not seen.faces:
        run.note("assumed", "no face was found, so the parts of the drawing are not known")
    return Proposer(regions, voted(regions, seen), style)


def proposals(
    art: LineArt,
    hints: str | None,
    styles: Sequence[Style],
    *,
    gap: float | None,
    smallest: int | None,
    only_sure: bool = False,
    run: Run = SILENT,
) -> list[ColorHints]:
    """Return the proposal of each style as hints: a point for each region.

    Args:
        art: The lines.
        hints: The setting ``hints``; its hints come last in the result, unchanged.
        styles: How colors are chosen.
        gap: Length in pixels of the widest gap that is closed.
        smallest: Pixels of the smallest region.
        only_sure: Leave out regions without a color.
        run: Receives progress.
    """
    height, width = art.ink.shape
    given = (ColorHints.from_json(hints) if hints else ColorHints()).fitted(width, height)
    made = []
    for style in styles:
        options = FillOptions("propose", 100.0, (), style.seed)
        found = _flatted(art, given, options, gap, smallest, style, run)
        made.append(_as_hints(*found, given, only_sure=only_sure))
    return made


def _as_hints(
    flats: Flats, regions: Regions, proposer: Proposer | None, given: ColorHints, *, only_sure: bool
) -> ColorHints:
    from nijigen.color._parts.names import PARTS

    height, width = regions.labels.shape
    assert proposer is not None
    voted = proposer.voted
    hinted = {regions.at(point.x, point.y) for point in given.points}
    # The largest come first: a document holds a limited number.
    order = np.argsort(-regions.areas, kind="stable")[: MOST - len(given.points)]
    points = []
    colors = flats.hex()
    for number in sorted(order.tolist()):
        color = colors[number]
        if number in hinted or (only_sure and color is None):
            continue
        known = bool(voted.faces) or bool(regions.outside[number])
        points.append(
            PointHint(
                x=float(regions.points[number, 0]) + 0.5,
                y=float(regions.points[number, 1]) + 0.5,
                color=color,
                part=PARTS[voted.part[number]] if known else None,
                confidence=round(float(voted.confidence[number]), 3) if known else 0.0,
            )
        )
    return given.model_copy(update={"size": (width, height), "points": (*points, *given.points)})


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
