"""Palettes of consoles and of pixel artists, and the nearest color of a palette."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nijigen.core.colors import rgb
from nijigen.imaging.color_spaces import from_oklab, oklab, perceived, to_bytes

Bytes = NDArray[np.uint8]
Floats = NDArray[np.floating[Any]]

PALETTES: dict[str, str] = {
    "db32": "000000 222034 45283c 663931 8f563b df7126 d9a066 eec39a fbf236 99e550 6abe30 37946e "
    "4b692f 524b24 323c39 3f3f74 306082 5b6ee1 639bff 5fcde4 cbdbfc ffffff 9badb7 847e87 696a6a "
    "595652 76428a ac3232 d95763 d77bba 8f974a 8a6f30",
    "pico-8": "000000 1d2b53 7e2553 008751 ab5236 5f574f c2c3c7 fff1e8 ff004d ffa300 ffec27 00e436 "
    "29adff 83769c ff77a8 ffccaa",
    "gameboy": "0f380f 306230 8bac0f 9bbc0f",
    "nes": "7c7c7c 0000fc 0000bc 4428bc 940084 a80020 a81000 881400 503000 007800 006800 005800 "
    "004058 000000 bcbcbc 0078f8 0058f8 6844fc d800cc e40058 f83800 e45c10 ac7c00 00b800 00a800 "
    "00a844 008888 f8f8f8 3cbcfc 6888fc 9878f8 f878f8 f85898 f87858 fca044 f8b800 b8f818 58d854 "
    "58f898 00e8d8 787878 fcfcfc a4e4fc b8b8f8 d8b8f8 f8b8f8 f8a4c0 f0d0b0 fce0a8 f8d878 d8f878 "
    "b8f8b8 b8f8d8 00fcfc f8d8f8",
}
"""DB32 by DawnBringer, the fixed colors of PICO-8, and common renderings of Game Boy and NES."""

_BITS = 5
_GRAY = 0.02
_ONE_HUE = 0.25
"""Chroma in OKLab of gray, and how far colors of one hue stray from it, in shares of theirs."""


def named(name: str) -> Bytes:
    """Return the colors of a palette, ``uint8 (n, 3)``."""
    return np.array([rgb(f"#{color}") for color in PALETTES[name].split()], np.uint8)


def toned(image: Bytes, palette: Bytes) -> Bytes:
    """Return a picture in the tones of a palette of a single hue, such as that of the Game Boy.

    By color, all that is not green would be equally far from all its greens. So lightness decides,
    from the darkest color to the lightest. Other palettes leave the picture as it is.
    """
    values = oklab(palette)
    values = values[np.argsort(values[:, 0])]
    chroma = np.hypot(values[:, 1], values[:, 2])
    mean = values[:, 1:].mean(axis=0)
    straight = np.abs(values[:, 1:] @ np.array([-mean[1], mean[0]])) / max(np.hypot(*mean), 1e-9)
    if chroma.max() > _GRAY and (straight.max() > _ONE_HUE * chroma.max()):
        return image
    # Evenly, as artists use such shades, however near some of them are to each other.
    levels = np.linspace(0, 255, len(palette))
    ramp = [np.interp(np.arange(256), levels, values[:, c]) for c in range(3)]
    table = to_bytes(from_oklab(np.stack(ramp, 1)))
    tones = (oklab(image)[..., 0] * 255 + 0.5).clip(0, 255).astype(np.uint8)
    return np.asarray(table[tones])


def nearest(colors: Bytes, palette: Bytes) -> NDArray[np.int64]:
    """Return the number of the palette's color nearest in OKLab to each color ``(…, 3)``."""
    flat = colors.reshape(-1, 3)
    distinct, at = np.unique(flat.astype(np.uint32) @ _PLACES, return_inverse=True)
    parts = np.stack([distinct >> 16, distinct >> 8 & 255, distinct & 255], 1).astype(np.uint8)
    return _nearest(perceived(oklab(parts)), perceived(oklab(palette)))[at].reshape(
        colors.shape[:-1]
    )


def roughly_nearest(colors: Bytes, palette: Bytes) -> NDArray[np.uint16]:
    """Return nearly the same for many colors, which are rounded to 5 bits a channel."""
    table = _table(palette.tobytes())
    short = colors >> (8 - _BITS)
    red, green, blue = (short[..., channel].astype(np.uint16) for channel in range(3))
    return np.asarray(table.take((red << (2 * _BITS)) | (green << _BITS) | blue))


@functools.lru_cache(maxsize=8)
def _table(palette: bytes) -> NDArray[np.uint16]:
    steps = np.arange(1 << _BITS)
    codes = ((steps << (8 - _BITS)) + (1 << (7 - _BITS))).astype(np.uint8)
    every = np.stack(np.meshgrid(codes, codes, codes, indexing="ij"), -1).reshape(-1, 3)
    colors = np.frombuffer(palette, np.uint8).reshape(-1, 3)
    return _nearest(perceived(oklab(every)), perceived(oklab(colors))).astype(np.uint16)


_PLACES = np.array([65536, 256, 1], np.uint32)
_BAND = 1 << 14


def _nearest(values: Floats, palette: Floats) -> NDArray[np.int64]:
    found = np.empty(len(values), np.int64)
    length = (palette**2).sum(axis=1)
    for start in range(0, len(values), _BAND):
        part = values[start : start + _BAND]
        found[start : start + _BAND] = np.argmin(length - 2 * (part @ palette.T), axis=1)
    return found
