"""Transitions: how a flat color changes between dense lines and open areas."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nijigen.color._document.layers import Sheet
from nijigen.color._light.shading import DARKEST, Forms, forms_of, reduced, with_flats
from nijigen.color._light.surfaces import Surfaces
from nijigen.color._light.tones import light_tones, shadow_multipliers
from nijigen.imaging.diffusion import Floats, Labels, enlarged, membrane, reduced_labels
from nijigen.imaging.memory import remembered

Bytes = NDArray[np.uint8]
_SIDE = 384
# How far a line darkens what is around it, in extents of the figure.
_REACH = 0.05
_TINT = "#a58fd0"
_BLUSH = np.array([1.0, 0.56, 0.5], np.float32)


@dataclass(frozen=True, eq=False)
class Transitions:
    """Where flats change.

    Attributes:
        depth: float32 ``(H, W)``: from 1 between dense lines to -1 in open areas.
        blush: float32 ``(H, W)``: 0 to 1, skin near its border.
    """

    depth: Floats
    blush: Floats


def with_gradient(sheet: Sheet, amount: float) -> Sheet:
    """Return the sheet with the layer ``gradient``: 0 is cel (empty), 1 watercolor."""
    sheet = with_flats(sheet)
    assert sheet.flat is not None
    # Cached: it does not depend on the lamp, which is moved often.
    key = (sheet.flat, sheet.art.ink, amount)
    made = remembered("gradient", key, lambda: _washed(sheet, amount))
    return sheet.with_layer("gradient", made)


def _washed(sheet: Sheet, amount: float) -> Bytes:
    """Return the pixels of the layer ``gradient``."""
    small = reduced(sheet)
    forms = forms_of(small)
    surfaces = forms.surfaces
    found = transitions_of(small, forms)
    flats = surfaces.colors.astype(np.float32) / 255
    deep = flats * shadow_multipliers(surfaces.colors, surfaces.skin, _TINT, 0.7 * DARKEST)
    # Rosy where skin is near its border.
    rosy = flats * (1 - surfaces.skin[:, None] * (1 - _BLUSH) * np.float32(0.8))
    light = light_tones(flats)
    share = found.depth.clip(0, 1)[:, :, None]
    wash = found.blush[:, :, None]
    down = share + wash
    mixed = (deep[surfaces.zones] * share + rosy[surfaces.zones] * wash) / np.maximum(down, 1e-4)
    color = np.where(found.depth[:, :, None] < -wash, light[surfaces.zones], mixed)
    cover = np.maximum(np.abs(found.depth), found.blush) * np.float32(amount)
    part = np.empty((*cover.shape, 4), np.uint8)
    part[:, :, :3] = color * np.float32(255) + np.float32(0.5)
    part[:, :, 3] = cover * surfaces.figure * np.float32(255) + np.float32(0.5)
    return forms.page(part)


def transitions_of(sheet: Sheet, forms: Forms) -> Transitions:
    """Return where the flats of a sheet change, in its bounding box; cached by drawing."""
    assert sheet.flat is not None
    left, top, right, bottom = forms.box
    ink = sheet.art.ink[top:bottom, left:right]
    key = (sheet.flat, sheet.art.ink)
    return remembered("transitions", key, lambda: _made(ink, forms.surfaces))


def _made(ink: Bytes, surfaces: Surfaces) -> Transitions:
    import cv2

    height, width = surfaces.figure.shape
    scale = min(1.0, _SIDE / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    zones = reduced_labels(surfaces.zones, size)
    small = cv2.resize(ink, size, interpolation=cv2.INTER_AREA).reshape(zones.shape)
    dark = small.astype(np.float32) / np.float32(255)
    reach = max(_REACH * surfaces.extent * scale, 1.0)
    pull = np.full_like(dark, 1 / reach**2)
    # A leaky membrane lifted by ink: its height is the local density of lines.
    dense = membrane(zones, pull, dark * pull, clamped=False)
    # Distance from borders: 0 at a border, 1 in the open.
    inner = membrane(zones, pull, pull, clamped=True)
    # Hair is darker at the roots, its upper end, and lighter towards the tips.
    down = _down(surfaces, scale, zones)
    strands = np.zeros(len(surfaces.colors), np.bool_)
    strands[surfaces.zones] = surfaces.strands[surfaces.bodies]
    depth = dense / (dense + np.float32(0.10)) * np.float32(1.5) - np.float32(0.45)
    depth += np.where(strands[zones], np.float32(0.5), np.float32(-0.15)) * (np.float32(0.5) - down)
    depth -= np.float32(0.25) * inner
    skin = surfaces.skin[zones]
    blush = skin * (1 - inner) ** 2 * np.float32(0.4)
    depth = depth * (1 - np.float32(0.6) * skin)
    stacked = np.stack([depth.clip(-1, 1), blush.clip(0, 1)], axis=2).astype(np.float32)
    full = enlarged(stacked, zones, surfaces.zones)
    return Transitions(np.ascontiguousarray(full[:, :, 0]), np.ascontiguousarray(full[:, :, 1]))


def _down(surfaces: Surfaces, scale: float, zones: Labels) -> Floats:
    """Return the vertical position of each pixel in its zone, 0 to 1."""
    rows = np.repeat(np.arange(zones.shape[0], dtype=np.float32), zones.shape[1])
    flat = zones.ravel()
    count = len(surfaces.colors)
    top = np.full(count, zones.shape[0], np.float32)
    low = np.zeros(count, np.float32)
    np.minimum.at(top, flat, rows)
    np.maximum.at(low, flat, rows)
    # A small zone does not use the full range.
    tall = np.maximum(low - top, np.float32(0.25 * surfaces.extent * scale))
    middle = (top + low) / 2
    place: Floats = ((rows - middle[flat]) / tall[flat] + np.float32(0.5)).reshape(zones.shape)
    return place
