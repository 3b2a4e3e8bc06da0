"""Mapping: change colors of pixels along with the main colors of their picture."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray

from nijigen.core.artwork import Artwork, Group, Layer
from nijigen.core.colors import rgb, written
from nijigen.core.picture import Picture, Pixels
from nijigen.core.run import Run
from nijigen.core.settings import Setting
from nijigen.imaging.color_spaces import from_oklab, lch, oklab, to_bytes

Floats = NDArray[np.floating[Any]]
Change = Callable[[Floats], Floats]
"""Takes and returns OKLab ``(n, 3)``."""
UNTOUCHED = ("line", "paper")
"""Layers of a colored drawing that contain no paint."""
_HEX = re.compile(r"#[0-9a-f]{6}")
_BAND = 1 << 18

Strength = Annotated[
    float,
    Setting(
        description="How far colors are changed: 0 leaves the picture as it is.",
        ge=0,
        le=1,
        step=0.05,
    ),
]
Keep = Annotated[
    Literal["nothing", "lines", "neutrals", "skin"],
    Setting(
        description="What stays as it is: black lines; black lines and all neutral colors; or "
        "black lines, light skin colors and white paper."
    ),
]


def shift(values: Floats, sources: Floats, targets: Floats) -> Floats:
    """Shift colors like nearby sources are shifted to their targets; all OKLab ``(n, 3)``.

    A source is mapped exactly to its target. Shifts are interpolated smoothly between sources, so
    gradients stay gradients.
    """
    distance = np.maximum(((values[:, None] - sources[None]) ** 2).sum(2), 1e-9)
    # Shepard's weights: 1 at a source itself, a 16th for those twice as far as the nearest.
    weight = (distance.min(axis=1, keepdims=True) / distance) ** 2
    weight /= weight.sum(axis=1, keepdims=True)
    moved: Floats = values + weight @ (targets - sources)
    return moved


def held(values: Floats, keep: Keep) -> Floats:
    """Return how much colors in OKLab ``(n, 3)`` may change, 0 to 1, ``(n, 1)``."""
    light, chroma, hue = np.moveaxis(lch(values), -1, 0)
    free: Floats = np.ones_like(light)
    if keep != "nothing":
        free = np.maximum(_ramp(light, 0.22, 0.38), _ramp(chroma, 0.03, 0.07))
    if keep == "neutrals":
        free = _ramp(chroma, 0.01, 0.035)
    elif keep == "skin":
        # Skin in the light is yellower than in the shade, and paler than blond hair.
        yellow = _ramp(light, 0.75, 0.9)
        off = np.abs((hue - 52 - 16 * yellow + 180) % 360 - 180)
        skin = (1 - _ramp(off, 20 + 14 * yellow, 32 + 14 * yellow)) * _ramp(light, 0.6, 0.7)
        most = 0.1 - 0.025 * _ramp(hue, 68, 80)
        free *= 1 - skin * _ramp(chroma, 0.008, 0.018) * (1 - _ramp(chroma, most, most + 0.025))
        # So does paper, with what is left white on it.
        free *= 1 - _ramp(light, 0.95, 0.98) * (1 - _ramp(chroma, 0.006, 0.015))
    return free.reshape(-1, 1)


def _ramp(values: Floats, low: float | Floats, high: float | Floats) -> Floats:
    ramp: Floats = np.clip((values - low) / (high - low), 0, 1)
    return ramp


def changed(
    picture: Picture | Artwork, change: Change, strength: float, keep: Keep, run: Run
) -> Picture | Artwork:
    """Change the colors of a picture, or of the painted layers of an artwork.

    Layers named ``line`` or ``paper`` and layers with a blend mode other than normal (shadows,
    lights) stay; a layer named after its color is renamed to the new color.
    """
    if isinstance(picture, Picture):
        pixels = _changed(picture.pixels, change, strength, keep, run)
        return picture.with_pixels(pixels)

    def walk(layers: tuple[Layer | Group, ...]) -> tuple[Layer | Group, ...]:
        return tuple(one(node) for node in layers)

    def one(node: Layer | Group) -> Layer | Group:
        if isinstance(node, Group):
            return replace(node, layers=walk(node.layers))
        if node.name in UNTOUCHED or node.blend != "normal":
            return node
        name = node.name
        if _HEX.fullmatch(name):
            color = np.array([[rgb(name)]], np.uint8)
            new = _changed(color, change, strength, keep, run)[0, 0]
            name = written(*new)
        pixels = _changed(node.pixels.reduced().pixels, change, strength, keep, run)
        return replace(node, name=name, pixels=Picture(pixels))

    return picture.with_layers(walk(picture.layers))


def painted(picture: Picture | Artwork) -> Picture:
    """Return the part with paint: the picture, or the painted layers of an artwork."""
    if isinstance(picture, Picture):
        return picture
    layers = [
        layer
        for _, layer in picture.leaves()
        if layer.visible and layer.blend == "normal" and layer.name not in UNTOUCHED
    ]
    return picture.with_layers([replace(layer, clipped=False) for layer in layers]).flatten()


def _changed(pixels: Pixels, change: Change, strength: float, keep: Keep, run: Run) -> Pixels:
    if strength == 0:
        return pixels
    color = np.repeat(pixels, 3, 2) if pixels.shape[2] == 1 else pixels[:, :, :3]
    codes = color.astype(np.uint32) @ np.array([65536, 256, 1], np.uint32)
    distinct, at = np.unique(codes, return_inverse=True)
    table = np.empty((len(distinct), 3), np.uint8)
    # Each color once: drawings have far fewer colors than pixels.
    for start in range(0, len(distinct), _BAND):
        run.check()
        part = distinct[start : start + _BAND]
        old = np.stack([part >> 16, part >> 8 & 255, part & 255], 1).astype(np.uint8)
        values = oklab(old)
        moved = change(values) - values
        free = held(values, keep) * np.float32(strength)
        new = to_bytes(from_oklab(in_gamut(values + moved * free)))
        # No rounding of unchanged colors.
        table[start : start + _BAND] = np.where(free > 0, new, old)
    result = table[at.reshape(codes.shape)]
    return np.concatenate([result, pixels[:, :, 3:]], 2) if pixels.shape[2] == 4 else result


def in_gamut(values: Floats) -> Floats:
    """Return OKLab colors with chroma reduced to fit sRGB; lightness and hue stay."""
    values = values.copy()
    values[:, 0] = np.clip(values[:, 0], 0, 1)
    outside = np.flatnonzero((np.abs(from_oklab(values) - 0.5) > 0.5 + 1e-4).any(axis=1))
    if not outside.size:
        return values
    some = values[outside]
    low, high = np.zeros((len(some), 1)), np.ones((len(some), 1))
    for _ in range(10):
        middle = (low + high) / 2
        tried = np.concatenate([some[:, :1], some[:, 1:] * middle], 1)
        fits = (np.abs(from_oklab(tried) - 0.5) <= 0.5 + 1e-4).all(axis=1, keepdims=True)
        low, high = np.where(fits, middle, low), np.where(fits, high, middle)
    values[outside, 1:] = some[:, 1:] * low
    return values
