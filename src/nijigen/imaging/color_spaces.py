"""Color spaces: linear light, CIE Lab and LCh, OKLab, and the difference CIEDE2000.

Channels are the last axis, after any number of others. Bytes range from 0 to 255, floats from 0 to
1. Results are float32, or float64 for float64 input; 1 megapixel takes about 0.1 s.

Source: sRGB from IEC 61966-2-1; Lab and LCh from CIE 15:2004; OKLab from B. Ottosson, "A
perceptual color space for image processing" (2020); CIEDE2000 from G. Sharma, W. Wu, E. Dalal,
"The CIEDE2000 color-difference formula" (2005); D50 matrix from B. Lindbloom, "RGB/XYZ Matrices".
"""

from __future__ import annotations

import functools
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Floats = NDArray[np.floating[Any]]

# Linear sRGB to XYZ, white D65; rows are X, Y, Z.
_XYZ = np.array(
    [
        [0.4123907993, 0.3575843394, 0.1804807884],
        [0.2126390059, 0.7151686788, 0.0721923154],
        [0.0193308187, 0.1191947798, 0.9505321522],
    ]
)
# Each row divided by its sum: white becomes 1, 1, 1, so that no gray gets a cast.
_WHITE = _XYZ.sum(axis=1)
_TO_XYZ = _XYZ / _WHITE[:, None]
_FROM_XYZ = np.linalg.inv(_TO_XYZ)
_KNEE = 6 / 29

SRGB_TO_XYZ_D50 = np.array(
    [
        [0.4360747, 0.3850649, 0.1430804],
        [0.2225045, 0.7168786, 0.0606169],
        [0.0139322, 0.0971045, 0.7141733],
    ]
)
"""Linear sRGB to XYZ of white D50, Bradford-adapted: the connection space of ICC profiles."""
_FROM_XYZ_D50 = np.linalg.inv(SRGB_TO_XYZ_D50 / SRGB_TO_XYZ_D50.sum(axis=1)[:, None])

# Linear sRGB to the responses of the three cones, and their cube roots to OKLab.
_TO_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_OKLAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
_FROM_CONES, _FROM_OKLAB = np.linalg.inv(_TO_CONES), np.linalg.inv(_TO_OKLAB)


def to_linear(code: Floats) -> Floats:
    """Convert sRGB values from 0 to 1 to linear light."""
    low = code <= 0.04045
    return np.where(low, code / 12.92, ((np.maximum(code, 0) + 0.055) / 1.055) ** 2.4)


def to_code(light: Floats) -> Floats:
    """Convert linear light from 0 to 1 to sRGB values."""
    low = light <= 0.0031308
    return np.where(low, light * 12.92, 1.055 * np.maximum(light, 0) ** (1 / 2.4) - 0.055)


@functools.cache
def _levels() -> NDArray[np.float32]:
    return to_linear(np.arange(256) / 255).astype(np.float32)


def _light(colors: Array) -> Floats:
    """Return the linear light of bytes or floats."""
    if colors.dtype == np.uint8:
        return _levels().take(colors)
    return to_linear(_floats(colors))


def _floats(values: Array) -> Floats:
    return values if values.dtype == np.float64 else values.astype(np.float32, copy=False)


def _through(matrix: NDArray[np.float64], values: Floats) -> Floats:
    return values @ matrix.T.astype(values.dtype)


def lab(colors: Array) -> Floats:
    """Return CIE Lab of sRGB colors ``(…, 3)``: L 0 to 100, white D65."""
    xyz = _through(_TO_XYZ, _light(colors))
    root = np.where(xyz > _KNEE**3, np.cbrt(xyz), xyz / (3 * _KNEE**2) + 4 / 29)
    x, y, z = root[..., 0], root[..., 1], root[..., 2]
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


def from_lab(values: Array, white: Literal["D65", "D50"] = "D65") -> Floats:
    """Return sRGB colors, 0 to 1, of CIE Lab ``(…, 3)``; beyond that range if out of gamut.

    Args:
        values: L 0 to 100, a and b.
        white: The reference white; print and all Adobe files use D50, adapted here by Bradford.
    """
    values = _floats(values)
    y = (values[..., 0] + 16) / 116
    root = np.stack([y + values[..., 1] / 500, y, y - values[..., 2] / 200], axis=-1)
    xyz = np.where(root > _KNEE, root**3, 3 * _KNEE**2 * (root - 4 / 29))
    return to_code(_through(_FROM_XYZ if white == "D65" else _FROM_XYZ_D50, xyz))


def oklab(colors: Array) -> Floats:
    """Return OKLab of sRGB colors ``(…, 3)``: L 0 to 1, a and b about -0.4 to 0.4."""
    return _through(_TO_OKLAB, np.cbrt(_through(_TO_CONES, _light(colors))))


def from_oklab(values: Array) -> Floats:
    """Return sRGB colors, 0 to 1, of OKLab ``(…, 3)``; beyond that range if out of gamut."""
    return to_code(_through(_FROM_CONES, _through(_FROM_OKLAB, _floats(values)) ** 3))


