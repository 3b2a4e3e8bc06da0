"""Page: paper with its grain, graphite on it, smudges, and the light of a photograph."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from nijigen.lines._pencil.strokes import Floats

Paper = Literal["white", "gray", "cream", "ruled", "squared", "black"]
_TILE = 512
_COLORS: dict[Paper, tuple[int, int, int]] = {
    "white": (252, 252, 252),
    "gray": (226, 226, 224),
    "cream": (246, 238, 216),
    "ruled": (248, 248, 246),
    "squared": (248, 248, 246),
    "black": (26, 26, 28),
}
Color = tuple[float, float, float]


@dataclass(frozen=True)
class Sheet:
    """A sheet of paper and how it was treated.

    Attributes:
        paper: Its kind.
        grain: How rough it is, 0 to 1.
        smudges: How much graphite was wiped over it, 0 to 1.
        shadow: Depth of shadows across it, as in a photograph, 0 to 1.
        cell: Distance of the lines on ruled and squared paper, in pixels.
    """

    paper: Paper
    grain: float
    smudges: float
    shadow: float
    cell: float


def on_paper(
    layers: Sequence[tuple[Floats, Color]], sheet: Sheet, rng: np.random.Generator
) -> NDArray[np.uint8]:
    """Return the page, uint8 RGB ``(H, W, 3)``.

    Args:
        layers: Graphite ``(H, W)`` in 0..1 with the color of its pencil, the lowest first.
        sheet: The paper.
        rng: Random generator.
    """
    size = layers[0][0].shape
    tooth = _noise(size, "tooth", rng)
    page = np.empty((*size, 3), np.float32)
    page[:] = _COLORS[sheet.paper]
    if sheet.grain:
        rough = _noise(size, "fiber", rng) * 0.3 + tooth * 0.7
        page += (rough * (sheet.grain * 5))[:, :, None]
    if sheet.paper in ("ruled", "squared"):
        page = _ruled(page, sheet, rng)
    for graphite, color in layers:
        if sheet.smudges:
            graphite = _smudged(graphite, sheet.smudges, rng)
        # Light strokes only touch the tops of the grain.
        held = graphite * (1 + 0.5 * sheet.grain * tooth * (1 - 0.6 * graphite))
        tone = np.array(color, np.float32)
        if sheet.paper == "black":
            tone = 255 - tone
        page += (tone - page) * held.clip(0, 1)[:, :, None]
    if sheet.shadow:
        page *= _light(size, sheet.shadow, rng)
    return (page + np.float32(0.5)).clip(0, 255).astype(np.uint8)


def _smudged(graphite: Floats, amount: float, rng: np.random.Generator) -> Floats:
    """Return graphite that a hand went over: blurred along one way, in places."""
    import cv2

    reach = max(3, round(max(graphite.shape) * float(rng.uniform(0.02, 0.07))) | 1)
    kernel = np.zeros((reach, reach), np.float32)
    angle = rng.uniform(0, np.pi)
    along = np.array([np.cos(angle), np.sin(angle)]) * reach / 2
    middle = np.array([reach // 2, reach // 2])
    ends = [tuple((middle + sign * along).astype(int).tolist()) for sign in (-1, 1)]
    cv2.line(kernel, ends[0], ends[1], 1.0, max(1, reach // 4))
    wiped = cv2.filter2D(graphite, -1, kernel / kernel.sum())
    places = (_noise(graphite.shape, "cloud", rng) * 0.8 + 0.2).clip(0, 1)
    hand = (_noise(graphite.shape, "cloud", rng) - 0.9).clip(0, 1) * 0.16
    total: Floats = np.maximum(graphite, (wiped * 0.55 + hand) * places * np.float32(amount))
    return total


def _ruled(page: Floats, sheet: Sheet, rng: np.random.Generator) -> Floats:
    """Return a page with printed lines."""
    tone = np.array((168, 186, 214) if rng.random() < 0.7 else (190, 190, 190), np.float32)
    for axis in (0, 1) if sheet.paper == "squared" else (0,):
        places = np.arange(page.shape[axis], dtype=np.float32)
        line = (1 - np.abs((places - rng.uniform(0, sheet.cell)) % sheet.cell)).clip(0, 1)
        line = line[:, None, None] if axis == 0 else line[None, :, None]
        page = page + (tone - page) * (line * np.float32(rng.uniform(0.5, 0.9)))
    return page


def _light(size: tuple[int, ...], depth: float, rng: np.random.Generator) -> Floats:
    """Return the light on a photographed page ``(H, W, 1)``: falling off, with a soft shadow."""
    height, width = size
    x = np.linspace(-1, 1, width, dtype=np.float32)[None]
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    angle = rng.uniform(0, 2 * np.pi)
    along = np.float32(np.cos(angle)) * x + np.float32(np.sin(angle)) * y
    light = 1 - np.float32(0.3 * depth) * (along + 1) / 2
    if rng.random() < 0.7:
        angle += rng.uniform(-1, 1)
        along = np.float32(np.cos(angle)) * x + np.float32(np.sin(angle)) * y
        bent = along + np.float32(rng.uniform(-0.3, 0.3)) * (x * x + y * y)
        edge = (bent - np.float32(rng.uniform(-0.6, 0.6))) / np.float32(rng.uniform(0.05, 0.5))
        light = light * (1 - np.float32(0.5 * depth) / (1 + np.exp(-4 * edge.clip(-4, 4))))
    return np.asarray(light[:, :, None], np.float32)


def _noise(size: tuple[int, ...], kind: str, rng: np.random.Generator) -> Floats:
    """Return noise of mean 0 and deviation 1, ``(H, W)``, from a tile at a random place."""
    import cv2

    tile = _tile(kind)
    height, width = size
    if kind == "cloud":
        # Clouds have the size of the picture, whatever that is.
        side = int(rng.integers(_TILE // 3, _TILE // 2))
        top, left = rng.integers(0, _TILE - side, 2).tolist()
        part = tile[top : top + side, left : left + side]
        return np.asarray(cv2.resize(part, (width, height)), np.float32)
    top, left = rng.integers(0, _TILE, 2).tolist()
    rows = (np.arange(height) + top) % _TILE
    columns = (np.arange(width) + left) % _TILE
    return np.asarray(tile[rows[:, None], columns[None]])


@lru_cache(maxsize=3)
def _tile(kind: str) -> Floats:
    """Return a tile of noise without seams."""
    import cv2

    rng = np.random.default_rng(5)
    wide = {"tooth": 0.8, "fiber": 2.2, "cloud": 40.0}[kind]
    edge = min(_TILE, int(4 * wide) + 2)
    tile = np.pad(rng.normal(0, 1, (_TILE, _TILE)).astype(np.float32), edge, mode="wrap")
    tile = cv2.GaussianBlur(tile, (0, 0), wide)[edge:-edge, edge:-edge]
    return np.asarray((tile - tile.mean()) / tile.std(), np.float32)
