"""Surfaces: the areas of a colored drawing, and which of them are hair or skin."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nijigen.color._light.bodies import borders, casters_of, joined, parts_of
from nijigen.color._light.tones import luma, warmth
from nijigen.color._light.zones import zones_of
from nijigen.imaging.diffusion import Labels

Bytes = NDArray[np.uint8]

# Line length per area, in extents per squared extent, above which an area is hair; cloth has
# about 5.
_STRANDS = 12.0
# Half the minimum thickness of a drawn shadow, as a share of the extent; thinner ones are specks.
_THINNEST = 0.005
# Bodies smaller than this share of the figure are not shaded.
_TINY = 0.002
# Faces are drawn flatter than they are: light added on skin.
_FLAT_SKIN, _FLAT_CHIN = np.float32(0.16), np.float32(0.08)
# Factor on the length of shadows on a neck, which is far behind the chin.
_DEEP = np.float32(2)
# Minimum area of a drawn shape, in squares of the minimum half thickness; and of a shadow, as a
# share of its body.
_SPECK, _LEAST_SHADOW = 30.0, 0.016
# Lines shorter than the first share of the extent make no crease (a nose, a mouth); those longer
# than the second make a full one.
_SHORT, _LONG = 0.05, 0.15
# Minimum length of a shared border for two bodies to be adjacent, and the square root of the
# minimum area of a crown without strands, both as shares of the extent.
_ALONG, _CROWN = 0.04, 0.15
# Lightness above which a skin-colored area is skin, whatever is drawn on it.
_PALE = 0.8


@dataclass(frozen=True, eq=False)
class Surfaces:
    """The areas of flats, joined to bodies and divided into parts.

    Attributes:
        figure: bool ``(H, W)``: colored pixels that are not background.
        zones: int32 ``(H, W)``: connected pixels of one color; 0 is outside the figure.
        bodies: int32 ``(H, W)``: zones joined with the eyes, buttons and prints on them.
        parts: int32 ``(H, W)``: bodies divided along the lines in them.
        colors: uint8 ``(zones, 3)``; the first is for 0.
        casters: int32 ``(H, W)``: parts that cast shadows, numbered from 1; 0 is none.
        above: bool ``(casters + 1, parts)``: whether a caster casts a shadow on a part.
        deep: bool ``(parts,)``: whether a part is skin behind other skin: a neck behind a chin.
        interior: bool ``(H, W)``: pixels not at the border of their part.
        creases: float32 ``(H, W)``: 0 to 1, the lines that bend a surface, without features on it.
        strands: bool ``(bodies,)``: whether a body is hair: it has many lines.
        skin: float32 ``(zones,)``: likelihood that a zone is skin, 0 to 1.
        extent: Diagonal of the figure in pixels.
    """

    figure: NDArray[np.bool_]
    zones: Labels
    bodies: Labels
    parts: Labels
    colors: Bytes
    casters: Labels
    above: NDArray[np.bool_]
    deep: NDArray[np.bool_]
    interior: NDArray[np.bool_]
    creases: NDArray[np.float32]
    strands: NDArray[np.bool_]
    skin: NDArray[np.float32]
    extent: float

    @property
    def thin(self) -> float:
        """Half the minimum thickness of a shadow, in pixels."""
        return max(1.5, _THINNEST * self.extent)

    @property
    def speck(self) -> float:
        """Pixels up to which a shape is a speck."""
        return _SPECK * self.thin**2

    def cut(self, rows: slice, columns: slice) -> Surfaces:
        """Return the surfaces of a part of the picture."""
        fields = ("figure", "zones", "bodies", "parts", "casters", "interior", "creases")
        parts: dict[str, Any] = {
            name: np.ascontiguousarray(getattr(self, name)[rows, columns]) for name in fields
        }
        return replace(self, **parts)

    @property
    def smooth(self) -> int:
        """Side in pixels of the square over which the outline of a cast shadow is smoothed."""
        return 2 * max(1, round(0.002 * self.extent)) + 1

    @cached_property
    def inner(self) -> NDArray[np.bool_]:
        """Bool ``(H, W)``: pixels of the figure with only their own body around them."""
        import cv2

        ones = np.ones((3, 3), np.uint8)
        bodies = self.bodies.astype(np.float32)
        alone = cv2.dilate(bodies, ones) == cv2.erode(bodies, ones)
        return np.asarray(alone & self.figure)

    @cached_property
    def hair(self) -> NDArray[np.int64]:
        """Flat indices of the pixels of hair, int64 ``(N,)``, without bows on it."""
        body = np.zeros(len(self.colors), np.int32)
        body[self.zones] = self.bodies
        own = (self.colors == self.colors[body]).all(axis=1) & self.strands[body]
        return np.flatnonzero(own[self.zones])

    @cached_property
    def heads(self) -> Labels:
        """Int32 ``(H, W)``: bodies, where hair is one with the face that it lies on.

        A fringe does not turn away from the light at its tips, as an outline does.
        """
        count = len(self.deep)
        body, zone = np.zeros(count, np.int32), np.zeros(count, np.int32)
        body[self.parts], zone[self.parts] = self.bodies, self.zones
        owner = np.zeros(len(self.above), np.int32)
        owner[self.casters] = self.bodies
        face = (self.skin[zone] >= 0.5) & ~self.deep & ~self.strands[body]
        head = np.arange(len(self.strands), dtype=np.int32)
        for caster in np.flatnonzero(self.strands[owner]).tolist():
            head[body[self.above[caster] & face]] = owner[caster]
        return head[self.bodies]

    @cached_property
    def dull(self) -> NDArray[np.float32]:
        """Float32 ``(H, W)``: reduction of highlights, compared to hair; largest on skin."""
        dull = np.float32(0.2) + np.float32(0.1) * self.skin
        return np.asarray(dull[self.zones], np.float32)

    @cached_property
    def spared(self) -> NDArray[np.float32]:
        """Float32 ``(H, W)``: light in addition to that of the lamp.

        Faces are drawn flatter than they are, and tiny bodies are not shaded at all.
        """
        areas = np.bincount(self.bodies.ravel())
        tiny = areas < _TINY * int(self.figure.sum())
        light = np.float32(9) * tiny[self.bodies] + _FLAT_SKIN * self.skin[self.zones]
        # A chin is lit down to its line; the shadow is on the neck.
        light += _FLAT_CHIN * ((self.casters > 0) & (self.skin[self.zones] >= 0.5))
        return np.asarray(light, np.float32)

    @property
    def throw(self) -> NDArray[np.float32]:
        """Float32 ``(parts,)``: factor on the length of shadows on each part."""
        return np.asarray(np.where(self.deep, _DEEP, 1), np.float32)

    @cached_property
    def least(self) -> NDArray[np.float32]:
        """Float32 ``(bodies,)``: minimum pixels of a shadow; grows with the body."""
        areas = np.bincount(self.bodies.ravel()).astype(np.float32)
        return np.asarray(np.maximum(_LEAST_SHADOW * areas, self.speck), np.float32)

    @cached_property
    def outline(self) -> NDArray[np.bool_]:
        """Bool, every second pixel of ``(H, W)``: the rim of the figure, a few pixels wide."""
        import cv2

        beside = cv2.dilate((~self.figure).view(np.uint8), np.ones((9, 9), np.uint8))[::2, ::2]
        return np.asarray(beside, np.bool_)

    @cached_property
    def reach(self) -> tuple[NDArray[np.bool_], NDArray[np.float32], NDArray[np.float32]]:
        """Where shadows can be cast; the local share of that; and the distance to casters.

        On deep parts shadows are longer, so distances are divided by that factor.
        """
        import cv2

        able = np.asarray(self.above.any(axis=0))[self.parts]
        side = (self.smooth, self.smooth)
        around = cv2.blur(cv2.blur(able.astype(np.float32), side), side)
        near = np.zeros(able.shape, np.bool_)
        for axis in (0, 1):
            first, last = (np.s_[:, :-1], np.s_[:, 1:]) if axis else (np.s_[:-1], np.s_[1:])
            for one, other in ((first, last), (last, first)):
                near[one] |= self.above[self.casters[other], self.parts[one]]
        far = cv2.distanceTransform((~near).view(np.uint8), cv2.DIST_L2, 3)
        return able, np.maximum(around, np.float32(1e-3)), far / self.throw[self.parts]


def surfaces_of(flat: Bytes, ink: Bytes, regions: Labels) -> Surfaces:
    """Return the surfaces of flats.

    Args:
        flat: RGBA; blurred edges between colors are resolved.
        ink: uint8 ``(H, W)``: 255 is line.
        regions: int32 ``(H, W)``: areas that lines enclose.
    """
    zones, colors = zones_of(flat)
    figure = zones > 0
    rows, columns = np.flatnonzero(figure.any(axis=1)), np.flatnonzero(figure.any(axis=0))
    extent = float(np.hypot(np.ptp(rows), np.ptp(columns))) + 1 if rows.size else 1.0
    shares = colors.astype(np.float32) / 255
    skin = warmth(shares)[:, 0]
    # Hatched blush and shadow on a face are not strands; hair of that color is rare.
    pale = (skin > 0.5) & (luma(shares)[:, 0] > _PALE)
    hair = _strands(zones, _creases(ink, np.zeros_like(figure), extent), extent) & ~pale
    bodies = joined(zones, np.where(hair, 0, skin), hair, int(figure.sum()))
    creases = _creases(ink, _features(zones, bodies, extent), extent)
    # A body has the number of its largest zone.
    strands = _strands(bodies, creases, extent)
    strands &= ~pale[: len(strands)]
    strands = _hair(strands, bodies, colors, skin >= 0.5, extent)
    hairy = np.zeros(len(colors), np.bool_)
    hairy[zones] = strands[bodies]
    skin[hairy & ~pale] = 0
    parts = parts_of(bodies, regions, ink)
    casters, above, deep = casters_of(parts, bodies, colors, skin >= 0.5, extent)
    return Surfaces(
        figure=figure,
        zones=zones,
        bodies=bodies,
        parts=parts,
        colors=colors,
        casters=casters,
        above=above,
        deep=deep,
        interior=_interior(parts),
        creases=creases,
        strands=strands,
        skin=skin,
        extent=extent,
    )


def _interior(labels: Labels) -> NDArray[np.bool_]:
    inside = np.ones(labels.shape, np.bool_)
    across, down = labels[:, 1:] == labels[:, :-1], labels[1:] == labels[:-1]
    inside[:, 1:] &= across
    inside[:, :-1] &= across
    inside[1:] &= down
    inside[:-1] &= down
    return inside


def _features(zones: Labels, bodies: Labels, extent: float) -> NDArray[np.bool_]:
    """Return where smaller zones are on a body, with the lines around them."""
    import cv2

    areas = np.bincount(zones.ravel())
    owners = np.zeros(len(areas), np.int32)
    owners[zones] = bodies
    largest = np.zeros(int(bodies.max()) + 1, np.int64)
    np.maximum.at(largest, owners, areas)
    # The largest zone of a body is the body itself.
    there = (areas < largest[owners])[zones].astype(np.uint8)
    wide = 2 * max(1, round(0.006 * extent)) + 1
    return np.asarray(cv2.dilate(there, np.ones((wide, wide), np.uint8)), np.bool_)


def _creases(ink: Bytes, features: NDArray[np.bool_], extent: float) -> NDArray[np.float32]:
    """Return the lines that divide a surface, 0 to 1; short ones are features on it."""
    import cv2

    _, numbers, stats, _ = cv2.connectedComponentsWithStats((ink > 40).astype(np.uint8))
    lengths = np.hypot(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]) / extent
    weights = ((lengths - _SHORT) / (_LONG - _SHORT)).clip(0, 1).astype(np.float32)
    weights[0] = 0
    creases: NDArray[np.float32] = weights[numbers] * (ink.astype(np.float32) / np.float32(255))
    creases[features] = 0
    return creases


def _strands(bodies: Labels, creases: NDArray[np.float32], extent: float) -> NDArray[np.bool_]:
    """Return which bodies have many lines inside their outline."""
    import cv2

    inside = _interior(bodies).astype(np.uint8)
    deep = cv2.distanceTransform(inside, cv2.DIST_L2, 3) > 0.012 * extent
    line = creases > 0.4
    # Counts the edges of lines, not their area: line length without thickness.
    edge = line & ~cv2.erode(line.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(np.bool_)
    count = int(bodies.max()) + 1
    length = np.bincount(bodies[edge & deep], minlength=count) / 2
    areas = np.bincount(bodies[deep], minlength=count)
    dense = length * extent > _STRANDS * np.maximum(areas, 1)
    dense &= np.bincount(bodies.ravel()) > (0.08 * extent) ** 2
    dense[0] = False
    return np.asarray(dense)


def _hair(
    strands: NDArray[np.bool_],
    bodies: Labels,
    colors: Bytes,
    skin: NDArray[np.bool_],
    extent: float,
) -> NDArray[np.bool_]:
    """Return which bodies are hair: those with strands in the color of the crown, not pleats.

    The crown begins above all skin and is adjacent to some of it, which a hat is not. Without one,
    all bodies with strands count. A skin-colored body is a crown too, if it has strands or is on
    other skin.
    """
    count = len(strands)
    areas = np.bincount(bodies.ravel(), minlength=count)
    tops = np.full(count, bodies.shape[0])
    np.minimum.at(tops, bodies, np.arange(bodies.shape[0])[:, None])
    bare = skin[:count] & ~strands & (areas > _TINY * (bodies > 0).sum())
    pairs, lengths, _ = borders(bodies)
    i, j = pairs[lengths > _ALONG * extent].T
    other = (colors[i] != colors[j]).any(axis=1)
    # Brown and orange hair: the topmost skin-colored body, large, above skin of another color.
    for one, below in ((i, j), (j, i)):
        on_skin = (
            bare[one] & bare[below] & other & (tops[one] == tops[bare].min(initial=bodies.shape[0]))
        )
        first = one[on_skin & (areas[one] > (_CROWN * extent) ** 2) & (tops[below] > tops[one])]
        strands = strands.copy()
        strands[first] = True
    bare &= ~strands
    along = np.zeros(count, np.bool_)
    along[i[bare[j]]] = along[j[bare[i]]] = True
    crown = strands & along & (tops < tops[bare].min(initial=bodies.shape[0]))
    if not crown.any():
        return strands
    alike = (colors[:count, None] == colors[None, :count][:, crown]).all(axis=2)
    return np.asarray(strands & alike.any(axis=1))
