"""Accuracy of coloring from hints; run by color.py.

Each part enclosed by drawn lines, before erasing, gets one hint in a unique color at its innermost
point. "Right" is the mean fraction of pixels with the color of their own hint. "Bleed" is that of
pixels whose color leaked across a line: no path over paper leads to them from that hint. "Wrong"
counts all pixels with the color of another hint, including those reached through openings in the
drawing.
"""

from __future__ import annotations

import time

import cv2
import numpy as np
from color_pages import Page, page
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from nijigen.color._document.settings import PALETTE
from nijigen.color._flats.hints import ColorHints
from nijigen.color._flats.spread import FillOptions, flats_of
from nijigen.color._regions.regions import regions_of
from nijigen.core.picture import Picture
from nijigen.imaging.color_spaces import delta_e2000, lab
from nijigen.imaging.line_art.graph import borders_of
from nijigen.imaging.line_art.ink import line_art

BAR_RIGHT, BAR_BLEED = 0.98, 0.003
Labels = NDArray[np.int32]


def told_parts(one: Page) -> Labels:
    """Return the parts that drawn lines enclose, each within one fill; 0 is ink.

    Fills that meet without a line (iris and eye white, a moon in the background) are one.
    """
    ink = cv2.dilate(one.whole, np.ones((5, 5), np.uint8))
    borders = borders_of(one.fills, ink)
    joined = borders.edges[borders.barriers < 0.85]
    count = int(one.fills.max()) + 1
    links = coo_array((np.ones(len(joined)), (joined[:, 0], joined[:, 1])), (count, count))
    fills = connected_components(links, directed=False)[1][one.fills]
    parts = np.zeros(fills.shape, np.int32)
    for fill in np.unique(fills).tolist():
        mask = ((fills == fill) & (one.whole < 64)).astype(np.uint8)
        _, pieces = cv2.connectedComponents(mask, connectivity=4)
        parts[pieces > 0] = pieces[pieces > 0] + parts.max()
    area = np.bincount(parts.ravel())
    return np.where(area[parts] >= 16, parts, 0).astype(np.int32)


def tell_hints(seeds: range, size: int) -> bool:
    """Measure flats with one hint for each part; return whether the targets are reached."""
    right, wrong, bleed, obeyed, seconds = [], [], [], 0.0, []
    for seed in seeds:
        one = page(seed, size)
        parts = told_parts(one)
        codes = 0x100000 + np.arange(int(parts.max()) + 1) * 7919
        points = []
        for part in np.unique(parts[parts > 0]).tolist():
            mask = np.pad((parts == part).astype(np.uint8), 1)
            depth = cv2.distanceTransform(mask, cv2.DIST_L2, 5)[1:-1, 1:-1]
            y, x = np.unravel_index(int(depth.argmax()), depth.shape)
            points.append({"x": int(x), "y": int(y), "color": f"#{codes[part]:06x}"})
        found = regions_of(line_art(Picture((255 - one.whole)[:, :, None])))
        start = time.perf_counter()
        hints = ColorHints.from_json({"points": points})
        pixels = flats_of(found, hints, FillOptions("nearest", 100.0, PALETTE, 0)).pixels()
        seconds.append(time.perf_counter() - start)
        got = pixels[:, :, :3].astype(int) @ [65536, 256, 1]
        asked, good = parts > 0, got == codes[parts]
        right.append(float(good[asked].mean()))
        astray = asked & ~good & (pixels[:, :, 3] > 0)
        wrong.append(float(astray[asked].mean()))
        paper = cv2.connectedComponents((one.whole < 64).astype(np.uint8), connectivity=4)[1]
        source = np.zeros(len(codes), np.int64)
        at = tuple(np.array([[p["y"], p["x"]] for p in points]).T)
        source[parts[at]] = paper[at]
        crossed = astray & (source[np.searchsorted(codes, got).clip(0, len(codes) - 1)] != paper)
        bleed.append(float(crossed[asked].mean()))
        told = np.stack([codes >> 16, codes >> 8 & 255, codes & 255], axis=1).astype(np.uint8)
        off = delta_e2000(lab(pixels[at][:, :3]), lab(told[parts[at]]))
        obeyed = max(obeyed, float(off.max()))
    print(
        f"hints on {len(seeds)} characters, one in each part: right {np.mean(right):.2%} (median "
        f"{np.median(right):.2%}, worst {np.min(right):.2%}; bar {BAR_RIGHT:.0%}), bleed "
        f"{np.mean(bleed):.2%} (median {np.median(bleed):.2%}; bar {BAR_BLEED:.1%}), wrong "
        f"{np.mean(wrong):.2%} (median {np.median(wrong):.2%}), greatest "
        f"difference at a hint {obeyed:.2f}, {np.median(seconds) * 1000:.0f} ms for all hints"
    )
    return float(np.mean(right)) >= BAR_RIGHT and float(np.mean(bleed)) <= BAR_BLEED and obeyed < 1
