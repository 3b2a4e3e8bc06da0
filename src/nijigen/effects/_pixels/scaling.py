"""Enlarging pixel art by rules: Scale2x, Scale3x and xBR."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Ints = NDArray[np.int32]


def _code(image: Pixels) -> NDArray[np.uint32]:
    """Return one number for each color, so that colors compare at once."""
    code = np.zeros(image.shape[:2], np.uint32)
    for channel in range(image.shape[2]):
        code = (code << np.uint32(8)) | image[:, :, channel]
    return code


def _near(padded: NDArray[np.generic], x: int, y: int, reach: int) -> NDArray[np.generic]:
    height, width = padded.shape[0] - 2 * reach, padded.shape[1] - 2 * reach
    return padded[reach + y : reach + y + height, reach + x : reach + x + width]


def _edged(image: NDArray[np.generic], reach: int) -> NDArray[np.generic]:
    return np.pad(image, [(reach, reach), (reach, reach), (0, 0)][: image.ndim], mode="edge")


def scale2x(image: Pixels) -> Pixels:
    """Return the picture twice as large: diagonals become smooth, no new colors.

    Source: A. Mazzoleni, Scale2x (AdvanceMAME), 2001.
    """
    wide, code = _edged(image, 1), _edged(_code(image), 1)
    up, left, right, down = ((0, -1), (-1, 0), (1, 0), (0, 1))
    b, d, f, h = (_near(code, *way, 1) for way in (up, left, right, down))
    differ = (b != h) & (d != f)
    height, width = image.shape[:2]
    result = np.empty((2 * height, 2 * width, image.shape[2]), np.uint8)
    corners = ((0, 0, d == b, left), (0, 1, b == f, right), (1, 0, d == h, left))
    for row, column, equal, way in (*corners, (1, 1, h == f, right)):
        part = np.where((differ & equal)[:, :, None], _near(wide, *way, 1), image)
        result[row::2, column::2] = part
    return result


def scale3x(image: Pixels) -> Pixels:
    """Return the picture three times as large, by the same idea."""
    wide, code = _edged(image, 1), _edged(_code(image), 1)

    def at(x: int, y: int) -> NDArray[np.generic]:
        return _near(code, x, y, 1)

    a, b, c, d, e = at(-1, -1), at(0, -1), at(1, -1), at(-1, 0), at(0, 0)
    f, g, h, i = at(1, 0), at(-1, 1), at(0, 1), at(1, 1)
    differ = (b != h) & (d != f)
    upper, lower = _near(wide, 0, -1, 1), _near(wide, 0, 1, 1)
    left, right = _near(wide, -1, 0, 1), _near(wide, 1, 0, 1)
    height, width = image.shape[:2]
    result = image.repeat(3, axis=0).repeat(3, axis=1)
    rules = (
        (0, 0, d == b, left),
        (0, 1, ((d == b) & (e != c)) | ((b == f) & (e != a)), upper),
        (0, 2, b == f, right),
        (1, 0, ((d == b) & (e != g)) | ((d == h) & (e != a)), left),
        (1, 2, ((b == f) & (e != i)) | ((h == f) & (e != c)), right),
        (2, 0, d == h, left),
        (2, 1, ((d == h) & (e != i)) | ((h == f) & (e != g)), lower),
        (2, 2, h == f, right),
    )
    for row, column, rule, other in rules:
        result[row::3, column::3] = np.where((differ & rule)[:, :, None], other, image)
    return result.reshape(3 * height, 3 * width, image.shape[2])


def xbr2x(image: Pixels) -> Pixels:
    """Return the picture twice as large: edges of any slope become smooth, colors blend along them.

    Source: Hyllian, xBR, 2011: level 2 with slopes of 1:1, 1:2 and 2:1.
    """
    height, width, channels = image.shape
    result = image.repeat(2, axis=0).repeat(2, axis=1).astype(np.float32)
    code, apart = _edged(_code(image), _REACH), _Apart(image)
    for turn in range(4):
        # The rules are those of the lower right corner; turning the picture gives the others.
        turned = [np.rot90(one, turn) for one in (image, code, result)]
        _xbr_corner(turned[0], turned[1], partial(apart.turned, turn), turned[2])
    return np.asarray((result + 0.5).astype(np.uint8).reshape(2 * height, 2 * width, channels))


def _xbr_corner(
    image: Pixels,
    code: NDArray[np.generic],
    apart: Callable[[int, int], Ints],
    result: NDArray[np.float32],
) -> None:
    """Blend the lower right quarter of each pixel, and its neighbors, in place.

    Args:
        image: The pixels.
        code: Their numbers, with two more at each border.
        apart: How much each differs from the one so many columns and rows further, the same.
        result: The picture twice as large.
    """

    def at(x: int, y: int) -> NDArray[np.generic]:
        return _near(code, x, y, _REACH)

    def of(x: int, y: int, differences: Ints) -> Ints:
        return np.asarray(_near(differences, x, y, _REACH))

    up_right, down_right = apart(1, -1), apart(1, 1)
    e, f, h = at(0, 0), at(1, 0), at(0, 1)
    ec, ge = of(0, 0, up_right), of(-1, 1, up_right)
    fb, hd = of(0, -1, down_right), of(-1, 0, down_right)
    ei, fi4, hi5 = of(0, 0, down_right), of(1, 0, down_right), of(0, 1, down_right)
    along = ec + ge + of(0, 2, up_right) + of(1, 1, up_right) + 4 * of(0, 1, up_right)
    across = hd + hi5 + fi4 + fb + 4 * ei
    edge = (e != h) & (e != f) & (along < across)
    edge &= (
        ((fb >= _ALIKE) & (hd >= _ALIKE))
        | ((ei < _ALIKE) & (fi4 >= _ALIKE) & (hi5 >= _ALIKE))
        | (ge < _ALIKE)
        | (ec < _ALIKE)
    )
    row, column = np.nonzero(edge)
    height, width = image.shape[:2]

    def there(values: NDArray[np.generic]) -> NDArray[Any]:
        return np.asarray(values[row, column])

    flat, steep = there(of(-1, 1, apart(2, -1))), there(of(0, 1, apart(1, -2)))
    e, g, c = there(e), there(at(-1, 1)), there(at(1, -1))
    shallow = (2 * flat <= steep) & (e != g) & (there(at(-1, 0)) != g)
    upright = (flat >= 2 * steep) & (e != c) & (there(at(0, -1)) != c)
    closer = there(of(0, 0, apart(1, 0))) <= there(of(0, 0, apart(0, 1)))
    # Edges that leave the picture continue as its border.
    color = image[np.minimum(row + ~closer, height - 1), np.minimum(column + closer, width - 1)]
    share = np.where(shallow & upright, 0.875, np.where(shallow | upright, 0.75, 0.5))
    _blend(result[1::2, 1::2], (row, column), color, share)
    for some, target in ((shallow, result[1::2, 0::2]), (upright, result[0::2, 1::2])):
        _blend(target, (row[some], column[some]), color[some], np.full(some.sum(), 0.25))


_REACH = 2
"""Pixels beside a pixel that the rules look at."""


class _Apart:
    """How much pixels differ from those some columns and rows further.

    Turned pictures need the same differences in other directions.
    """

    def __init__(self, image: Pixels) -> None:
        self._planes = [_edged(plane, _REACH) for plane in _perceived(image)]
        self._known: dict[tuple[int, int], Ints] = {}

    def turned(self, turn: int, x: int, y: int) -> Ints:
        """Return the differences within the turned picture, with two more at each border."""
        for _ in range(turn):
            x, y = -y, x
        if (x, y) not in self._known:
            self._known[x, y] = self._of(x, y)
        return np.rot90(self._known[x, y], turn)

    def _of(self, x: int, y: int) -> Ints:
        # What comes in again from the other side is never looked at.
        if (-x, -y) in self._known:
            return np.roll(self._known[-x, -y], (-y, -x), (0, 1))
        total: Ints = np.zeros(self._planes[0].shape, np.int32)
        for plane in self._planes:
            apart = np.roll(plane, (-y, -x), (0, 1))
            apart -= plane
            total += np.abs(apart, out=apart)
        return total


_ALIKE = 155
"""Difference in weighted YUV, in levels times 48, below which xBR takes colors for the same."""
_WEIGHTS = np.array(
    [[48 * 0.299, 48 * 0.587, 48 * 0.114], [-1.18, -2.32, 3.5], [3.0, -2.51, -0.49]]
)
_CHROMA = np.array([[1.0], [2.0], [2.0]])


def _perceived(image: Pixels) -> list[Ints]:
    """Return luma and chroma so weighted that their differences add up; alpha weighs as luma."""
    color = image[:, :, :3] if image.shape[2] >= 3 else image[:, :, :1].repeat(3, axis=2)
    values = (color @ (_WEIGHTS * _CHROMA).T).astype(np.int32)
    planes = [np.ascontiguousarray(values[:, :, number]) for number in range(3)]
    if image.shape[2] == 4:
        planes.append(48 * image[:, :, 3].astype(np.int32))
    return planes


def _blend(
    target: NDArray[np.float32],
    at: tuple[NDArray[np.intp], NDArray[np.intp]],
    color: Pixels,
    share: NDArray[np.floating],
) -> None:
    """Mix colors into some pixels, in place."""
    weight = share.astype(np.float32)[:, None]
    old, new = target[at], color.astype(np.float32)
    if target.shape[2] == 4:
        # Colors weigh by their alpha, or what is transparent would darken the edge.
        below, above = old[:, 3:] * (1 - weight), new[:, 3:] * weight
        alpha = below + above
        mixed = old[:, :3] * below + new[:, :3] * above
        color_of = np.where(alpha > 0, mixed / np.maximum(alpha, 1e-6), old[:, :3])
        target[at] = np.concatenate([color_of, alpha], axis=1)
        return
    target[at] = old + (new - old) * weight
