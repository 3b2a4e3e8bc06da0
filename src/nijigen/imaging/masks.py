"""Masks: put a changed picture into the original where a mask is white."""

from __future__ import annotations

import numpy as np

from nijigen.core.picture import Picture
from nijigen.imaging.resize import resize


def masked(original: Picture, changed: Picture, mask: Picture) -> Picture:
    """Return ``changed`` where the mask is white, ``original`` where it is black.

    Args:
        original: Without alpha.
        changed: Of the same size, gray or RGB, 8 bits.
        mask: Of any size; it is resized. Gray tones mix both.
    """
    weight = resize(mask.gray().reduced(), original.size, "bilinear").pixels.astype(np.uint16)
    if original.channels != changed.channels:
        original, changed = original.rgb(), changed.rgb()
    below = original.reduced().pixels.astype(np.uint16)
    above = changed.pixels.astype(np.uint16)
    mixed = (above * weight + below * (255 - weight) + 127) // 255
    return changed.with_pixels(mixed.astype(np.uint8))
