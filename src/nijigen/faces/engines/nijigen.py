"""Our own detector: an anchor-free network proposes faces, and a second one verifies them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from nijigen.core.run import Run
from nijigen.faces._merging import NOTHING, Proposals, concatenate, merge
from nijigen.faces._page import Page
from nijigen.faces._settings import Query
from nijigen.faces._values import MOST_FACES, Box, Face
from nijigen.faces._verifying import verify
from nijigen.models.session import open_session

MODEL = "faces-detect"
STRIDES = (8, 16, 32)
TILE = 640
"""Largest side of the network's input."""
OVERLAP = 160
"""Overlap of two tiles in pixels: the largest face guaranteed to be whole in one of them."""
WHOLE = 384
"""Longer side of the whole-page pass: the detector was trained on squares of 256 pixels and misses
larger faces; 448 finds no more and costs half as much again."""
SURE = 16
"""Side in network pixels from which faces are found reliably."""
LARGEST_STEP = OVERLAP / SURE
"""Largest ratio of two scales: bigger faces fit a tile of the coarser one and are SURE there."""
LEAST_STEP = 1.7
"""Smallest ratio of two scales: a closer one would cost several tiles and find almost nothing,
since faces of 32 pixels on a page of 1280 measure nearly 10 in the whole-page pass."""
CANDIDATE = 0.02
"""Confidence from which proposals are verified: two a page, including nearly all faces, some of
which the detector alone ranks below false positives."""
ENLARGED = 2.0
"""Small pictures are enlarged up to this factor: their faces are small too, and it costs little."""
LARGE = 2048
"""Longer side of pages that are never enlarged."""
USUAL, LEAST = 32, 24
"""By default, the side in pixels of the smallest faces that are searched for, and of the smallest
that are reported if seen: anything smaller may be a flower."""
HEAD = 0.5
"""Confidence from which a head is reported."""


@dataclass(frozen=True)
class _Tile:
    """A part of the scaled page, in its pixels, and which of its edges are inside the page."""

    left: int
    top: int
    width: int
    height: int
    cut: tuple[bool, bool, bool, bool]


def detect(page: Page, query: Query, run: Run) -> list[Face]:
    """Find faces at all scales that the query requires.

    Raises:
        ModelError: The weights are missing or corrupt.
    """
    proposed = proposals(page, query.smallest, run.part(0, 0.9))
    seen = verify(page, proposed, run.part(0.9, 1))
    sure = merge(seen.of(seen.confidence >= query.confidence))
    return list(_faces(sure, query.smallest))[:MOST_FACES]


def proposals(page: Page, smallest: int | None, run: Run) -> Proposals:
    """Return the detector's merged proposals, the most confident first.

    Raises:
        ModelError: The weights are missing or corrupt.
    """
    network = open_session(MODEL)
    sizes = [
        (scale, max(1, round(page.width * scale)), max(1, round(page.height * scale)))
        for scale in _scales(max(page.width, page.height), smallest)
    ]
    total = sum(len(_stops(width)) * len(_stops(height)) for _, width, height in sizes)
    found: list[Proposals] = []
    done = 0
    for scale, width, height in sizes:
        same = (width, height) == (page.width, page.height)
        scaled = page.pixels if same else page.resized(width, height)
        for tile in _tiles(width, height):
            run.progress(done / total)
            done += 1
            pixels = scaled[tile.top :, tile.left :][: tile.height, : tile.width]
            if _is_empty(pixels):
                continue
            batch = _padded(pixels).transpose(2, 0, 1)[None]
            output = network(np.multiply(batch, np.float32(1 / 255), order="C"))[0]
            found.append(_read(output, batch.shape[2:], tile, scale))
    run.progress(1)
    return merge(concatenate([NOTHING, *found]), nested=True)


