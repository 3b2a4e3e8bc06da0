"""Thickness: lines made wider or narrower, in fractions of a pixel too."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from nijigen.core.alpha import bleed
from nijigen.core.picture import Picture
from nijigen.core.run import Run
from nijigen.imaging.line_art.ink import dark_paper, drawn_in_alpha
from nijigen.imaging.line_art.skeleton import skeleton
from nijigen.lines._suited import note_areas

Bytes = NDArray[np.uint8]
_BAND = 512
"""Rows at once."""
_BESIDE = 8
"""Pixels beyond the width that is taken off in which there is paper beside a line."""
_FAINT = 24
"""Ink above this is a line that may not vanish."""


def with_thickness(picture: Picture, by: float, run: Run) -> Picture:
    """Return line art whose lines are wider by some pixels, or narrower if ``by`` is negative.

    Half of it is on each side. Narrower lines keep their middle however thin they are.
    """
    if by == 0:
        return picture
    note_areas(picture, run)
    return _changed(picture, lambda ink: _applied(ink, by), abs(by), run)


def _changed(picture: Picture, change: Callable[[Bytes], Bytes], reach: float, run: Run) -> Picture:
    """Return the picture with its ink changed, band by band.

    Args:
        picture: Line art.
        change: Gets and returns planes ``(rows, W)`` where more is more ink.
        reach: Distance in pixels over which a pixel of the result depends on others.
        run: Receives progress.
    """
    in_alpha = drawn_in_alpha(picture)
    result = picture.pixels.copy()
    colors = bleed(picture).pixels if picture.channels == 4 else picture.pixels
    dark = not in_alpha and dark_paper(colors)
    if in_alpha:
        result[:, :, :3] = colors
        source, places = picture.pixels[:, :, 3:], [3]
    else:
        source, places = colors, list(range(colors.shape[2]))
    margin = 3 * _window(reach)
    for top in range(0, picture.height, _BAND):
        run.progress(top / picture.height)
        start = max(0, top - margin)
        part = source[start : top + _BAND + margin]
        inner = slice(top - start, top - start + min(_BAND, picture.height - top))
        for channel, place in enumerate(places):
            plane = np.ascontiguousarray(part[:, :, channel])
            ink = plane if in_alpha or dark else 255 - plane
            changed = change(ink)[inner]
            result[top : top + _BAND, :, place] = changed if in_alpha or dark else 255 - changed
    return picture.with_pixels(result)


def _applied(ink: Bytes, by: float) -> Bytes:
    if by > 0:
        return thickened(ink, by)
    import cv2

    # Above the paper beside it: the middle of the page may be black, or in shadow. Of what is
    # wider than this window only a rim is left, whose middle stays anyway.
    side = 2 * _window(by) + 1
    level = cv2.subtract(ink, cv2.erode(ink, np.ones((side, side), np.uint8)))
    middle = skeleton(level > _FAINT, rounds=_window(by))
    return np.maximum(thickened(ink, by), np.where(middle, ink, 0)).astype(np.uint8)


def _window(by: float) -> int:
    """Return how many pixels beside a line its paper is searched."""
    return int(abs(by)) + _BESIDE


def thickened(ink: Bytes, by: float) -> Bytes:
    """Return a plane of ink whose lines are wider by some pixels, half of it on each side."""
    import cv2

    if by == 0:
        return ink
    whole, rest = divmod(abs(by) / 2, 1)
    less = _with_disk(ink, int(whole), wider=by > 0)
    if rest == 0:
        return less
    more = _with_disk(ink, int(whole) + 1, wider=by > 0)
    return np.asarray(cv2.addWeighted(less, 1 - rest, more, rest, 0), np.uint8)


def _with_disk(ink: Bytes, radius: int, *, wider: bool) -> Bytes:
    import cv2

    if radius == 0:
        return ink
    disk = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
    return np.asarray(cv2.dilate(ink, disk) if wider else cv2.erode(ink, disk), np.uint8)