def perceived(values: Array) -> Floats:
    """Return OKLab ``(…, 3)`` with distances that are as large as differences look.

    OKLab is even in each of its directions, but not between them: pale skin is as far from a
    slightly darker white as from its own color. So chroma is spread near gray, as other measures of
    difference do (CIE94, CIEDE2000).
    """
    values = _floats(values)
    chroma = np.hypot(values[..., 1], values[..., 2])
    factor = _NEAR_GRAY / (1 + _VIVID * chroma)
    return values * np.stack([np.ones_like(factor), factor, factor], axis=-1)


def from_perceived(values: Array) -> Floats:
    """Return OKLab of what :func:`perceived` returns."""
    values = _floats(values)
    chroma = np.hypot(values[..., 1], values[..., 2])
    factor = 1 / np.maximum(_NEAR_GRAY - _VIVID * chroma, 1e-3)
    return values * np.stack([np.ones_like(factor), factor, factor], axis=-1)


_NEAR_GRAY, _VIVID = 2.5, 3.0
"""How much chroma counts beside lightness near gray, and how fast less of vivid colors."""


def lch(values: Array) -> Floats:
    """Return lightness, chroma and hue (degrees, 0 to 360) of Lab or OKLab ``(…, 3)``."""
    values = _floats(values)
    a, b = values[..., 1], values[..., 2]
    hue = np.degrees(np.arctan2(b, a)) % 360
    return np.stack([values[..., 0], np.hypot(a, b), hue], axis=-1)


def from_lch(values: Array) -> Floats:
    """Return Lab or OKLab of lightness, chroma and hue in degrees ``(…, 3)``."""
    values = _floats(values)
    turn, chroma = np.radians(values[..., 2]), values[..., 1]
    return np.stack([values[..., 0], chroma * np.cos(turn), chroma * np.sin(turn)], axis=-1)


def to_bytes(colors: Array) -> NDArray[np.uint8]:
    """Round colors from 0 to 1 to bytes; values outside are clipped."""
    return (np.clip(colors, 0, 1) * 255 + 0.5).astype(np.uint8)


def delta_e2000(first: Array, second: Array) -> Floats:
    """Return the CIEDE2000 difference of Lab colors ``(…, 3)``; shapes are broadcast.

    1 is about the smallest difference that a trained eye sees side by side.
    """
    first, second = _floats(first), _floats(second)
    mean_c7 = ((_chroma(first) + _chroma(second)) / 2) ** 7
    # Grays are stretched along a, where the eye is most sensitive.
    stretch = 1.5 - 0.5 * np.sqrt(mean_c7 / (mean_c7 + 25.0**7))
    a1, a2 = first[..., 1] * stretch, second[..., 1] * stretch
    c1, c2 = np.hypot(a1, first[..., 2]), np.hypot(a2, second[..., 2])
    h1 = np.degrees(np.arctan2(first[..., 2], a1)) % 360
    h2 = np.degrees(np.arctan2(second[..., 2], a2)) % 360
    colored = (c1 * c2) > 0
    turn = np.where(colored, (h2 - h1 + 180) % 360 - 180, 0)
    # Opposite hues: +180 as in the paper; the sign only meets the rotation term.
    turn = np.where((turn == -180) & (h2 > h1), 180, turn)
    far = np.abs(h1 - h2) > 180
    mean_h = (h1 + h2) / 2 + far * np.where(h1 + h2 < 360, 180, -180).astype(h1.dtype)
    mean_h = np.where(colored, mean_h, h1 + h2)
    d_l, d_c = second[..., 0] - first[..., 0], c2 - c1
    d_h = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn / 2))
    mean_l, mean_c = (first[..., 0] + second[..., 0]) / 2, (c1 + c2) / 2
    hue_weight = (
        1
        - 0.17 * np.cos(np.radians(mean_h - 30))
        + 0.24 * np.cos(np.radians(2 * mean_h))
        + 0.32 * np.cos(np.radians(3 * mean_h + 6))
        - 0.20 * np.cos(np.radians(4 * mean_h - 63))
    )
    by_l = d_l / (1 + 0.015 * (mean_l - 50) ** 2 / np.sqrt(20 + (mean_l - 50) ** 2))
    by_c = d_c / (1 + 0.045 * mean_c)
    by_h = d_h / (1 + 0.015 * mean_c * hue_weight)
    mean_c7 = mean_c**7
    blue = 60 * np.exp(-(((mean_h - 275) / 25) ** 2))
    rotation = -2 * np.sqrt(mean_c7 / (mean_c7 + 25.0**7)) * np.sin(np.radians(blue))
    squared = by_l**2 + by_c**2 + by_h**2 + rotation * by_c * by_h
    difference: Floats = np.sqrt(np.maximum(squared, 0))
    return difference


def _chroma(values: Floats) -> Floats:
    chroma: Floats = np.hypot(values[..., 1], values[..., 2])
    return chroma
