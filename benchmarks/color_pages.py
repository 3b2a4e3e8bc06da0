"""Characters as line art with gaps, and the exact ground truth of their fills; see color.py."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from nijigen.generate import REGIONS, sample
from nijigen.imaging.line_art.graph import grown

Labels = NDArray[np.int32]
Path = NDArray[np.int64]
Bytes = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Page:
    """A drawing with gaps and its ground truth."""

    whole: Bytes
    """Ink before anything was erased."""
    ink: Bytes
    fills: Labels
    gaps: tuple[Path, ...]
    """Pixels of the middle of the line that were erased, ``(n, 2)``: y, x."""


def page(seed: int, size: int) -> Page:
    """Draw a character, determine its fills and erase gaps."""
    truth = sample(seed, size=size)
    whole = truth.lines
    single = [REGIONS.index(name) for name in ("cloth", "accessory", "background")]
    kind = truth.regions.astype(np.int32)
    kind = np.where(np.isin(truth.regions, single), 100 + truth.parts.astype(np.int32), kind)
    fills = np.zeros(kind.shape, np.int32)
    for value in np.unique(kind).tolist():
        _, parts = cv2.connectedComponents((kind == value).astype(np.uint8), connectivity=4)
        fills[parts > 0] = parts[parts > 0] + fills.max()
    # Parts drawn as solid ink have no fill of their own.
    area = np.bincount(fills.ravel())
    bare = np.bincount(fills.ravel(), weights=(whole < 128).ravel())
    solid = (bare < 0.3 * area) | (bare < 12)
    fills = grown(np.where(solid[fills] | (whole >= 128), 0, fills).astype(np.int32))
    source = np.random.default_rng(seed)
    ink, gaps = erased(whole, source)
    return Page(whole, ink, fills, gaps)


def erased(whole: Bytes, source: np.random.Generator) -> tuple[Bytes, tuple[Path, ...]]:
    """Erase 1 to 3 % of the length of lines, in gaps of 4 to 12 px."""
    from nijigen.imaging.line_art.skeleton import skeleton

    mask = whole >= 100
    thin = skeleton(mask)
    places = np.argwhere(thin)
    budget = source.uniform(0.01, 0.03) * len(places)
    gone = np.zeros(mask.shape, np.bool_)
    gaps = []
    for start in source.permutation(len(places)).tolist():
        if budget <= 0:
            break
        length = source.uniform(4, 12)
        path = [tuple(places[start].tolist())]
        along = 1.0
        while along < length:
            y, x = path[-1]
            beside = [
                (y + dy, x + dx)
                for dy, dx in ((0, 1), (1, 0), (0, -1), (-1, 0), (1, 1), (1, -1), (-1, 1), (-1, -1))
                if 0 <= y + dy < thin.shape[0] and 0 <= x + dx < thin.shape[1]
            ]
            ahead = [p for p in beside if thin[p] and p not in path]
            if not ahead:
                break
            along += float(np.hypot(ahead[0][0] - y, ahead[0][1] - x))
            path.append(ahead[0])
        if along < 4:
            continue
        gone[tuple(np.array(path).T)] = True
        gaps.append(np.array(path))
        budget -= along
    # Ink goes with the middle it is nearest to: a cut across the line, as an eraser makes.
    seeds = np.where(gone, 2, np.where(thin, 1, 0)).astype(np.int32)
    cut = (grown(seeds) == 2) & (cv2.distanceTransform((~thin).view(np.uint8), cv2.DIST_L2, 5) < 9)
    ink = np.where(cut, 0, whole).astype(np.uint8)
    return ink, tuple(gaps)
