"""Our own detector: an anchor-free network proposes faces, and a second one verifies them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from nijigen.core.run import Run
from nijigen.faces._merging import NOTHING, Proposals, joined, merged
from nijigen.faces._page import Page
from nijigen.faces._settings import Asked
from nijigen.faces._values import MOST_FACES, Box, Face
from nijigen.faces._verifying import verified
from nijigen.models.session import open_session

MODEL = "faces-detect"
STRIDES = (8, 16, 32)
TILE = 640
"""Side of what the network sees at once."""
OVERLAP = 160
"""Pixels that two tiles share: what a face may measure to lie whole in one of them."""
WHOLE = 384
"""Longer side at which the page is seen whole: the detector was trained on squares of 256 pixels
and misses what is larger; 448 finds no more, and costs half as much again."""
SURE = 16
"""Side in pixels, as the network sees it, from which faces are found with certainty."""
LARGEST_STEP = OVERLAP / SURE
"""Between two scales: larger faces are whole in a tile of the coarser one, where they are SURE."""
LEAST_STEP = 1.7
"""A further scale that is less finer than this would cost several tiles and find next to nothing:
faces of 32 pixels on a page of 1280 measure nearly 10 in the whole."""
CANDIDATE = 0.02
"""Confidence from which what the detector proposes is verified: two proposals a page, among them
nearly all faces, some of which the detector alone ranks under what is none."""
ENLARGED = 2.0
"""Small pictures are enlarged up to this: their faces are small too, and it costs little."""
LARGE = 2048
"""Longer side of pages that are never enlarged."""
USUAL, LEAST = 32, 24
"""Sides in pixels of the smallest faces that are looked for where nobody wishes for others, and of
those that are told of all the same where they are seen: what is smaller may be a flower."""
HEAD = 0.5
"""Confidence from which a head is told of."""


@dataclass(frozen=True)
class _Tile:
    """A part of the scaled page, in its pixels, and which of its edges are not the page's."""

    left: int
    top: int
    width: int
    height: int
    cut: tuple[bool, bool, bool, bool]


def detect(page: Page, asked: Asked, run: Run) -> list[Face]:
    """Find faces at all scales that are asked for.

    Raises:
        ModelError: The weights are missing or corrupt.
    """
    proposed = proposals(page, asked.smallest, run.part(0, 0.9))
    seen = verified(page, proposed, run.part(0.9, 1))
    sure = merged(seen.of(seen.confidence >= asked.confidence))
    return list(_faces(sure, asked.smallest))[:MOST_FACES]


def proposals(page: Page, smallest: int | None, run: Run) -> Proposals:
    """Return what the detector proposes, each face once, the surest first.

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
    return merged(joined([NOTHING, *found]), nested=True)


def _scales(longer: int, smallest: int | None) -> list[float]:
    """Return the scales of the page, the coarsest first; in that all of it is seen at once."""
    first = min(WHOLE / longer, ENLARGED)
    # Without a wish: as small as a face on a page of manga may be, in bounded time on a scan.
    wanted = smallest or max(USUAL, longer / 200)
    # A large page is not enlarged, which would take four times its memory.
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
    """Return where tiles start: all whole, evenly spread, sharing at least the overlap."""
    if length <= TILE:
        return [0]
    count = -(-(length - OVERLAP) // (TILE - OVERLAP))
    return [round(index * (length - TILE) / (count - 1)) for index in range(count)]


def _is_empty(pixels: NDArray[np.uint8]) -> bool:
    """Return whether all is of one color: margins of scans, empty pages."""
    # Some pixels first: to compare all takes 4 ms for a tile, a twelfth of all its time.
    return all((some == pixels[0, 0]).all() for some in (pixels[::16, ::16], pixels))


def _padded(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Fill up with gray to multiples of the largest stride, as in training."""
    down, across = (-side % STRIDES[-1] for side in pixels.shape[:2])
    return np.pad(pixels, ((0, down), (0, across), (0, 0)), constant_values=128)


@lru_cache(maxsize=16)
def _centres(height: int, width: int) -> NDArray[np.float32]:
    """Return x and y of the middle of every cell, ``(A, 2)``."""
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
    # What an inner edge cuts off lies whole in the next tile, or in a coarser scale.
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
        # 0.8: who asks for 16 pixels wants what measures 15 by our box as well.
        if box.side < 0.8 * (smallest or LEAST):
            continue
        whole = found.head_confidence[n] >= HEAD and head.width > 0 and head.height > 0
        sure = round(min(max(float(found.confidence[n]), 0.0), 1.0), 4)
        yield Face(box=box, head=head if whole else None, confidence=sure)
