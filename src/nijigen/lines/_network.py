"""The line network, run over tiles of a picture at its working size."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nijigen.core.run import Run
from nijigen.imaging.memory import remembered
from nijigen.models.session import Session, open_session

Bytes = NDArray[np.uint8]

MODEL = "lines-extract"
KINDS = ("contour", "interior", "shadow", "hatching")
"""Kinds of lines, in the order of the network's outputs."""
DRAWN, GUIDES = ("contour", "interior", "hatching"), ("shadow",)
"""Those that are drawn, and those that only guide colorists."""
LARGEST = 1.4
"""How much small pictures are enlarged, which separates lines that touch. At twice the size lines
are thicker than those that the network knows: F1 .85 instead of .96."""
TILE = 768
STEP = 16
"""Tiles start at multiples of this, and their sides are multiples: so is the network's pooling."""
BORDER = 11 * STEP
"""Pixels around a tile that its result depends on: the network sees 174 far. With fewer, seams."""
EDGE = STEP
"""Rows and columns that are replicated beyond the edges of the picture."""


@dataclass(frozen=True, eq=False)
class Found:
    """The share of every pixel that each kind of line covers, as 0 to 255: ``(H, W, K)``."""

    coverage: Bytes


def working_size(size: tuple[int, int], detail: float) -> tuple[int, int]:
    """Return the size at which a picture is looked at.

    The network knows lines of one to eight pixels, whatever the resolution of the picture.

    Args:
        size: Width and height of the picture.
        detail: 0 to 1: the longer side is 512 to 4096 pixels.
    """
    scale = min(512 * 8**detail / max(size), LARGEST)
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def find_lines(pixels: Bytes, run: Run, tile: int = TILE, model: str = MODEL) -> Bytes:
    """Return the share of every pixel that each kind of line covers, as 0 to 255; cached.

    Args:
        pixels: RGB, ``(H, W, 3)``.
        run: Receives progress and may stop between tiles.
        tile: Side of the tiles, a multiple of 16. The result does not depend on it.
        model: A network for lines, with the same layers as ``lines-extract``.

    Returns:
        uint8 ``(H, W, K)``, in the order of ``KINDS`` for ``lines-extract``; not to be changed.

    Raises:
        ModelError: The weights are missing or corrupt.
    """
    # Opened even if the result is known: what a picture was made with is recorded.
    network = open_session(model)
    inputs = pixels, tile, model, network.runtime
    return remembered(
        "lines", inputs, lambda: Found(run_network(network, pixels, run, tile))
    ).coverage


def run_network(network: Session, pixels: Bytes, run: Run, tile: int = TILE) -> Bytes:
    """Return what :func:`find_lines` does, not cached."""
    height, width = pixels.shape[:2]
    found = np.empty((0, 0, 0), np.uint8)
    places = list(itertools.product(range(0, height, tile), range(0, width, tile)))
    for done, (top, left) in enumerate(places):
        run.progress(done / len(places))
        box = np.s_[top : min(top + tile, height), left : min(left + tile, width)]
        part = _tile(network, pixels, (top, left), tile)
        if done == 0:
            found = np.empty((height, width, part.shape[2]), np.uint8)
        found[box] = part[: height - top, : width - left]
    run.progress(1)
    return found


def _tile(network: Session, pixels: Bytes, corner: tuple[int, int], tile: int) -> Bytes:
    rows, columns = (
        _reach(start, tile, length) for start, length in zip(corner, pixels.shape, strict=False)
    )
    height, width = pixels.shape[:2]
    source = pixels[rows.clip(0, height - 1)[:, None], columns.clip(0, width - 1)]
    batch = source.astype(np.float32).transpose(2, 0, 1)[None] / np.float32(255)
    coverage = network(np.ascontiguousarray(batch))[0]
    top, left = corner[0] - rows[0], corner[1] - columns[0]
    inner = coverage[:, top : top + tile, left : left + tile]
    levels: Bytes = (inner.clip(0, 1) * 255 + np.float32(0.5)).astype(np.uint8)
    return levels.transpose(1, 2, 0)


def _reach(start: int, tile: int, length: int) -> NDArray[np.intp]:
    """Return the rows or columns of a tile with its borders.

    They end where every tile would end, so that the network sees the same edge from all of them.
    """
    end = -(-(length + EDGE) // STEP) * STEP
    return np.arange(max(start - BORDER, -EDGE), min(start + tile + BORDER, end))
