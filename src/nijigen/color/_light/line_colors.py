"""Line colors: lines in the colors of the flats beside them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from nijigen.color._document.layers import Sheet
from nijigen.color._light.tones import luma
from nijigen.imaging.diffusion import Floats

# Lightness of a line relative to the flats beside it, inside the figure and at its outline.
_INNER, _OUTER = 0.42, 0.2
_SATURATED = 0.9
# Longest side at which adjacent flats are mixed; they are blurred anyway.
_SIDE = 2048
_BAND = 512


def with_line_colors(sheet: Sheet, strength: float, contour: float) -> Sheet:
    """Return the sheet with lines in the colors of the flats beside them; their alpha stays.

    Args:
        sheet: If it has no flats, its lines stay as they are.
        strength: 0 keeps the color of the lines, 1 replaces it.
        contour: How dark the outline of the figure stays, 0 to 1.
    """
    import cv2

    if sheet.flat is None:
        return sheet
    height, width = sheet.art.ink.shape
    scale = min(1.0, _SIDE / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    alpha = sheet.flat[:, :, 3:]
    hidden = np.where(alpha < 128, np.uint8(0), sheet.flat)
    small = cv2.resize(hidden, size, interpolation=cv2.INTER_AREA).reshape(size[1], size[0], 4)
    around = small.astype(np.float32) / 255
    # Wide enough to see both sides of a line: some 6 pixels at 1024.
    sigma = max(1.5, max(size) / 170)
    around = cv2.GaussianBlur(around, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE)
    inside = around[:, :, 3:]
    beside = around[:, :, :3] / np.maximum(inside, np.float32(1e-3))
    inner, outer = _darkened(beside, _INNER), _darkened(beside, _OUTER)
    # At the outline, half of the neighborhood is outside the figure.
    rim = ((np.float32(0.97) - inside) * 4).clip(0, 1) * np.float32(contour)
    made = inner + (outer - inner) * rim
    share = np.float32(strength) * (inside * 8).clip(0, 1)
    wash = np.dstack([made, share]) * np.float32(255) + np.float32(0.5)
    wash = cv2.resize(wash.astype(np.uint8), (width, height), interpolation=cv2.INTER_LINEAR)
    mixed = np.empty((height, width, 3), np.uint8)
    for top in range(0, height, _BAND):
        rows = slice(top, top + _BAND)
        own, laid = sheet.art.color[rows].astype(np.float32), wash[rows].astype(np.float32)
        mixed[rows] = own + (laid[:, :, :3] - own) * (laid[:, :, 3:] / 255) + np.float32(0.5)
    return sheet.with_line(replace(sheet.art, color=mixed))


def _darkened(color: Floats, lightness: float) -> Floats:
    """Return darker and more saturated colors."""
    light = luma(color)
    vivid = color * color / np.maximum(color.max(axis=2, keepdims=True), np.float32(1e-3))
    vivid = color + (vivid - color) * np.float32(_SATURATED)
    wanted = light * np.float32(lightness) + np.float32(0.02)
    return np.asarray((vivid * wanted / np.maximum(luma(vivid), np.float32(1e-3))).clip(0, 1))
