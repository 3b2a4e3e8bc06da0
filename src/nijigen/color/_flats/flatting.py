"""Flatting: from line art and hints to the color of every region, shared by operations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from nijigen.color._flats.hints import MOST, ColorHints, PointHint
from nijigen.color._flats.parts import Parts
from nijigen.color._flats.spread import FillOptions, Flats, flats_of
from nijigen.color._parts.names import PARTS, PartColor
from nijigen.color._parts.proposing import Proposer, Style
from nijigen.color._regions.edits import edited
from nijigen.color._regions.regions import Regions, regions_of
from nijigen.core.picture import Picture
from nijigen.core.run import SILENT, Run
from nijigen.imaging.line_art.ink import LineArt
from nijigen.imaging.memory import remembered

__all__ = [
    "FillOptions",
    "Flats",
    "flatted",
    "gaps_drawn",
    "numbers",
    "parts_listed",
    "parts_of",
    "proposals",
    "with_parts",
]


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
    given = _read(hints, art)
    return _flatted(art, given, options, gap, smallest, style or Style(), run)[:2]


def with_parts(
    art: LineArt,
    hints: str | None,
    options: FillOptions,
    *,
    gap: float | None,
    smallest: int | None,
    run: Run = SILENT,
) -> tuple[Flats, Regions, Proposer | None]:
    """Return the same, and what knows the parts of the regions if colors are proposed."""
    return _flatted(art, _read(hints, art), options, gap, smallest, Style(), run)


def _read(hints: str | None, art: LineArt) -> ColorHints:
    height, width = art.ink.shape
    return (ColorHints.from_json(hints) if hints else ColorHints()).fitted(width, height)


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
        style = replace(style, parts=given.parts)
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
    # Cached: it is the same after every hint.
    key = regions.labels, seen.chances, seen.faces
    return Proposer(regions, remembered("votes", key, lambda: voted(regions, seen)), style)


def parts_of(art: LineArt, regions: Regions, run: Run = SILENT) -> Parts:
    """Return which part of a figure each pixel is; ``other`` where that is not known.

    Raises:
        ModelError: Weights are missing or corrupt.
    """
    proposer = proposer_of(art, regions, Style(), run)
    known = proposer.certain & bool(proposer.voted.faces)
    part = np.where(known, proposer.voted.part, len(PARTS)).astype(np.uint8)
    return Parts(part[regions.labels], (*PARTS, "other"))


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
    given = _read(hints, art)
    made = []
    for style in styles:
        options = FillOptions("propose", 100.0, (), style.seed)
        found = _flatted(art, given, options, gap, smallest, style, run)
        made.append(_as_hints(*found, given, only_sure=only_sure))
    return made


def _as_hints(
    flats: Flats, regions: Regions, proposer: Proposer | None, given: ColorHints, *, only_sure: bool
) -> ColorHints:
    height, width = regions.labels.shape
    assert proposer is not None
    voted = proposer.voted
    known = flats.colors[: regions.count].copy()
    known[~flats.hinted] = 0
    looks = proposer.with_hints(known).looks(known)
    # The largest come first: a document holds a limited number.
    order = np.argsort(-regions.areas, kind="stable")[: MOST - len(given.points)]
    points = []
    colors = flats.hex()
    for number in sorted(order.tolist()):
        color = colors[number]
        if flats.hinted[number] or (only_sure and color is None):
            continue
        named = bool(voted.faces) or bool(regions.outside[number])
        points.append(
            PointHint(
                x=float(regions.points[number, 0]) + 0.5,
                y=float(regions.points[number, 1]) + 0.5,
                color=color,
                part=PARTS[voted.part[number]] if named else None,
                confidence=round(float(voted.confidence[number]), 3) if named else 0.0,
            )
        )
    several = len(looks) > 1
    parts = tuple(
        PartColor(part=part, color=look[part], figure=figure if several else None)
        for figure, look in enumerate(looks if voted.faces else ())
        for part in PARTS
        if part in look
    )
    update = {"size": (width, height), "points": (*points, *given.points), "parts": parts}
    return given.model_copy(update=update)


def parts_listed(flats: Flats, proposer: Proposer) -> dict[str, Any]:
    """Return the parts of regions as data, and which regions hints decide or are doubtful."""
    voted, outside = proposer.voted, proposer.regions.outside
    named = outside | bool(voted.faces)
    names = [PARTS[part] if known else None for part, known in zip(voted.part, named, strict=True)]
    return {
        "parts": names,
        "figures": voted.figure.tolist(),
        "confidence": np.where(named, voted.confidence, 0).round(2).tolist(),
        "hinted": np.flatnonzero(flats.hinted).tolist(),
        "doubtful": np.flatnonzero(proposer.doubtful & ~flats.hinted).tolist(),
    }


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
