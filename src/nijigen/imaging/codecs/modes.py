"""Convert the modes of Pillow to gray, RGB or RGBA arrays in sRGB."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from nijigen.imaging.codecs.content import Array
from nijigen.imaging.codecs.icc import Profile, cmyk_to_rgb, lab_to_rgb, to_srgb

_DIRECT = ("L", "RGB", "RGBA")
_WITH_ALPHA = ("LA", "La", "PA", "RGBa")


def straight(image: Image.Image, profile: Profile | None) -> Array:
    """Return the pixels of a loaded image, its color profile applied."""
    if image.mode == "CMYK":
        return np.array(cmyk_to_rgb(image, profile if isinstance(profile, bytes) else None))
    if image.mode == "LAB":
        return np.array(lab_to_rgb(image))
    return to_srgb(_expanded(image), profile)


def from_palette(
    indices: NDArray[np.uint8], palette: NDArray[np.uint8], *, keep_gray: bool = True
) -> Array:
    """Apply a palette: RGB or RGBA like the palette, gray if all its entries are.

    Args:
        indices: ``(H, W)``; those beyond the palette are black.
        palette: ``(N, 3)`` or ``(N, 4)``, N at most 256.
        keep_gray: Return one channel if that is enough.
    """
    table = np.zeros((256, palette.shape[1]), np.uint8)
    table[:, 3:] = 255
    table[: len(palette)] = palette
    if keep_gray and palette.shape[1] == 3 and (table == table[:, :1]).all():
        table = table[:, :1]
    return table[indices]


def is_opaque(pixels: Array) -> bool:
    """Return whether RGBA pixels have no transparency."""
    return bool(pixels[:, :, 3].min() == np.iinfo(pixels.dtype).max)


def with_channels(pixels: Array, channels: int) -> Array:
    """Add channels up to 3 or 4; never remove any."""
    if pixels.shape[2] == 1 and channels > 1:
        pixels = np.repeat(pixels, 3, axis=2)
    if pixels.shape[2] == 3 and channels == 4:
        alpha = np.full((*pixels.shape[:2], 1), np.iinfo(pixels.dtype).max, pixels.dtype)
        pixels = np.concatenate([pixels, alpha], axis=2)
    return pixels


def to_image(pixels: Array) -> Image.Image:
    """Return 8-bit pixels as a Pillow image."""
    return Image.fromarray(pixels[:, :, 0] if pixels.shape[2] == 1 else pixels)


def _expanded(image: Image.Image) -> Array:
    if image.mode == "P" and image.palette is not None and "transparency" not in image.info:
        flat = image.getpalette("RGB") or []
        return from_palette(np.array(image), np.array(flat, np.uint8).reshape(-1, 3))
    if image.mode in ("I", "F") or image.mode.startswith("I;16"):
        return _gray_numbers(np.array(image))
    if image.mode == "1":
        image = image.convert("L")
    elif image.mode in _WITH_ALPHA or "transparency" in image.info:
        image = image.convert("LA").convert("RGBA") if image.mode == "La" else image.convert("RGBA")
    elif image.mode not in _DIRECT:
        image = image.convert("RGB")
    array = np.asarray(image)
    return array[:, :, None] if array.ndim == 2 else array


def _gray_numbers(values: NDArray[np.generic]) -> Array:
    """Scale 16-bit, 32-bit or floating-point gray to 16 bits.

    Such files do not define white, so the maximum decides: up to 1 (floating point), 255, 65535 or
    2**32 - 1.
    """
    if values.dtype.kind == "u":
        return values.astype(np.uint16)[:, :, None]
    numbers = np.nan_to_num(values.astype(np.float64), nan=0.0, posinf=0.0, neginf=0.0)
    largest = numbers.max()
    whites = (1.0, 255.0, 65535.0) if values.dtype.kind == "f" else (255.0, 65535.0)
    white = next((white for white in whites if largest <= white), float(2**32 - 1))
    scaled = np.clip(numbers / white, 0.0, 1.0) * 65535
    return (scaled + 0.5).astype(np.uint16)[:, :, None]
