"""Artwork: a layered document."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np

from nijigen.core._smoothing import smoothed
from nijigen.core.blending import FUNCTIONS, PLAIN, Blend, Canvas, Floats, Mixing
from nijigen.core.drawing import Drawing
from nijigen.core.errors import BadPicture
from nijigen.core.picture import Info, Picture, Pixels

__all__ = ["Artwork", "Blend", "Group", "Layer", "Mixing"]

_BAND = 2**20
"""Pixels of the canvas that are composited at once: 16 MB per canvas."""


@dataclass(frozen=True, eq=False)
class Layer:
    """Pixels at a position in an artwork.

    Args:
        name: Name in layer panels; any text.
        pixels: Gray, RGB or RGBA of any size; it may extend beyond the artwork.
        left: Position of its left edge; may be negative.
        top: Position of its top edge; may be negative.
        blend: How its colors mix with the layers below.
        opacity: 0 to 1.
        visible: Whether it is shown.
        clipped: Whether it is clipped to the nearest unclipped layer below.
        mixing: Fill, Blend If and the like.
        flat: Whether these are areas of flat color with hard edges, RGBA with 8 bits: they stay as
            they are, and are anti-aliased in what is flattened. Files do not keep this.

    Raises:
        BadPicture: The opacity or the blend mode is invalid.
    """

    name: str
    pixels: Picture
    left: int = 0
    top: int = 0
    blend: Blend = "normal"
    opacity: float = 1.0
    visible: bool = True
    clipped: bool = False
    mixing: Mixing = PLAIN
    flat: bool = False

    def __post_init__(self) -> None:
        _check(self.name, self.opacity, self.blend, tuple(FUNCTIONS))

    @property
    def box(self) -> tuple[int, int, int, int]:
        """Left, top, right and bottom in pixels of the artwork."""
        return self.left, self.top, self.left + self.pixels.width, self.top + self.pixels.height

    def trimmed(self) -> Layer:
        """Return the layer without transparent margins; an empty one keeps one pixel."""
        if self.pixels.channels < 4:
            return self
        seen = self.pixels.pixels[:, :, 3] > 0
        rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
        top, bottom = (int(rows[0]), int(rows[-1]) + 1) if rows.size else (0, 1)
        left, right = (int(columns[0]), int(columns[-1]) + 1) if columns.size else (0, 1)
        inner = self.pixels.with_pixels(self.pixels.pixels[top:bottom, left:right])
        return replace(self, pixels=inner, left=self.left + left, top=self.top + top)

    def __repr__(self) -> str:
        return f"<Layer {self.name!r} {self.blend} {self.opacity:g} {self.box}>"


@dataclass(frozen=True, eq=False)
class Group:
    """A folder of layers.

    Args:
        name: Name in layer panels.
        layers: Its layers and groups, bottom first.
        blend: How the group as a whole mixes with the layers below; with ``pass-through`` its
            layers mix with them one by one, as if there were no group.
        opacity: 0 to 1, of the group as a whole.
        visible: Whether it is shown.
        clipped: Whether it is clipped to the nearest unclipped layer below.
        flat: Whether its layers are areas of one picture, as in a layer that is flat.

    Raises:
        BadPicture: The opacity or the blend mode is invalid.
    """

    name: str
    layers: tuple[Layer | Group, ...] = ()
    blend: Blend | Literal["pass-through"] = "normal"
    opacity: float = 1.0
    visible: bool = True
    clipped: bool = False
    flat: bool = False

    def __post_init__(self) -> None:
        _check(self.name, self.opacity, self.blend, (*FUNCTIONS, "pass-through"))
        object.__setattr__(self, "layers", tuple(self.layers))

    def __repr__(self) -> str:
        return f"<Group {self.name!r} {self.blend} {self.opacity:g} {list(self.layers)}>"


@dataclass(frozen=True, eq=False)
class Artwork:
    """A layered document.

    Args:
        size: Width and height in pixels.
        layers: Layers and groups, bottom first.
        info: Where the artwork came from.
        merged: The file's own composite, if it uses features that are not supported here (filters,
            effects, unknown blend modes). :meth:`with_layers` drops it.

    Raises:
        BadPicture: A side is shorter than one pixel.
    """

    size: tuple[int, int]
    layers: tuple[Layer | Group, ...]
    info: Info = field(default_factory=Info)
    merged: Picture | None = None

    def __post_init__(self) -> None:
        if min(self.size) < 1:
            raise BadPicture(f"an artwork of {self.size[0]}×{self.size[1]} pixels is too small")
        object.__setattr__(self, "layers", tuple(self.layers))

    @classmethod
    def of(cls, picture: Picture, name: str = "Layer 1") -> Artwork:
        """Return the layers of a drawing, or an artwork of a single layer."""
        if isinstance(picture, Drawing):
            return replace(picture.artwork(), info=picture.info)
        return cls(picture.size, (Layer(name, Picture(picture.pixels)),), picture.info)

    @classmethod
    def open(cls, path: str | os.PathLike[str]) -> Artwork:
        """Read a PSD, an ORA or a set of PNGs (a ZIP or its folder); a picture becomes one layer.

        Raises:
            NotFound: The file does not exist.
            BadPicture: The file is damaged, not a picture, or an animation.
            PictureTooLarge: All layers together have more pixels than the limit allows.
        """
        from nijigen.imaging.files import read_artwork

        return read_artwork(Path(path))

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write PSD, ORA or a set of PNGs (``.zip``, or a folder for a name without extension).

        For a picture format such as ``.png`` the layers are flattened.

        Raises:
            UnsupportedFormat: The extension is unknown.
            OutputError: The file cannot be written; an existing file is unchanged.
        """
        from nijigen.imaging.files import write_artwork

        write_artwork(self, Path(path))

    @property
    def channels(self) -> int:
        """Channels of a picture that could hold it: 4, or 1 if all layers are gray."""
        return 1 if self._is_gray() else 4

    @property
    def depth(self) -> int:
        """Bits per sample: 16 if any layer has 16, otherwise 8."""
        return max((layer.pixels.depth for _, layer in self.leaves()), default=8)

    def leaves(self) -> Iterator[tuple[tuple[str, ...], Layer]]:
        """Yield every layer with the names of its enclosing groups, bottom first."""
        return _leaves(self.layers, ())

    def with_layers(self, layers: Sequence[Layer | Group]) -> Artwork:
        """Return an artwork of the same size and info with other layers."""
        return replace(self, layers=tuple(layers), merged=None)

    def shown(self) -> Picture:
        """Return the file's composite: :attr:`merged` if there is one, or the flattened layers."""
        return self.flatten() if self.merged is None else replace(self.merged, info=self.info)

    def flatten(self) -> Picture:
        """Composite all visible layers in sRGB.

        Returns:
            RGBA; if every pixel is opaque, RGB or, for gray layers, gray. Fully transparent
            pixels are black. 16 bits per sample if any layer has 16.

        Source: W3C Compositing and Blending Level 1; pass-through groups and clipping as in
        Photoshop documents.
        """
        width, height = self.size
        full = 65535 if self.depth == 16 else 255
        pixels: Pixels = np.empty((height, width, 4), np.uint16 if full > 255 else np.uint8)
        step = max(1, _BAND // width)
        layers = [self._as_layer(node) for node in self.layers]
        for top in range(0, height, step):
            canvas = Canvas(min(step, height - top), width)
            _draw_all(layers, canvas, top)
            band = np.concatenate([canvas.straight(), canvas.alpha], axis=2)
            pixels[top : top + step] = (band.clip(0, 1) * full + 0.5).astype(pixels.dtype)
        pixels[pixels[:, :, 3] == 0] = 0
        if pixels[:, :, 3].min() == full:
            pixels = pixels[:, :, : 1 if self._is_gray() else 3]
        return Picture(pixels, self.info)

    def _as_layer(self, node: Layer | Group) -> Layer | Group:
        """Return a flat group as a flat layer: areas can be smoothed together only."""
        if isinstance(node, Layer) or not (node.flat and node.visible):
            return node
        areas = Artwork(self.size, node.layers).flatten().pixels
        if areas.dtype != np.uint8 or areas.shape[2] == 1:
            return node
        if areas.shape[2] == 3:
            areas = np.dstack([areas, np.full_like(areas[:, :, 0], 255)])
        blend = "normal" if node.blend == "pass-through" else node.blend
        return Layer(
            node.name, Picture(areas), 0, 0, blend, node.opacity, clipped=node.clipped, flat=True
        )

    def _is_gray(self) -> bool:
        return all(layer.pixels.channels == 1 for _, layer in self.leaves()) and any(self.leaves())

    def __repr__(self) -> str:
        width, height = self.size
        return f"<Artwork {width}×{height} {sum(1 for _ in self.leaves())} layers>"


def _check(name: str, opacity: float, blend: str, known: tuple[str, ...]) -> None:
    if not 0 <= opacity <= 1:
        raise BadPicture(f"the opacity of layer {name[:80]!r} is {opacity}", "use 0 to 1")
    if blend not in known:
        raise BadPicture(
            f"the layer {name[:80]!r} has an unknown blend mode {blend!r}",
            "known: " + ", ".join(known),
        )


def _leaves(
    layers: Sequence[Layer | Group], path: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], Layer]]:
    for node in layers:
        if isinstance(node, Layer):
            yield path, node
        else:
            yield from _leaves(node.layers, (*path, node.name))


