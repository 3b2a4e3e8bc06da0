"""Rough drawings from clean ones: every pencil, paper and scanner."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from nijigen.lines._pencil.drawing import drawn, traced
from nijigen.lines._pencil.page import Color, Sheet, on_paper
from nijigen.lines._pencil.strokes import Hand
from nijigen_training.data.degrade import luma, saved
from nijigen_training.data.labelled import Pixels
from nijigen_training.lines.simplify.clean import Ink

CLEAN_SHARE = 0.06
"""Share of drawings that are clean already, which must stay as they are."""
_PAPERS = ("white", "gray", "cream", "ruled", "squared", "black")
_COLORS: tuple[Color, ...] = ((60, 90, 200), (200, 60, 60), (90, 160, 220), (220, 130, 60))


@dataclass(frozen=True, eq=False)
class Pair:
    """A rough drawing, uint8 ``(H, W, 3)``, and coverage by the clean lines, ``(H, W)``."""

    picture: Pixels
    lines: Ink


def made_rough(ink: Ink, side: int, rng: np.random.Generator) -> Pair:
    """Return a square of clean line art made rough.

    Args:
        ink: Coverage by lines, square.
        side: Side of the result in pixels.
        rng: Random generator.
    """
    lines = np.asarray(cv2.resize(ink, (side, side), interpolation=cv2.INTER_AREA), np.uint8)
    if rng.random() < CLEAN_SHARE:
        page = np.repeat(255 - ink[:, :, None], 3, axis=2)
    else:
        page = _page(ink, rng)
    page = np.asarray(cv2.resize(page, (side, side), interpolation=cv2.INTER_AREA), np.uint8)
    return Pair(_scanned(page, rng), lines)


def _page(ink: Ink, rng: np.random.Generator) -> Pixels:
    hand = Hand(
        strokes=1 + float(rng.exponential(1.2)),
        jitter=float(rng.uniform(0.2, 2.2)),
        overshoot=float(rng.uniform(0, 10)),
        length=float(np.exp(rng.uniform(np.log(18), np.log(160)))),
        width=float(rng.uniform(0.55, 1.25)),
        pressure=float(rng.uniform(0.3, 1.0)),
    )
    graphite = drawn(traced(ink), hand, float(rng.uniform(0, 1)) * (rng.random() < 0.7), rng)
    paper = _PAPERS[int(rng.choice(6, p=[0.36, 0.22, 0.2, 0.08, 0.08, 0.06]))]
    sheet = Sheet(
        paper=paper,  # type: ignore[arg-type]
        grain=float(rng.uniform(0, 1.2)),
        smudges=float(rng.uniform(0, 1)) * (rng.random() < 0.6),
        shadow=float(rng.uniform(0, 1)) * (rng.random() < 0.4),
        cell=float(rng.uniform(12, 40)),
    )
    dark = float(rng.uniform(20, 90))
    plain: Color = (dark, dark, dark)
    pencil = _COLORS[int(rng.integers(4))] if rng.random() < 0.15 else plain
    other = _COLORS[int(rng.integers(4))] if rng.random() < 0.4 else pencil
    lines = graphite.lines
    if rng.random() < 0.2:
        lines = np.maximum(lines, _shaded(ink, hand, rng))
    return on_paper([(graphite.construction, other), (lines, pencil)], sheet, rng)


def _shaded(ink: Ink, hand: Hand, rng: np.random.Generator) -> NDArray[np.float32]:
    """Return light shading beside lines: strokes side by side in a few areas."""
    height, width = ink.shape
    _, areas = cv2.connectedComponents((ink < 60).astype(np.uint8), connectivity=4)
    chosen = rng.integers(1, max(2, int(areas.max()) + 1), 2)
    center = rng.uniform(0, 1, 2) * (width, height)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    near = np.hypot(x - center[0], y - center[1]) < width * rng.uniform(0.1, 0.4)
    where = np.isin(areas, chosen) & near
    angle = rng.uniform(0, np.pi)
    across = np.float32(np.cos(angle)) * x + np.float32(np.sin(angle)) * y
    along = np.float32(np.cos(angle)) * y - np.float32(np.sin(angle)) * x
    cell = np.float32(rng.uniform(3, 9))
    wave = np.cos((across + 1.5 * np.sin(along / 19)) * np.float32(2 * np.pi) / cell)
    strength = np.float32(hand.pressure * rng.uniform(0.2, 0.6))
    tone: NDArray[np.float32] = (where * strength * (wave * 1.5 - 0.3).clip(0, 1)).astype(
        np.float32
    )
    return cv2.GaussianBlur(tone, (0, 0), 0.7)


def _scanned(page: Pixels, rng: np.random.Generator) -> Pixels:
    """Return a page as a scanner or camera saves it."""
    if rng.random() < 0.5:
        page = np.repeat(luma(page)[:, :, None], 3, axis=2)
    if rng.random() < 0.5:
        page = np.asarray(cv2.GaussianBlur(page, (0, 0), float(rng.uniform(0.3, 1.1))), np.uint8)
    if rng.random() < 0.5:
        # Levels: a pale scan, or one with paper pushed to white.
        low, high = rng.uniform(-60, 40), rng.uniform(215, 300)
        steps = (np.arange(256) - low) / (high - low) * 255
        page = np.asarray(cv2.LUT(page, steps.clip(0, 255).astype(np.uint8)), np.uint8)
    if rng.random() < 0.3:
        noise = rng.normal(0, rng.uniform(1, 9), page.shape[:2])[:, :, None]
        page = (page + noise).clip(0, 255).astype(np.uint8)
    if rng.random() < 0.3:
        page = saved(page, int(rng.integers(30, 90)))
    return page
