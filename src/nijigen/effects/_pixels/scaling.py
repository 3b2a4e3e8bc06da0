"""Enlarging pixel art by rules: Scale2x, Scale3x and xBR."""

from __future__ import annotations

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
    for turn in range(4):
        # The rules are those of the lower right corner; turning the picture gives the others.
        turned = np.rot90(image, turn)
        corner = np.rot90(result, turn)
        _xbr_corner(turned, corner)
    return np.asarray((result + 0.5).astype(np.uint8).reshape(2 * height, 2 * width, channels))


def _xbr_corner(image: Pixels, result: NDArray[np.float32]) -> None:
    """Blend the lower right quarter of each pixel, and its neighbors, in place."""
    code, luma = _edged(_code(image), 2), _edged(_perceived(image), 2)

    def at(x: int, y: int) -> tuple[NDArray[np.generic], Ints]:
        return _near(code, x, y, 2), np.asarray(_near(luma, x, y, 2))

    def far(one: tuple[NDArray[np.generic], Ints], other: tuple[NDArray[np.generic], Ints]) -> Ints:
        return np.asarray(np.abs(one[1] - other[1]).sum(axis=2))

    def alike(
        one: tuple[NDArray[np.generic], Ints], other: tuple[NDArray[np.generic], Ints]
    ) -> NDArray[np.bool_]:
        return far(one, other) < _ALIKE

    b, c, d, e, f = at(0, -1), at(1, -1), at(-1, 0), at(0, 0), at(1, 0)
    g, h, i = at(-1, 1), at(0, 1), at(1, 1)
    f4, i4, h5, i5 = at(2, 0), at(2, 1), at(0, 2), at(1, 2)
    along = far(e, c) + far(e, g) + far(i, h5) + far(i, f4) + 4 * far(h, f)
    across = far(h, d) + far(h, i5) + far(f, i4) + far(f, b) + 4 * far(e, i)
    edge = (e[0] != h[0]) & (e[0] != f[0]) & (along < across)
    edge &= (
        (~alike(f, b) & ~alike(h, d))
        | (alike(e, i) & ~alike(f, i4) & ~alike(h, i5))
        | alike(e, g)
        | alike(e, c)
    )
    flat, steep = far(f, g), far(h, c)
    shallow = edge & (2 * flat <= steep) & (e[0] != g[0]) & (d[0] != g[0])
    upright = edge & (flat >= 2 * steep) & (e[0] != c[0]) & (b[0] != c[0])
    wide = _edged(image, 2)
    closer = (far(e, f) <= far(e, h))[:, :, None]
    color = np.where(closer, _near(wide, 1, 0, 2), _near(wide, 0, 1, 2)).astype(np.float32)
    share = np.where(shallow & upright, 0.875, np.where(shallow | upright, 0.75, 0.5))
    _blend(result[1::2, 1::2], color, np.where(edge, share, 0))
    _blend(result[1::2, 0::2], color, np.where(shallow, 0.25, 0))
    _blend(result[0::2, 1::2], color, np.where(upright, 0.25, 0))


_ALIKE = 155
"""Difference in weighted YUV, in levels times 48, below which xBR takes colors for the same."""
_WEIGHTS = np.array(
    [[48 * 0.299, 48 * 0.587, 48 * 0.114], [-1.18, -2.32, 3.5], [3.0, -2.51, -0.49]]
)
_CHROMA = np.array([[1.0], [2.0], [2.0]])


def _perceived(image: Pixels) -> Ints:
    """Return luma and chroma so weighted that their differences add up; alpha weighs as luma."""
    color = image[:, :, :3] if image.shape[2] >= 3 else image[:, :, :1].repeat(3, axis=2)
    values = color @ (_WEIGHTS * _CHROMA).T
    if image.shape[2] == 4:
        values = np.concatenate([values, 48.0 * image[:, :, 3:]], axis=2)
    return np.asarray(values.astype(np.int32))


def _blend(
    target: NDArray[np.float32], color: NDArray[np.float32], share: NDArray[np.floating]
) -> None:
    weight = share.astype(np.float32)[:, :, None]
    if target.shape[2] == 4:
        # Colors weigh by their alpha, or what is transparent would darken the edge.
        old, new = target[:, :, 3:] * (1 - weight), color[:, :, 3:] * weight
        alpha = old + new
        mixed = target[:, :, :3] * old + color[:, :, :3] * new
        target[:, :, :3] = np.where(alpha > 0, mixed / np.maximum(alpha, 1e-6), target[:, :, :3])
        target[:, :, 3:] = alpha
        return
    target += (color - target) * weight
