"""Baking: fill and Blend If worked into pixels, for formats that have neither."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from nijigen.core.artwork import Artwork, Group, Layer
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


def cut_to(layer: Layer, below: Layer | Group, size: tuple[int, int]) -> Layer:
    """Return a layer with the alpha of its base applied."""
    base = replace(below, visible=True, opacity=1.0, clipped=False, blend="normal")
    shape = with_channels(Artwork(size, (base,)).flatten().pixels, 4)[:, :, 3]
    own = with_channels(layer.pixels.pixels, 4)
    full = np.iinfo(own.dtype).max
    cover = np.zeros(own.shape[:2], np.float32)
    left, top, right, bottom = layer.box
    x0, x1, y0, y1 = max(left, 0), min(right, size[0]), max(top, 0), min(bottom, size[1])
    if x0 < x1 and y0 < y1:
        part = shape[y0:y1, x0:x1].astype(np.float32) / np.iinfo(shape.dtype).max
        cover[y0 - top : y1 - top, x0 - left : x1 - left] = part
    pixels = own.copy()
    pixels[:, :, 3] = (own[:, :, 3] * cover + 0.5).clip(0, full).astype(own.dtype)
    return replace(layer, pixels=Picture(pixels))


def plain(
    layers: Sequence[Layer | Group], size: tuple[int, int], shapes: tuple[Layer | Group, ...] = ()
) -> tuple[Layer | Group, ...]:
    """Return layers that are neither clipped nor mixed specially, and look as nearly the same."""
    base: Layer | Group | None = None
    found: list[Layer | Group] = []
    for node in layers:
        below = base if node.clipped else None
        base = base if below is not None else node
        shown = node.visible and (below is None or below.visible)
        around = shapes if below is None else (*shapes, below)
        if isinstance(node, Group):
            inner = plain(node.layers, size, around)
            found.append(replace(node, layers=inner, visible=shown, clipped=False))
            continue
        own = baked(node)
        for shape in around:
            own = cut_to(own, shape, size)
        found.append(replace(own, visible=shown, clipped=False))
    return tuple(found)
