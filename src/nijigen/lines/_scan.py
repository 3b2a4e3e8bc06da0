"""Scan: a page cut out along its edges, or turned upright."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nijigen.core.picture import Picture
from nijigen.core.run import Run
from nijigen.imaging.resize import resize

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

_SIDE = 1000
"""Longer side in pixels at which the page is looked for."""
_PAGE = (0.2, 0.97)
"""Share of a photograph that a page may fill."""
_TOUCHING = 0.7
"""Share of the edges of a photograph that a page may touch."""
_STRAIGHT = 0.93
"""Share of a page's outline that four straight edges hold."""
_ASKEW = 8.0
"""Degrees up to which a scan lies askew; more is meant."""
_LEAST = 0.2
"""Degrees below which it is straight."""
_LONG = 0.12
"""Share of the longer side from which a straight line may show how a scan lies."""
_RIM = 0.55
"""Brightness, as a share of the paper's, below which a row at the edge is the scanner's rim."""


def straightened(picture: Picture, run: Run) -> Picture:
    """Return the page of a photograph, or a scan that no longer lies askew.

    Reports what was done; a picture without a page or straight lines is returned as it is.
    """
    import cv2

    scale = min(1.0, _SIDE / max(picture.size))
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    if min(size) < 16:
        return picture
    gray = resize(picture.gray(), size, "box").pixels[:, :, 0]
    corners = _page(gray)
    if corners is not None:
        run.note("assumed", "the page was cut out along its edges")
        return _cut_out(picture, (corners + 0.5) / scale - 0.5)
    angle = _angle(gray)
    if abs(angle) >= _LEAST:
        run.note("assumed", f"the scan was turned by {angle:.1f}°")
        picture = _turned(picture, angle, gray)
        gray = np.asarray(
            cv2.resize(picture.gray().pixels[:, :, 0], size, interpolation=cv2.INTER_AREA), np.uint8
        )
    return _without_rim(picture, gray)


def _page(gray: Bytes) -> Floats | None:
    """Return the corners of a page that is brighter than what it lies on, ``(4, 2)``."""
    import cv2

    smooth = cv2.medianBlur(gray, 9)
    level, _ = cv2.threshold(smooth, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    bright = (smooth > level).astype(np.uint8)
    bright = cv2.morphologyEx(bright, cv2.MORPH_CLOSE, np.ones((15, 15), np.uint8))
    contours, _ = cv2.findContours(bright, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    rim = np.concatenate([bright[0], bright[-1], bright[:, 0], bright[:, -1]])
    if not _PAGE[0] < float(bright.mean()) < _PAGE[1] or float(rim.mean()) > _TOUCHING:
        return None
    outline = max(contours, key=cv2.contourArea)
    area = cv2.contourArea(outline)
    hull = cv2.convexHull(outline)
    corners = cv2.approxPolyDP(hull, 0.02 * cv2.arcLength(hull, True), True)[:, 0]
    if len(corners) != 4 or area == 0:
        return None
    if not _STRAIGHT < area / cv2.contourArea(corners) < 2 - _STRAIGHT:
        return None
    # A page is darker outside; a drawing with dark areas is not surrounded by them.
    inside = float(np.median(gray[bright > 0]))
    if float(np.median(gray[bright == 0])) > 0.75 * inside:
        return None
    return _in_order(corners.astype(np.float32))


def _in_order(corners: Floats) -> Floats:
    """Return corners clockwise from the upper left."""
    total, difference = corners.sum(axis=1), np.diff(corners, axis=1)[:, 0]
    order = [total.argmin(), difference.argmin(), total.argmax(), difference.argmax()]
    return corners[order]


def _cut_out(picture: Picture, corners: Floats) -> Picture:
    import cv2

    sides = np.hypot(*(np.roll(corners, -1, axis=0) - corners).T)
    width, height = (max(1, round(float(sides[n::2].mean()))) for n in (0, 1))
    goal = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32) - 0.5
    turn = cv2.getPerspectiveTransform(np.asarray(corners, np.float32), goal)
    pixels = cv2.warpPerspective(
        picture.pixels,
        turn,
        (width, height),
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return picture.with_pixels(pixels)


def _angle(gray: Bytes) -> float:
    """Return the degrees, counterclockwise, by which a scan must be turned; 0 if none show."""
    import cv2

    around = cv2.blur(gray, (25, 25))
    ink = ((around.astype(np.int16) - gray) > 16).astype(np.uint8)
    least = round(_LONG * max(gray.shape))
    found = cv2.HoughLinesP(ink, 1, np.pi / 1440, least, minLineLength=least, maxLineGap=6)
    if found is None:
        return 0.0
    x0, y0, x1, y1 = found[:, 0].astype(np.float64).T
    length = np.hypot(x1 - x0, y1 - y0)
    # From the nearer axis.
    degrees = (np.degrees(np.arctan2(y1 - y0, x1 - x0)) + 45) % 90 - 45
    near = np.abs(degrees) <= _ASKEW
    if length[near].sum() < 2 * max(gray.shape):
        return 0.0
    steps = np.arange(-_ASKEW, _ASKEW + 0.1, 0.1)
    held = [float(length[np.abs(degrees - step) <= 0.4].sum()) for step in steps]
    best = float(steps[int(np.argmax(held))])
    # Lines in many directions are the drawing's own.
    if max(held) < 0.6 * float(length.sum()):
        return 0.0
    same = np.abs(degrees - best) <= 0.4
    return float(np.average(degrees[same], weights=length[same]))


def _turned(picture: Picture, angle: float, gray: Bytes) -> Picture:
    """Return the picture turned on a canvas that holds all of it, with the color of the paper."""
    import cv2

    height, width = picture.height, picture.width
    turn = cv2.getRotationMatrix2D((width / 2 - 0.5, height / 2 - 0.5), angle, 1)
    cos, sin = abs(turn[0, 0]), abs(turn[0, 1])
    size = (round(width * cos + height * sin), round(width * sin + height * cos))
    turn[:, 2] += (size[0] - width) / 2, (size[1] - height) / 2
    step = max(1, max(height, width) // _SIDE)
    bright = picture.pixels[::step, ::step].reshape(-1, picture.channels)
    paper = np.percentile(bright, 75, axis=0).tolist()
    pixels = cv2.warpAffine(
        picture.pixels, turn, size, flags=cv2.INTER_LINEAR, borderValue=[*paper, 0, 0, 0][:4]
    )
    return picture.with_pixels(pixels)


def _without_rim(picture: Picture, gray: Bytes) -> Picture:
    """Return the picture without dark rows and columns at its edges."""
    paper = float(np.percentile(gray, 75))
    ends = []
    for axis, length in ((1, picture.height), (0, picture.width)):
        page = np.median(gray, axis=axis) > _RIM * paper
        if not page.any():
            return picture
        first, last = np.flatnonzero(page)[[0, -1]].tolist()
        scale = length / len(page)
        # One more, where it is half of each.
        start = round((first + 1) * scale) if first else 0
        stop = round(last * scale) if last < len(page) - 1 else length
        ends.append(slice(start, stop))
    rows, columns = ends
    height, width = rows.stop - rows.start, columns.stop - columns.start
    if (width, height) == picture.size:
        return picture
    # A page that is dark at half of its height or width is a dark drawing.
    if height < 0.5 * picture.height or width < 0.5 * picture.width:
        return picture
    return picture.with_pixels(picture.pixels[rows, columns])
