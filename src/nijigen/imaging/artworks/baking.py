"""Baking: fill and Blend If worked into pixels, for formats that have neither."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from nijigen.core.artwork import Layer
from nijigen.core.blending import FILLED, PLAIN, neutral, shown_share
from nijigen.core.picture import Picture
from nijigen.imaging.codecs.modes import with_channels


def is_exact(layer: Layer) -> bool:
    """Return whether a layer can be baked so that it looks the same over an opaque picture."""
    mixing = layer.mixing
    if mixing.under:
        return False
    return layer.blend not in FILLED or (
        not mixing.glowing and (mixing.fill == 1 or neutral(layer.blend) is not None)
    )


def baked(layer: Layer) -> Layer:
    """Return a layer of plain mixing that looks the same, or as near as possible.

    Hidden colors become transparent. Fill becomes opacity, or in the modes where it acts on the
    color it moves that. What depends on the colors below is left out.
    """
    mixing, pixels, opacity = layer.mixing, layer.pixels.pixels, layer.opacity
    if mixing == PLAIN:
        return layer
    full = np.iinfo(pixels.dtype).max
    if mixing.own:
        pixels = np.array(with_channels(pixels, 4))
        share = shown_share(pixels[:, :, :3].astype(np.float32) / full, mixing.own)
        pixels[:, :, 3:] = (pixels[:, :, 3:] * share + 0.5).astype(pixels.dtype)
    if mixing.fill < 1:
        start = neutral(layer.blend)
        if layer.blend in FILLED and start is not None:
            pixels = np.array(pixels)
            color = pixels[:, :, :3].astype(np.float32)
            moved = start * full + (color - start * full) * mixing.fill
            pixels[:, :, :3] = (moved + 0.5).astype(pixels.dtype)
        else:
            opacity *= mixing.fill
    return replace(layer, pixels=Picture(pixels), opacity=opacity, mixing=PLAIN)