def _scales(longer: int, smallest: int | None) -> list[float]:
    """Return the scales of the page, the coarsest first, at which the page fits one tile."""
    first = min(WHOLE / longer, ENLARGED)
    # By default as small as faces on a manga page get, in bounded time on a large scan.
    wanted = smallest or max(USUAL, longer / 200)
    # A large page is not enlarged: that would take four times its memory.
    last = min(SURE / wanted, ENLARGED if longer <= LARGE else 1.0)
    scales = [first]
    while scales[-1] * LEAST_STEP < last:
        scales.append(min(scales[-1] * LARGEST_STEP, last))
    return scales


def _tiles(width: int, height: int) -> Iterator[_Tile]:
    across, down = min(TILE, width), min(TILE, height)
    for top in _stops(height):
        for left in _stops(width):
            cut = (left > 0, top > 0, left + across < width, top + down < height)
            yield _Tile(left, top, across, down, cut)


def _stops(length: int) -> list[int]:
    """Return where tiles start: full-size, evenly spaced, with at least the overlap."""
    if length <= TILE:
        return [0]
    count = -(-(length - OVERLAP) // (TILE - OVERLAP))
    return [round(index * (length - TILE) / (count - 1)) for index in range(count)]


def _is_empty(pixels: NDArray[np.uint8]) -> bool:
    """Return whether all pixels have one color, as in scan margins and empty pages."""
    # A sample first: comparing all pixels takes 4 ms, a twelfth of a tile's time.
    return all((some == pixels[0, 0]).all() for some in (pixels[::16, ::16], pixels))


def _padded(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Pad with gray to multiples of the largest stride, as in training."""
    down, across = (-side % STRIDES[-1] for side in pixels.shape[:2])
    return np.pad(pixels, ((0, down), (0, across), (0, 0)), constant_values=128)


@lru_cache(maxsize=16)
def _centres(height: int, width: int) -> NDArray[np.float32]:
    """Return x and y of the center of every cell, ``(A, 2)``."""
    made = []
    for stride in STRIDES:
        rows, columns = np.mgrid[: height // stride, : width // stride]
        made.append((np.stack([columns, rows], 2).reshape(-1, 2) + 0.5) * stride)
    return np.concatenate(made).astype(np.float32)


def _read(
    output: NDArray[np.float32],
    size: tuple[int, ...],
    tile: _Tile,
    scale: float,
) -> Proposals:
    """Return the proposals of one tile, in pixels of the page."""
    kept = output[:, 0] >= CANDIDATE
    rows, centres = output[kept], _centres(size[0], size[1])[kept]
    outward = np.array([-1, -1, 1, 1], np.float32)
    places = np.concatenate([centres, centres], 1)
    boxes, heads = places + rows[:, 1:5] * outward, places + rows[:, 6:10] * outward
    middle = (boxes[:, :2] + boxes[:, 2:]) / 2
    inside = ((middle >= 0) & (middle <= (tile.width, tile.height))).all(1)
    area = ((boxes[:, 2:] - boxes[:, :2]) > 1).all(1)
    # A face cut off by an inner edge is whole in the next tile or at a coarser scale.
    beyond = np.concatenate([boxes[:, :2] < 1, boxes[:, 2:] > (tile.width - 1, tile.height - 1)], 1)
    chosen = inside & area & ~(beyond & np.array(tile.cut)).any(1)
    move = np.array([tile.left, tile.top] * 2, np.float32)
    return Proposals(rows[:, 0], (boxes + move) / scale, rows[:, 5], (heads + move) / scale).of(
        chosen
    )


def _faces(found: Proposals, smallest: int | None) -> Iterator[Face]:
    for n in range(len(found.confidence)):
        box = Box(*(round(float(v), 2) for v in found.boxes[n]))
        head = Box(*(round(float(v), 2) for v in found.heads[n]))
        # 0.8 is tolerance: a face of 16 pixels may measure 15 by our box.
        if box.side < 0.8 * (smallest or LEAST):
            continue
        whole = found.head_confidence[n] >= HEAD and head.width > 0 and head.height > 0
        sure = round(min(max(float(found.confidence[n]), 0.0), 1.0), 4)
        yield Face(box=box, head=head if whole else None, confidence=sure)
