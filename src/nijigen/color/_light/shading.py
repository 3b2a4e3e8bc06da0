"""Shading: the layers that a lamp leaves on a drawing with flats."""

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

# How much of the light a shadow takes where no other light reaches it.
DARKEST = 0.62
# Pixels up to which a page is lit as it is; a larger one is lit smaller, and its layers enlarged.
_LIMIT = 1 << 22


@dataclass(frozen=True)
class Look:
    """How light and shadow are painted.

    Attributes:
        color: Of the lamp.
        tint: Veil over the shadows.
        ambient: 0 is a dark shadow, 1 none.
        highlight: Size of the shine, 0 to 1.
        rim: Width of the light along the outline, 0 to 1.
    """

    color: Color
    tint: Color
    ambient: float
    highlight: float
    rim: float


@dataclass(frozen=True, eq=False)
class Forms:
    """What a drawing stands for in space, in the box around its figure: there light falls.

    Attributes:
        surfaces: Its areas.
        normals: float32 ``(H, W, 3)``, a plane in memory for each axis.
        calm: As ``calmed`` gives them.
        box: Left, top, right, bottom of that box.
        size: Width and height of the whole picture.
    """

    surfaces: Surfaces
    normals: Floats
    calm: Floats
    box: tuple[int, int, int, int]
    size: tuple[int, int]

    def page(self, part: Bytes) -> Bytes:
        """Return the layer ``part`` of the box on its page."""
        left, top, right, bottom = self.box
        whole = np.zeros((*self.size[::-1], 4), np.uint8)
        whole[top:bottom, left:right] = part
        return whole

    def normal_map(self) -> Floats:
        """Return the normals of the whole picture; beside the figure they look at the viewer."""
        left, top, right, bottom = self.box
        whole = np.zeros((*self.size[::-1], 3), np.float32)
        whole[:, :, 2] = 1
        whole[top:bottom, left:right] = self.normals
        return whole


def with_flats(sheet: Sheet) -> Sheet:
    """Return the sheet with paper and flats; white within the outline where it has none."""
    if sheet.flat is not None:
        return sheet
    regions = regions_of(sheet.art, run=sheet.run)
    flat = np.full((*sheet.art.ink.shape, 4), 255, np.uint8)
    flat[regions.outside[regions.labels]] = 0
    return sheet.with_paper().with_flat(flat)


def reduced(sheet: Sheet) -> Sheet:
    """Return lines and flats at a size at which light can be reckoned in bounded time."""
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
    """Return the surfaces of a sheet and how they bend; computed once for each drawing."""
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
    """Return the box around the figure and two pixels; the whole picture where there is none."""
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


def shaded(sheet: Sheet, lamp: Lamp, look: Look) -> Sheet:
    """Return the sheet with the layers ``shadow``, ``highlight`` and ``light``."""
    sheet = with_flats(sheet)
    small = reduced(sheet)
    forms = forms_of(small)
    surfaces, normals = forms.surfaces, forms.normals
    lamp = lamp.within(small.size, forms.box)

    def painted(colors: Floats, alpha: Floats) -> Bytes:
        """Return a layer in a color for each zone, 0 to 1."""
        codes = np.zeros((len(colors), 4), np.uint8)
        codes[:, :3] = colors * np.float32(255) + np.float32(0.5)
        part = codes.view(np.uint32)[:, 0][surfaces.zones].view(np.uint8).reshape(*alpha.shape, 4)
        part[:, :, 3] = alpha * np.float32(255) + np.float32(0.5)
        return forms.page(part)

    cover = shadow(normals, surfaces, lamp)
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
    # White light changes nothing; a colored lamp stains what it falls on.
    stain = float(np.ptp(lamp_color)) - 0.15
    if stain > 0:
        fallen = lit * surfaces.figure * np.float32(0.3 * stain)
        glow = fallen if glow is None else np.maximum(glow, fallen)
    if glow is None or not glow.any():
        return sheet.without("light")
    stained = np.broadcast_to(lamp_color, multipliers.shape)
    return sheet.with_layer("light", painted(stained, glow))


def _shine_colors(surfaces: Surfaces, look: Look) -> Floats:
    """Return what a highlight adds to each zone: less to a light one."""
    flats = surfaces.colors.astype(np.float32) / 255
    lamp_color = np.array(rgb(look.color), np.float32) / 255
    added = (np.float32(0.45) * flats + np.float32(0.55)) * lamp_color * np.float32(0.5)
    added *= np.float32(1) - np.float32(0.35) * luma(flats)
    return np.asarray(added, np.float32)
