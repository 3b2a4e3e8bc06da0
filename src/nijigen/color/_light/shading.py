"""Shading: the layers of shadow and light that a lamp adds to a drawing with flats."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nijigen.color._document.layers import Sheet
from nijigen.color._light.light import Lamp, rim, shadow, shine
from nijigen.color._light.normals import calmed, encoded, normals_of
from nijigen.color._light.surfaces import Surfaces, surfaces_of
from nijigen.color._light.tones import luma, shadow_multipliers
from nijigen.color._regions.regions import regions_of
from nijigen.core.values import Color, rgb
from nijigen.imaging.diffusion import Floats
from nijigen.imaging.line_art.ink import LineArt
from nijigen.imaging.memory import remembered

__all__ = [
    "DARKEST",
    "Forms",
    "Lamp",
    "Look",
    "forms_of",
    "normal_map",
    "reduced",
    "shaded",
    "with_flats",
]

Bytes = NDArray[np.uint8]

# Share of the light that a full shadow absorbs without ambient light.
DARKEST = 0.62
# Larger pages are lit at a reduced size of this many pixels, and the layers enlarged.
_LIMIT = 1 << 22


@dataclass(frozen=True)
class Look:
    """How light and shadow are painted.

    Attributes:
        color: Of the lamp.
        tint: Tint of the shadows.
        ambient: 0 is a dark shadow, 1 is none.
        highlight: Size of the highlights, 0 to 1.
        rim: Width of the rim light, 0 to 1.
    """

    color: Color
    tint: Color
    ambient: float
    highlight: float
    rim: float


@dataclass(frozen=True, eq=False)
class Forms:
    """The shape of a drawing in space, within the bounding box of its figure.

    Attributes:
        surfaces: Its areas.
        normals: float32 ``(H, W, 3)``, stored as one plane for each axis.
        calm: Result of ``calmed``.
        box: Left, top, right, bottom of the bounding box.
        size: Width and height of the whole picture.
    """

    surfaces: Surfaces
    normals: Floats
    calm: Floats
    box: tuple[int, int, int, int]
    size: tuple[int, int]

    def page(self, part: Bytes) -> Bytes:
        """Return a layer of the bounding box, placed on the whole page."""
        left, top, right, bottom = self.box
        whole = np.zeros((*self.size[::-1], 4), np.uint8)
        whole[top:bottom, left:right] = part
        return whole

    def normal_map(self) -> Floats:
        """Return the normals of the whole picture; outside the figure they face the viewer."""
        left, top, right, bottom = self.box
        whole = np.zeros((*self.size[::-1], 3), np.float32)
        whole[:, :, 2] = 1
        whole[top:bottom, left:right] = self.normals
        return whole


def with_flats(sheet: Sheet) -> Sheet:
    """Return the sheet with paper and flats; without flats, the figure becomes white."""
    if sheet.flat is not None:
        return sheet
    regions = regions_of(sheet.art, run=sheet.run)
    flat = np.full((*sheet.art.ink.shape, 4), 255, np.uint8)
    flat[regions.outside[regions.labels]] = 0
    return sheet.with_paper().with_flat(flat)


def reduced(sheet: Sheet) -> Sheet:
    """Return lines and flats at a size at which lighting takes bounded time."""
    import cv2

    width, height = sheet.size
    if width * height <= _LIMIT or sheet.flat is None:
        return sheet
    scale = (_LIMIT / (width * height)) ** 0.5
    size = (max(1, int(width * scale)), max(1, int(height * scale)))
    ink = cv2.resize(sheet.art.ink, size, interpolation=cv2.INTER_AREA).reshape(size[::-1])
    flat = cv2.resize(sheet.flat, size, interpolation=cv2.INTER_NEAREST).reshape(*size[::-1], 4)
    color = np.zeros((*ink.shape, 3), np.uint8)
    art = LineArt(np.asarray(ink, np.uint8), color, sheet.art.paper)
    return replace(sheet, art=art, flat=np.asarray(flat, np.uint8), nodes=())


def forms_of(sheet: Sheet) -> Forms:
    """Return the surfaces of a sheet and their normals; cached by drawing."""
    flat = with_flats(sheet).flat
    assert flat is not None
    ink = sheet.art.ink

    def make() -> Forms:
        surfaces = surfaces_of(flat, ink, regions_of(sheet.art).labels)
        sheet.run.check()
        left, top, right, bottom = box = _box(surfaces.figure)
        surfaces = surfaces.cut(slice(top, bottom), slice(left, right))
        normals = normals_of(surfaces)
        planes = np.ascontiguousarray(normals.transpose(2, 0, 1)).transpose(1, 2, 0)
        return Forms(surfaces, planes, calmed(normals, surfaces), box, sheet.size)

    return remembered("forms", (flat, ink), make)


def normal_map(sheet: Sheet) -> Bytes:
    """Return the normals of a sheet, encoded, ``(H, W, 3)``."""
    import cv2

    codes = encoded(forms_of(reduced(with_flats(sheet))).normal_map())
    if codes.shape[1::-1] == sheet.size:
        return codes
    return np.asarray(cv2.resize(codes, sheet.size), np.uint8)


def _box(figure: NDArray[np.bool_]) -> tuple[int, int, int, int]:
    """Return the box around the figure, padded by two pixels; the whole picture without one."""
    height, width = figure.shape
    rows, columns = np.flatnonzero(figure.any(axis=1)), np.flatnonzero(figure.any(axis=0))
    if not rows.size:
        return 0, 0, width, height
    return (
        max(0, int(columns[0]) - 2),
        max(0, int(rows[0]) - 2),
        min(width, int(columns[-1]) + 3),
        min(height, int(rows[-1]) + 3),
    )


def shaded(sheet: Sheet, lamp: Lamp, look: Look, spared: NDArray[np.bool_] | None = None) -> Sheet:
    """Return the sheet with the layers ``shadow``, ``highlight`` and ``light``.

    Args:
        sheet: Lines and flats.
        lamp: Where light comes from.
        look: How light and shadow are painted.
        spared: bool ``(H, W)``: eyes and mouths, which shadows would blacken; None for none.
    """
    sheet = with_flats(sheet)
    small = reduced(sheet)
    forms = forms_of(small)
    surfaces, normals = forms.surfaces, forms.normals
    lamp = lamp.within(small.size, forms.box)

    def painted(colors: Floats, alpha: Floats) -> Bytes:
        """Return a layer with one color, 0 to 1, for each zone."""
        codes = np.zeros((len(colors), 4), np.uint8)
        codes[:, :3] = colors * np.float32(255) + np.float32(0.5)
        part = codes.view(np.uint32)[:, 0][surfaces.zones].view(np.uint8).reshape(*alpha.shape, 4)
        part[:, :, 3] = alpha * np.float32(255) + np.float32(0.5)
        return forms.page(part)

    cover = shadow(normals, surfaces, lamp)
    if spared is not None:
        cover = cover * ~_within(spared, small.size, forms.box)
    multipliers = shadow_multipliers(surfaces.colors, surfaces.skin, look.tint, DARKEST)
    multipliers[0] = 1
    dark = painted(multipliers, cover * np.float32(1 - look.ambient))
    sheet = sheet.with_layer("shadow", dark)
    lit = 1 - cover
    glow: Floats | None = None
    if look.highlight:
        shining = shine(normals, forms.calm, surfaces, lamp, look.highlight) * lit
        sheet = sheet.with_layer("highlight", painted(_shine_colors(surfaces, look), shining))
    else:
        sheet = sheet.without("highlight")
    lamp_color = np.array(rgb(look.color), np.float32) / 255
    if look.rim:
        glow = rim(surfaces, lamp, look.rim) * np.float32(0.8)
    # White light changes nothing; a colored lamp tints what it lights.
    stain = float(np.ptp(lamp_color)) - 0.15
    if stain > 0:
        fallen = lit * surfaces.figure * np.float32(0.3 * stain)
        glow = fallen if glow is None else np.maximum(glow, fallen)
    if glow is None or not glow.any():
        return sheet.without("light")
    stained = np.broadcast_to(lamp_color, multipliers.shape)
    return sheet.with_layer("light", painted(stained, glow))


def _within(
    mask: NDArray[np.bool_], size: tuple[int, int], box: tuple[int, int, int, int]
) -> NDArray[np.bool_]:
    """Return the part of a mask in a box of a picture of another size."""
    import cv2

    left, top, right, bottom = box
    small = cv2.resize(mask.view(np.uint8), size, interpolation=cv2.INTER_NEAREST)
    return np.asarray(small.reshape(size[::-1])[top:bottom, left:right] > 0)


def _shine_colors(surfaces: Surfaces, look: Look) -> Floats:
    """Return the color that a highlight adds to each zone: less to light ones."""
    flats = surfaces.colors.astype(np.float32) / 255
    lamp_color = np.array(rgb(look.color), np.float32) / 255
    added = (np.float32(0.45) * flats + np.float32(0.55)) * lamp_color * np.float32(0.5)
    added *= np.float32(1) - np.float32(0.35) * luma(flats)
    return np.asarray(added, np.float32)
