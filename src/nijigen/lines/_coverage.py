"""Coverage by lines at the size of the picture, a band of rows at a time."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from nijigen.core.picture import Picture
from nijigen.core.run import Run
from nijigen.imaging.resize import resize
from nijigen.lines._blacks import solid_blacks
from nijigen.lines._network import DRAWN, GUIDES, KINDS, find_lines, working_size

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

BAND, FEWEST = 1 << 20, 64
"""Pixels that are computed at once, and the fewest rows, whose margins are work too."""
PALEST, SURE = 0.12, 0.4
"""Coverage below which nothing is drawn, and that every line reaches somewhere: else it is grain
of the paper or texture."""
FAINTEST, VISIBLE = 6, 12
"""Levels by which a line differs from its ground so that it counts, and that it counts in full:
the network finds lines in grain that nobody sees."""
MARGIN = 16
"""Rows around a band that its result depends on: half the widest line."""
REACH = 2
"""Radius of the windows in which lines at the working size follow the picture's gray."""
FLAT = 1e-4
"""Variance of gray below which a window has no edge that lines could follow."""


class Coverage:
    """Where the lines of a picture are.

    Found at the working size. A larger picture's own edges are followed where lines are scaled up,
    so that they are as sharp as it is (guided filter: He and Sun 2015, "Fast Guided Filter").

    Args:
        picture: Gray or RGB, 8 bits.
        detail: 0 to 1, see :func:`nijigen.lines._network.working_size`.
        blacks: Whether solid blacks are lines too, of the kind ``interior``.
        run: Receives progress and may stop it.
    """

    def __init__(self, picture: Picture, detail: float, run: Run, *, blacks: bool = False) -> None:
        self._picture = picture
        size = working_size(picture.size, detail)
        small = resize(picture, size, "box" if size[0] < picture.width else "bicubic").rgb().pixels
        self._found = _sure(_visible(find_lines(small, run), small))
        if blacks:
            solid = solid_blacks(small, together(self._found, DRAWN))
            self._found[solid, KINDS.index("interior")] = 255
        self._enlarges = size[0] < picture.width or size[1] < picture.height
        self._gray = _gray(small) if self._enlarges else np.empty((0, 0), np.float32)

    def bands(self) -> Iterator[tuple[slice, Bytes]]:
        """Yield rows of the picture and their coverage by each kind, ``(rows, W, 4)``.

        Rows reach ``MARGIN`` beyond each band, for what is done next; the slice is the band's.
        """
        height, width = self._picture.height, self._picture.width
        step = max(FEWEST, BAND // width)
        for start in range(0, height, step):
            band = slice(start, min(start + step, height))
            yield band, self._rows(band)

    def _rows(self, band: slice) -> Bytes:
        """Return the coverage of a band with its margins, repeated beyond the picture."""
        height, width = self._picture.height, self._picture.width
        rows = np.arange(band.start - MARGIN, band.stop + MARGIN).clip(0, height - 1)
        if not self._enlarges:
            planes = _scaled(self._found, self._places(rows), width)
        else:
            top, part = self._window(rows)
            slope, offset = _guided(self._gray[part], self._found[part])
            places = self._places(rows) - np.float32(top)
            gray = _gray(self._picture.pixels[rows])[:, :, None]
            planes = _scaled(slope, places, width) * gray + _scaled(offset, places, width)
            planes *= 255
        return (planes + np.float32(0.5)).clip(0, 255).astype(np.uint8)

    def _places(self, rows: NDArray[np.intp]) -> Floats:
        """Return where rows of the picture are in the working size."""
        scale = len(self._found) / self._picture.height
        return ((rows + 0.5) * scale - 0.5).astype(np.float32)

    def _window(self, rows: NDArray[np.intp]) -> tuple[int, slice]:
        """Return the rows at the working size that rows of the picture depend on."""
        places = self._places(rows)
        top = max(0, int(places[0]) - 2 * REACH - 1)
        return top, slice(top, int(places[-1]) + 2 * REACH + 3)


def together(planes: Bytes, kinds: tuple[str, ...]) -> Bytes:
    """Return the coverage by any of some kinds of lines, ``(H, W)``.

    Where two kinds are likely, a line is likelier than either.
    """
    left: Floats = np.ones(planes.shape[:2], np.float32)
    for kind in kinds:
        left *= 1 - planes[:, :, KINDS.index(kind)] / np.float32(255)
    return ((1 - left) * 255 + np.float32(0.5)).astype(np.uint8)


def _visible(found: Bytes, pixels: Bytes) -> Bytes:
    """Return the coverage where there is something to see."""
    import cv2

    window = np.ones((5, 5), np.uint8)
    reach = cv2.subtract(cv2.dilate(pixels, window), cv2.erode(pixels, window)).max(axis=2)
    levels = np.arange(256, dtype=np.float32)
    share = ((levels - FAINTEST) / (VISIBLE - FAINTEST)).clip(0, 1)
    return np.asarray(found * share[reach][:, :, None], np.uint8)


def _sure(found: Bytes) -> Bytes:
    """Return the coverage without lines that are pale from end to end."""
    import cv2

    kept = found.copy()
    for group in (DRAWN, GUIDES):
        whole = together(found, group)
        count, parts = cv2.connectedComponents((whole > 255 * PALEST).view(np.uint8))
        sure = np.zeros(count, np.bool_)
        sure[parts[whole >= 255 * SURE]] = True
        for kind in group:
            kept[~sure[parts], KINDS.index(kind)] = 0
    return kept


def _scaled(planes: NDArray[np.generic], rows: Floats, width: int) -> Floats:
    """Return rows of planes ``(h, w, 4)``, scaled to a width."""
    import cv2

    x = (np.arange(width, dtype=np.float32) + 0.5) * (planes.shape[1] / width) - 0.5
    shape = len(rows), width
    return np.asarray(
        cv2.remap(
            np.asarray(planes, np.float32),
            np.ascontiguousarray(np.broadcast_to(x.astype(np.float32), shape)),
            np.ascontiguousarray(np.broadcast_to(rows[:, None], shape)),
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        ),
        np.float32,
    )


def _gray(pixels: Bytes) -> Floats:
    """Return luma in 0..1."""
    if pixels.shape[2] == 1:
        return np.asarray(pixels[:, :, 0] / np.float32(255), np.float32)
    weights = np.array((0.299, 0.587, 0.114), np.float32) / np.float32(255)
    return np.asarray(pixels @ weights, np.float32)


def _guided(gray: Floats, found: Bytes) -> tuple[Floats, Floats]:
    """Return slope and offset of coverage as a function of gray, around every pixel."""
    average = _mean(gray)
    variance = _mean(gray * gray) - average * average
    slopes, offsets = [], []
    for kind in range(len(KINDS)):
        plane = found[:, :, kind].astype(np.float32) / np.float32(255)
        level = _mean(plane)
        joint = _mean(gray * plane) - average * level
        slope = np.asarray(joint / (variance + FLAT), np.float32)
        slopes.append(_mean(slope))
        offsets.append(_mean(level - slope * average))
    return np.dstack(slopes), np.dstack(offsets)


def _mean(plane: Floats) -> Floats:
    import cv2

    side = 2 * REACH + 1
    return np.asarray(cv2.blur(plane, (side, side), borderType=cv2.BORDER_REPLICATE), np.float32)