def _draw_all(layers: Sequence[Layer | Group], canvas: Canvas, top: int) -> None:
    """Draw layers onto the canvas, whose first row is row ``top`` of the artwork."""
    index = 0
    while index < len(layers):
        node = layers[index]
        end = index + 1
        while end < len(layers) and layers[end].clipped:
            end += 1
        if node.visible and node.opacity > 0:
            _draw(node, layers[index + 1 : end], canvas, top)
        index = end


def _draw(node: Layer | Group, clipped: Sequence[Layer | Group], canvas: Canvas, top: int) -> None:
    """Draw one layer or group with the layers clipped to it."""
    if isinstance(node, Layer) and not clipped:
        _draw_layer(node, canvas, top)
        return
    if isinstance(node, Group) and node.blend == "pass-through" and not clipped:
        before = canvas.copy() if node.opacity < 1 else None
        _draw_all(node.layers, canvas, top)
        if before is not None:
            canvas.fade(before, node.opacity)
        return
    inner = _alone(node, canvas, top)
    for layer in clipped:
        if layer.visible:
            over = _alone(layer, canvas, top)
            blend = "normal" if layer.blend == "pass-through" else layer.blend
            inner.draw(over.straight(), over.alpha, blend, clip=True, **_strength(layer))
    blend = "normal" if node.blend == "pass-through" else node.blend
    canvas.draw(inner.straight(), inner.alpha, blend, **_strength(node))


