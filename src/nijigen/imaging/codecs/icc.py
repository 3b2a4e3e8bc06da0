"""ICC profiles: convert the colors of a file to sRGB.

8-bit pixels go through Little CMS. Pillow does not offer it for 16 bits, so 16-bit pixels are
converted here in float for profiles with three curves and a matrix (cameras, monitors and working
spaces) and for gray curves; for other profiles they are converted with 8 bits.

Source: ICC.1:2010, sections 9 and 10; sRGB from IEC 61966-2-1.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

from nijigen.imaging.color_spaces import SRGB_TO_XYZ_D50, Array, to_code

Floats = NDArray[Any]
Curve = Callable[[Floats], Floats]

_ROWS = 256


@dataclass(frozen=True)
class MatrixProfile:
    """A profile of curves and, for RGB, a matrix to XYZ of white D50."""

    curves: tuple[Curve, ...]
    to_xyz: Floats | None
    exact: bool = True
    """Whether the profile has no lookup table, which would be more exact."""
    tone: Curve | None = None
    """Fits the light of an HDR picture, ``(…, 3)`` or ``(…, 1)``, into 0 to 1."""


Profile = bytes | MatrixProfile
"""An ICC profile, or colors described in another way."""


def to_srgb(pixels: Array, profile: Profile | None) -> Array:
    """Convert gray, RGB or RGBA pixels; alpha stays.

    A damaged profile, or one for another color space, is ignored.
    """
    if isinstance(profile, MatrixProfile):
        return _by_curves(pixels, profile)
    icc = profile
    kind = b"GRAY" if pixels.shape[2] == 1 else b"RGB "
    if not icc or icc[16:20] != kind:
        return pixels
    simple = _simple(icc)
    if simple is not None and simple.exact and _is_srgb(icc):
        return pixels
    if pixels.dtype == np.uint8:
        return _by_cms(pixels, icc)
    if simple is not None:
        return _by_curves(pixels, simple)
    high = ((pixels.astype(np.uint32) + 128) // 257).astype(np.uint8)
    converted = _by_cms(high, icc)
    return pixels if converted is high else converted.astype(np.uint16) * np.uint16(257)


def cmyk_to_rgb(image: Image.Image, icc: bytes | None) -> Image.Image:
    """Convert an image of mode CMYK with its profile, or naively without one."""
    if icc and icc[16:20] == b"CMYK" and (converted := _transformed(image, icc)) is not None:
        return converted
    return image.convert("RGB")


def lab_to_rgb(image: Image.Image) -> Image.Image:
    """Convert an image of mode LAB (D50)."""
    done = ImageCms.profileToProfile(
        image,
        ImageCms.createProfile("LAB"),
        ImageCms.createProfile("sRGB"),
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
        outputMode="RGB",
    )
    assert done is not None
    return done


def _by_cms(pixels: Array, icc: bytes) -> Array:
    """Convert with Little CMS; return the same array if that fails."""
    gray = pixels.shape[2] == 1
    image = Image.fromarray(pixels[:, :, 0] if gray else np.ascontiguousarray(pixels[:, :, :3]))
    done = _transformed(image, icc)
    if done is None:
        return pixels
    converted = np.asarray(done)
    if gray:
        return np.ascontiguousarray(converted[:, :, :1])
    return np.concatenate([converted, pixels[:, :, 3:]], axis=2)


def _transformed(image: Image.Image, icc: bytes) -> Image.Image | None:
    try:
        return ImageCms.profileToProfile(
            image,
            ImageCms.ImageCmsProfile(io.BytesIO(icc)),
            ImageCms.createProfile("sRGB"),
            renderingIntent=ImageCms.Intent.PERCEPTUAL,
            outputMode="RGB",
        )
    except (ImageCms.PyCMSError, OSError, ValueError):
        return None


def _by_curves(pixels: Array, profile: MatrixProfile) -> Array:
    """Convert pixels in bands of rows."""
    white = np.iinfo(pixels.dtype).max
    levels = np.linspace(0.0, 1.0, white + 1)
    gray = pixels.shape[2] == 1
    linear = [curve(levels) for curve in profile.curves[: 1 if gray else 3]]
    out = pixels.copy()
    for top in range(0, len(pixels), _ROWS):
        rows = pixels[top : top + _ROWS]
        light = np.stack([line[rows[:, :, c]] for c, line in enumerate(linear)], axis=2)
        if profile.to_xyz is not None and not gray:
            light = light @ (np.linalg.inv(SRGB_TO_XYZ_D50) @ profile.to_xyz).T
        if profile.tone is not None:
            light = profile.tone(light)
        encoded = to_code(np.clip(light, 0.0, 1.0)) * white + 0.5
        out[top : top + _ROWS, :, : len(linear)] = encoded.astype(pixels.dtype)
    return out


@lru_cache(maxsize=16)
def _is_srgb(icc: bytes) -> bool:
    """Return whether a simple profile is sRGB, whatever its name.

    A conversion would only add rounding errors.
    """
    profile = _simple(icc)
    if profile is None:
        return False
    steps = np.linspace(0, 65535, 18).astype(np.uint16)
    if profile.to_xyz is None:
        probe = steps[:, None, None]
    else:
        probe = np.stack(np.meshgrid(steps, steps, steps), axis=3).reshape(-1, 18, 3)
    moved = _by_curves(probe, profile).astype(np.int32) - probe
    return bool(np.abs(moved).max() < 257)


@lru_cache(maxsize=16)
def _simple(icc: bytes) -> MatrixProfile | None:
    try:
        tags = _tags(icc)
        exact = b"A2B0" not in tags
        if icc[16:20] == b"GRAY":
            return MatrixProfile((_curve(tags[b"kTRC"]),), None, exact)
        columns = [_xyz(tags[name]) for name in (b"rXYZ", b"gXYZ", b"bXYZ")]
        curves = tuple(_curve(tags[name]) for name in (b"rTRC", b"gTRC", b"bTRC"))
        return MatrixProfile(curves, np.array(columns).T, exact)
    except (KeyError, ValueError, struct.error):
        return None


def _tags(icc: bytes) -> dict[bytes, bytes]:
    count = struct.unpack_from(">I", icc, 128)[0]
    tags = {}
    for at in range(132, 132 + 12 * min(count, 100), 12):
        name, offset, size = struct.unpack_from(">4sII", icc, at)
        tags[name] = icc[offset : offset + size]
    return tags


def _xyz(tag: bytes) -> Floats:
    if tag[:4] != b"XYZ ":
        raise ValueError("no XYZ tag")
    return np.array(struct.unpack_from(">3i", tag, 8)) / 65536


def _curve(tag: bytes) -> Curve:
    if tag[:4] == b"curv":
        count = struct.unpack_from(">I", tag, 8)[0]
        if count == 0:
            return lambda x: x
        table = np.frombuffer(tag, ">u2", count, 12).astype(np.float64)
        if count == 1:
            gamma = float(table[0]) / 256
            return lambda x: x**gamma
        places = np.linspace(0.0, 1.0, count)
        return lambda x: np.interp(x, places, table / 65535)
    if tag[:4] == b"para":
        return _parametric(tag)
    raise ValueError("an unknown kind of curve")


def _parametric(tag: bytes) -> Curve:
    """Read one of the five functions of table 65 of the standard."""
    kind = struct.unpack_from(">H", tag, 8)[0]
    count = (1, 3, 4, 5, 7)[kind] if kind < 5 else 0
    if not count:
        raise ValueError("an unknown kind of curve")
    values = [value / 65536 for value in struct.unpack_from(f">{count}i", tag, 12)]
    g, a, b, c, d, e, f = values + [0.0] * (7 - count)
    if kind == 0:
        return lambda x: x**g
    if kind in (1, 2):
        return lambda x: np.maximum(a * x + b, 0) ** g + c
    return lambda x: np.where(x >= d, np.maximum(a * x + b, 0) ** g + e, c * x + f)
