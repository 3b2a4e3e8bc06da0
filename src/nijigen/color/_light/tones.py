"""Tones: the colors of shadow, light and lines that go with a flat color."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nijigen.core.values import Color, rgb
from nijigen.imaging.diffusion import Floats

Bytes = NDArray[np.uint8]

# Strength of a color multiplied by its own hue: yellow turns to orange, skin to rose.
_DEEPER = 0.45
_ROSE = np.array([1.0, 0.66, 0.62], np.float32)
_LUMA = np.array([0.299, 0.587, 0.114], np.float32)


def luma(color: Floats) -> Floats:
    """Return the lightness (Rec. 601) of colors in 0..1, ``(..., 1)``."""
    light: Floats = (color * _LUMA).sum(axis=-1, keepdims=True, dtype=np.float32)
    return light


def shadow_multipliers(flats: Bytes, skin: Floats, tint: Color, darkness: float) -> Floats:
    """Return what to multiply flats with for their shadow, in 0..1.

    A shadow is the flat multiplied by itself, which makes it more saturated, and by a cool tint,
    not the flat mixed with gray.

    Args:
        flats: uint8 ``(N, 3)``.
        skin: Likelihood that each is skin, 0 to 1, float32 ``(N,)``.
        tint: Only its hue and saturation count.
        darkness: Share of the light taken from a middle gray, 0 to 1.
    """
    color = flats.astype(np.float32) / np.float32(255)
    own = np.maximum(color / np.maximum(color.max(axis=-1, keepdims=True), 1e-3), 0.02)
    veil = np.maximum(np.array(rgb(tint), np.float32) / 255, np.float32(0.02))
    # Subsurface scattering makes shadows on skin rosy, however pale it is. On beige a cool tint
    # would be gray; a saturated yellow stays yellow.
    most = np.maximum(color.max(axis=1), np.float32(1e-3))
    yellow = (4 * (color[:, :2].min(axis=1) - color[:, 2]) / most).clip(0, 1)
    pale = (1.5 * color.min(axis=1) / most - 0.5).clip(0, 1)
    warm = np.maximum(skin, yellow * pale)[:, None]
    veil = veil + (veil * _ROSE / luma(veil * _ROSE) * luma(veil) - veil) * warm
    made = own ** np.float32(_DEEPER) * veil
    # Shadows are more visible on light flats: compensated, so that both look equally dark.
    light = luma(color)
    wanted = (1 - np.float32(darkness)) * (1 + np.float32(0.12) * (light - np.float32(0.5)))
    made *= wanted * light / np.maximum(luma(made * color), np.float32(1e-4))
    black = light < np.float32(0.01)
    return np.where(black, np.float32(1), made).clip(0, 1).astype(np.float32)


def light_tones(color: Floats) -> Floats:
    """Return colors in 0..1 as they are in open areas: lighter and slightly warmer."""
    warm = np.array([1.0, 0.985, 0.94], np.float32)
    return np.asarray(color + (warm - color) * np.float32(0.35), np.float32)


def warmth(color: Floats) -> Floats:
    """Return the likelihood that colors in 0..1 are skin, 0 to 1, ``(..., 1)``."""
    red, green, blue = color[..., 0:1], color[..., 1:2], color[..., 2:3]
    spread = red - blue
    # From rosy white to brown: red is highest, green between blue and red.
    place = (green - blue) / np.maximum(spread, np.float32(1e-3))
    order = (spread / np.float32(0.06)).clip(0, 1) * ((np.float32(0.62) - spread) * 6).clip(0, 1)
    # Skin is rarely above 0.6 there; blond hair begins at 0.65.
    middle = ((place - np.float32(0.12)) * 8).clip(0, 1)
    middle *= ((np.float32(0.7) - place) * 8).clip(0, 1)
    skin: Floats = order * middle * ((red - np.float32(0.3)) * 5).clip(0, 1)
    return skin
