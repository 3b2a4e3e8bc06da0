"""Ink: separate the lines of a drawing from its paper."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nijigen.core.picture import Picture
from nijigen.core.run import SILENT, Run
from nijigen.imaging.line_art.bands import bands
from nijigen.imaging.line_art.parts import Parts
from nijigen.imaging.memory import remembered

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

_BLOCKS = 48
"""Number of blocks along the longer side in which the paper color is measured."""
_FLOOR = 0.07
"""Ink below this is paper: grain, dirt and JPEG ringing around lines."""
_SURE = 0.3
"""Every stroke has a pixel darker than this; components without one are dirt."""
_PALEST = 0.18
"""Full ink of the palest pencil that is normalized to black."""
_CHROMA = 48
"""Minimum difference between the largest and smallest channel of a colored line."""
_ROWS = 512
"""Rows that are processed at once: floats of a 100 megapixel scan take gigabytes."""
_LABELED = 1 << 24
"""Pixels that are labeled at once."""
_FAR = 64
"""Distance in pixels from lines over which their color is extended."""


@dataclass(frozen=True, eq=False)
class LineArt:
    """The lines of a drawing.

    Attributes:
        ink: uint8 ``(H, W)``, 0 is paper, 255 is line.
        color: uint8 ``(H, W, 3)``, the line's own color, unmixed from the paper and extended over
            adjacent pixels.
        paper: Color of the paper.
    """

    ink: Bytes
    color: Bytes
    paper: tuple[int, int, int]


def line_art(picture: Picture, run: Run = SILENT) -> LineArt:
    """Return the lines of a drawing; cached.

    The paper may be white, gray, yellowed, unevenly lit, transparent, or darker than the lines;
    lines may be colored or pale. Grain, specks and JPEG artifacts are removed.
    """
    pixels = picture.reduced().pixels
    return remembered("line art", (pixels,), lambda: _separated(picture.reduced(), run))


def lines_of(ink: Bytes) -> NDArray[np.bool_]:
    """Return where lines are that bound an area, including faint ones on blank paper."""
    import cv2

    # At least about half of the peak ink within 2 px; less than 36 is tone.
    peak = cv2.dilate(ink, np.ones((5, 5), np.uint8))
    return np.asarray((ink >= 36) & (ink >= 0.45 * peak))


def without_guides(art: LineArt, guides: str) -> LineArt:
    """Return the lines without those of a colored pencil.

    Args:
        art: All lines.
        guides: ``blue``, ``red``, or ``colored`` for every hue; ``keep`` leaves all.
    """
    if guides == "keep":
        return art
    return remembered("guides", (art.ink, art.color, guides), lambda: _blackened(art, guides))


def _blackened(art: LineArt, guides: str) -> LineArt:
    import cv2

    hue = cv2.cvtColor(np.ascontiguousarray(art.color), cv2.COLOR_RGB2HSV)[:, :, 0]
    gone = np.ptp(art.color, axis=2) >= _CHROMA
    if guides == "blue":
        gone &= (hue >= 85) & (hue <= 135)
    elif guides == "red":
        gone &= (hue <= 15) | (hue >= 165)
    ink = _cleaned(np.where(gone, 0, art.ink).astype(np.uint8))
    return LineArt(ink, bled(art.color, ink), art.paper)


def _separated(picture: Picture, run: Run) -> LineArt:
    if drawn_in_alpha(picture):
        ink = picture.pixels[:, :, 3]
        ink = _cleaned(np.where(ink < 255 * _FLOOR, 0, ink).astype(np.uint8))
        return LineArt(ink, bled(picture.pixels[:, :, :3], ink), (255, 255, 255))
    # One channel is enough for gray and takes a third of the time.
    rgb = picture.pixels if picture.channels == 1 else picture.rgb().pixels
    inverted = dark_paper(rgb)
    if inverted:
        rgb = 255 - rgb
    light = _light(rgb)
    paper = np.median(light.reshape(-1, light.shape[2]), axis=0)
    share = _darkness(rgb, light)
    full = _full(share)
    ink = np.empty(share.shape, np.uint8)
    color = np.empty(rgb.shape, np.uint8)
    for top in range(0, len(rgb), _ROWS):
        run.progress(0.3 + 0.4 * top / len(rgb))
        band = slice(top, top + _ROWS)
        level = np.clip((share[band].astype(np.float32) / 255 / full - _FLOOR) / (1 - _FLOOR), 0, 1)
        ink[band] = np.rint(level * 255)
        ground = _spread(light, rgb.shape, band)
        # The color that, mixed with the paper at this opacity, gives the visible color.
        own = ground + (rgb[band] - ground) / np.maximum(level, 0.02)[:, :, None]
        color[band] = own.clip(0, 255)
    ink = _cleaned(ink)
    run.progress(0.8)
    color = np.broadcast_to(bled(color, ink), (*ink.shape, 3))
    if inverted:
        color, paper = 255 - color, 255 - paper
    red, green, blue = np.broadcast_to(np.rint(paper).clip(0, 255).astype(int), 3).tolist()
    return LineArt(ink, color, (red, green, blue))


def drawn_in_alpha(picture: Picture) -> bool:
    """Return whether the opaque parts are thin: only lines, without paper."""
    import cv2

    if picture.channels != 4:
        return False
    solid = (picture.pixels[:, :, 3] >= 128).view(np.uint8)
    total = cv2.countNonZero(solid)
    if total == solid.size:
        return False
    # Erosion leaves most of a cut-out figure, but little of lines.
    rim = max(1, round(max(solid.shape) / 150))
    kept = cv2.erode(solid, np.ones((2 * rim + 1, 2 * rim + 1), np.uint8))
    return bool(cv2.countNonZero(kept) <= 0.25 * total)


def dark_paper(rgb: Bytes) -> bool:
    """Return whether most of the page is dark: light lines on black."""
    step = max(1, max(rgb.shape[:2]) // 512)
    return bool(np.median(rgb[::step, ::step].max(axis=2)) < 100)


def _side(height: int, width: int) -> int:
    return max(4, round(max(height, width) / _BLOCKS))


def _light(rgb: Bytes) -> Floats:
    """Return the color of the paper in blocks, ``(h, w, 3)``, for unevenly lit scans.

    The brightest pixels of a block are paper; blocks without any (solid black) take the color of
    their neighbors.
    """
    import cv2

    height, width = rgb.shape[:2]
    side = _side(height, width)
    rows, columns = -(-height // side), -(-width // side)
    few = min(side, 12)
    places = np.linspace(0, side - 1, few).astype(int)
    y, x = (
        (np.arange(count)[:, None] * side + places).ravel().clip(0, length - 1)
        for count, length in ((rows, height), (columns, width))
    )
    taken = rgb[y[:, None], x[None]].reshape(rows, few, columns, few, -1).transpose(0, 2, 1, 3, 4)
    # Not the maximum: grain is brighter than paper as well.
    rank = few * few * 4 // 5
    part = np.partition(taken.reshape(rows, columns, few * few, -1), rank, axis=2)
    blocks = part[:, :, rank].astype(np.float32)
    luma = blocks.mean(axis=2)
    typical = float(np.percentile(luma, 90))
    weight = np.clip((luma / max(typical, 1) - 0.6) / 0.2, 0, 1)[:, :, None] + 1e-4
    smooth = blocks
    for _ in range(3):
        size = (0, 0)
        total = cv2.GaussianBlur(weight, size, 2.0)[:, :, None]
        smooth = cv2.GaussianBlur(blocks * weight, size, 2.0).reshape(blocks.shape) / total
        # A block darker than its neighbors is tone or dense lines, not shading of the paper.
        weight = weight * np.clip(1 + (luma - smooth.mean(axis=2)) / 20, 0.05, 1)[:, :, None]
    return smooth.astype(np.float32)


def _spread(light: Floats, shape: tuple[int, ...], band: slice) -> Floats:
    """Return the paper color for a band of rows, ``(rows, W, C)``, or one for the whole page."""
    import cv2

    height, width = shape[:2]
    if np.ptp(light, axis=(0, 1)).max() < 1:
        return light[:1, :1]
    side = _side(height, width)
    rows = np.arange(height, dtype=np.float32)[band]
    y = np.repeat(((rows + 0.5) / side - 0.5)[:, None], width, axis=1)
    x = np.repeat(((np.arange(width, dtype=np.float32) + 0.5) / side - 0.5)[None], len(y), axis=0)
    ground = cv2.remap(light, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(ground).reshape(len(y), width, -1)


def _darkness(rgb: Bytes, light: Floats) -> Bytes:
    """Return the minimum share of ink that explains the color of each pixel."""
    share = np.empty(rgb.shape[:2], np.uint8)
    for top in range(0, len(rgb), _ROWS):
        band = slice(top, top + _ROWS)
        ground = _spread(light, rgb.shape, band)
        missing = (1 - rgb[band] / np.maximum(ground, 1)).max(axis=2)
        share[band] = np.rint(missing.clip(0, 1) * 255)
    return share


def _full(share: Bytes) -> float:
    """Return the level that counts as full ink; for pencil it is less than black."""
    import cv2

    least = int(255 * max(_FLOOR, 0.1))
    counts = np.zeros(256, np.int64)
    for rows, own in bands(len(share), 2):
        # The center of strokes: as dark as anything within 2 px.
        part = share[rows]
        center = part == cv2.dilate(part, np.ones((5, 5), np.uint8))
        counts += np.bincount(part[own][center[own]], minlength=256)
    counts[: least + 1] = 0
    if counts.sum() < 20:
        return 1.0
    level = int(np.searchsorted(np.cumsum(counts), 0.8 * counts.sum()))
    return float(np.clip(level / 255, _PALEST, 1))


def _cleaned(ink: Bytes) -> Bytes:
    """Return ink without specks and without components that are pale throughout."""
    import cv2

    step = max(_ROWS, _LABELED // ink.shape[1])
    parts = Parts()
    result = np.zeros_like(ink)
    # Labels of a whole page would take four times its memory: they are found twice.
    for again in (False, True):
        for top in range(0, len(ink), step):
            band = ink[top : top + step]
            count, labels, stats, _ = cv2.connectedComponentsWithStats(
                (band > 0).view(np.uint8), connectivity=8
            )
            if again:
                kept = parts.kept(top, count, max(2, round(3e-6 * ink.size)))
                result[top : top + step] = np.where(kept[labels], band, 0)
            else:
                dark = np.zeros(count, np.bool_)
                dark[labels[band >= 255 * _SURE]] = True
                parts.add(top, labels, stats[:, cv2.CC_STAT_AREA].astype(np.int64), dark)
    return result


def bled(color: Bytes, ink: Bytes) -> Bytes:
    """Give each pixel the color of the nearest strong ink; the color of faint ink is noisy.

    Pixels that are far from any ink have any color.
    """
    result = np.zeros_like(color)
    for rows, own in bands(len(ink), _FAR):
        result[rows][own] = _nearest(color[rows], ink[rows])[own]
    return result


def _nearest(color: Bytes, ink: Bytes) -> Bytes:
    import cv2

    # The strongest ink within 1 px, or anything stronger than half.
    strong = (ink >= 128) | ((ink > 0) & (ink == cv2.dilate(ink, np.ones((3, 3), np.uint8))))
    if not strong.any():
        return np.zeros_like(color)
    nearest = cv2.distanceTransformWithLabels(
        (~strong).view(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL
    )[1]
    table = np.zeros((int(nearest.max()) + 1, color.shape[2]), np.uint8)
    table[nearest[strong]] = color[strong]
    return table[nearest]
