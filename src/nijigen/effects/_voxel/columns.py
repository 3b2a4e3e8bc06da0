"""Columns: the cells of a picture, their colors and heights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray

from nijigen.core.alpha import bleed
from nijigen.core.artwork import Artwork, Layer
from nijigen.core.operation import Setting
from nijigen.core.picture import Picture
from nijigen.imaging.resize import resize

Floats = NDArray[np.floating[Any]]
Shape = Literal["bars", "voxels"]
By = Literal["brightness", "layers"]
Resolution = Annotated[int, Setting(ge=8, le=400, step=8)]
Height = Annotated[float, Setting(ge=0, le=60, step=0.5, unit="%")]
Smoothness = Annotated[float, Setting(ge=0, le=1, step=0.05)]
BASE = 1.0
"""Height of the lowest column, in cells: darkness has a body too."""
_SEEN = 128
"""Alpha from which a cell has a column."""
_RANGE = (1, 99)
"""Percentiles of brightness that become the lowest and the highest column."""


@dataclass(frozen=True, eq=False)
class Columns:
    """A column on each cell of a grid; a cell is one unit wide and deep.

    Args:
        heights: ``(rows, columns)``, float32, in cells; 0 where there is no column.
        colors: ``(rows, columns, 3)``, uint8.
        cubes: Whether columns are piles of cubes, so that heights are whole numbers.
        limit: The greatest height that the settings allow, whatever the picture.
    """

    heights: NDArray[np.float32]
    colors: NDArray[np.uint8]
    cubes: bool
    limit: float

    @property
    def filled(self) -> NDArray[np.bool_]:
        """Where there are columns."""
        return self.heights > 0


def columns_of(
    picture: Picture | Artwork,
    height_map: Picture | None,
    *,
    shape: Shape,
    by: By,
    resolution: int,
    height: float,
    smoothness: float,
    invert: bool,
) -> Columns:
    """Return the columns of a picture.

    Args:
        picture: Its colors, and its brightness or layers.
        height_map: Its brightness gives the heights instead.
        shape: Bars have any height, voxels are whole cubes.
        by: What gives the heights without a height map.
        resolution: Cells of the longer side, at most one for a pixel.
        height: Of the highest column, in percent of the longer side.
        smoothness: How much heights are blurred, 0 to 1.
        invert: Whether dark is high, or the lowest layer.
    """
    shown = (picture.shown() if isinstance(picture, Artwork) else picture).reduced()
    longest = max(shown.size)
    count = min(resolution, longest)
    size = (
        max(1, round(shown.width * count / longest)),
        max(1, round(shown.height * count / longest)),
    )
    seen = np.ones(size[::-1], bool)
    if shown.channels == 4:
        alpha = resize(Picture(shown.pixels[:, :, 3]), size, "box").pixels[:, :, 0]
        seen = alpha >= _SEEN
    colors = resize(bleed(shown).rgb(), size, "box").pixels
    if height_map is not None:
        levels = _levels(
            resize(height_map.reduced().gray(), size, "box").pixels[:, :, 0], seen, (0, 100)
        )
    elif by == "layers":
        levels = _layers(picture, size)
    else:
        levels = _levels(colors @ np.array([0.299, 0.587, 0.114], np.float32), seen, _RANGE)
    if smoothness:
        levels = _blurred(levels, seen, 2 * smoothness * max(1.0, count / 96))
    heights = (BASE + (1 - levels if invert else levels) * (height / 100 * count)).astype("f4")
    if shape == "voxels":
        heights = np.maximum(1, np.round(heights))
    limit = BASE + 0.5 + height / 100 * count
    return Columns(np.where(seen, heights, np.float32(0)), colors, shape == "voxels", limit)


def _levels(values: Floats, seen: NDArray[np.bool_], share: tuple[int, int]) -> Floats:
    """Return values stretched to 0 to 1."""
    if not seen.any():
        return np.zeros(values.shape, np.float32)
    low, high = np.percentile(values[seen], share)
    return np.asarray(
        np.clip((values.astype(np.float32) - low) / max(1.0, float(high - low)), 0, 1)
    )


def _layers(picture: Picture | Artwork, size: tuple[int, int]) -> Floats:
    """Return for each cell how high its topmost layer lies, 0 for the lowest."""
    artwork = picture if isinstance(picture, Artwork) else Artwork.of(picture)
    layers = [layer for _, layer in artwork.leaves() if layer.visible and layer.opacity > 0]
    levels = np.zeros(size[::-1], np.float32)
    for number, layer in enumerate(layers):
        levels[_cover(layer, artwork.size, size) >= _SEEN] = number / max(1, len(layers) - 1)
    return levels


def _cover(layer: Layer, whole: tuple[int, int], size: tuple[int, int]) -> NDArray[np.uint8]:
    """Return the alpha of a layer in cells of the whole artwork."""
    canvas = np.zeros(whole[::-1], np.uint8)
    left, top, right, bottom = layer.box
    box = (slice(max(0, top), max(0, bottom)), slice(max(0, left), max(0, right)))
    pixels = layer.pixels.reduced().pixels[max(0, -top) :, max(0, -left) :]
    pixels = pixels[: canvas[box].shape[0], : canvas[box].shape[1]]
    canvas[box] = pixels[:, :, 3] if pixels.shape[2] == 4 else 255
    return resize(Picture(canvas), size, "box").pixels[:, :, 0]


def _blurred(levels: Floats, seen: NDArray[np.bool_], sigma: float) -> Floats:
    """Blur levels within what is seen."""
    reach = max(1, round(2.5 * sigma))
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2).astype(np.float32)
    weight = seen.astype(np.float32)
    total, mass = levels * weight, weight
    for axis in (0, 1):
        total, mass = (_convolved(one, kernel, reach, axis) for one in (total, mass))
    return total / np.maximum(mass, 1e-6)


def _convolved(values: Floats, kernel: Floats, reach: int, axis: int) -> Floats:
    padding = [(0, 0), (0, 0)]
    padding[axis] = (reach, reach)
    padded = np.pad(values, padding)
    windows = np.lib.stride_tricks.sliding_window_view(padded, len(kernel), axis)
    return np.asarray(windows @ kernel)