def _strength(node: Layer | Group) -> dict[str, Any]:
    return {
        "opacity": node.opacity,
        "mixing": node.mixing if isinstance(node, Layer) else PLAIN,
    }


def _alone(node: Layer | Group, canvas: Canvas, top: int) -> Canvas:
    """Return a layer or group on a canvas of its own, fully opaque."""
    inner = Canvas(*canvas.alpha.shape[:2])
    if isinstance(node, Layer):
        _draw_layer(replace(node, blend="normal", opacity=1.0, mixing=PLAIN), inner, top)
    else:
        _draw_all(node.layers, inner, top)
    return inner


def _draw_layer(layer: Layer, canvas: Canvas, top: int) -> None:
    height, width = canvas.alpha.shape[:2]
    left, upper, right, lower = layer.box
    x0, x1 = max(left, 0), min(right, width)
    y0, y1 = max(upper, top), min(lower, top + height)
    if x0 >= x1 or y0 >= y1:
        return
    pixels, rows = layer.pixels.pixels, slice(y0 - upper, y1 - upper)
    if layer.flat and pixels.dtype == np.uint8 and pixels.shape[2] == 4:
        pixels, rows = smoothed(pixels, rows.start, rows.stop), slice(None)
    part = pixels[rows, x0 - left : x1 - left]
    values: Floats = part.astype(np.float32) / np.float32(np.iinfo(part.dtype).max)
    color = values[:, :, :3] if values.shape[2] > 1 else np.repeat(values, 3, axis=2)
    alpha = values[:, :, 3:] if values.shape[2] == 4 else np.ones_like(values[:, :, :1])
    area = np.s_[y0 - top : y1 - top, x0:x1]
    canvas.draw(color, alpha, layer.blend, area, **_strength(layer))
