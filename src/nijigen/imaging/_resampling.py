"""Weights of Pillow's filters, to resize some rows of a picture to the same bytes.

Pillow resizes only whole pictures, across and down one after the other, and rounds in between.
Here it resizes some rows across; down, they are resized with the same weights.

Source: as documented and tested against Pillow; Lanczos (Duchon 1979), cubic convolution with
a = -0.5 (Keys 1981).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from nijigen.core.picture import Pixels

Floats = NDArray[np.float64]
FIXED = 22
"""Bits after the binary point of Pillow's weights for 8-bit pixels."""


def _box(x: Floats) -> Floats:
    inside: Floats = np.where((x > -0.5) & (x <= 0.5), 1.0, 0.0)
    return inside


def _triangle(x: Floats) -> Floats:
    near: Floats = np.maximum(0, 1 - np.abs(x))
    return near


def _cubic(x: Floats) -> Floats:
    x = np.abs(x)
    near = (1.5 * x - 2.5) * x * x + 1
    far = ((-0.5 * x + 2.5) * x - 4) * x + 2
    return np.where(x < 1, near, np.where(x < 2, far, 0))


def _lanczos(x: Floats) -> Floats:
    return np.where(np.abs(x) < 3, np.sinc(x) * np.sinc(x / 3), 0)


_KERNELS: dict[str, tuple[Callable[[Floats], Floats], float]] = {
    "box": (_box, 0.5),
    "bilinear": (_triangle, 1),
    "bicubic": (_cubic, 2),
    "lanczos": (_lanczos, 3),
}
"""Each with its radius."""


@dataclass(frozen=True)
class Resampling:
    """How an axis is resized by a filter.

    Attributes:
        starts: First source pixel of every result pixel.
        weights: Of the source pixels from there on, ``(result pixels, n)``; 0 beyond the edge.
    """

    starts: NDArray[np.intp]
    weights: Floats

    @classmethod
    def between(cls, small: int, large: int, filter: str) -> Resampling:
        """Return the weights from a length to another one."""
        kernel, radius = _KERNELS[filter]
        scale = small / large
        stretch = max(scale, 1.0)
        radius *= stretch
        centres = (np.arange(large) + 0.5) * scale
        starts = np.maximum(0, (centres - radius + 0.5).astype(np.intp))
        ends = np.minimum(small, (centres + radius + 0.5).astype(np.intp))
        places = starts[:, None] + np.arange((ends - starts).max())
        weights = kernel((places - centres[:, None] + 0.5) / stretch)
        weights[places >= ends[:, None]] = 0
        return cls(starts, weights / weights.sum(axis=1, keepdims=True))

    def reach(self, first: int, last: int) -> tuple[int, int]:
        """Return the source pixels that some result pixels are computed from."""
        used = np.nonzero(self.weights[last - 1])[0][-1] + 1
        return int(self.starts[first]), int(self.starts[last - 1] + used)

    def applied(self, rows: Pixels, top: int, first: int, last: int) -> Pixels:
        """Return result rows.

        Args:
            rows: Source rows, ``(rows, W, C)`` of uint8, or of float32 for 16 bits.
            top: Number of the first of them.
            first: First result row.
            last: End of the result rows.
        """
        fixed = rows.dtype == np.uint8
        weights = np.rint(self.weights * 2**FIXED).astype(np.int32) if fixed else self.weights
        out = np.empty((last - first, *rows.shape[1:]), rows.dtype)
        for row, start in enumerate(self.starts[first:last] - top):
            total = np.full(rows.shape[1:], 1 << (FIXED - 1) if fixed else 0, weights.dtype)
            for weight, source in zip(weights[first + row], rows[start:], strict=False):
                total += weight * source
            out[row] = (total >> FIXED).clip(0, 255) if fixed else total
        return out


def nearest(small: int, large: int) -> NDArray[np.intp]:
    """Return the source pixel of every result pixel."""
    # Pillow adds up the places, so only Pillow rounds them as it does.
    ramp = Image.fromarray(np.arange(small, dtype=np.int32)[None])
    places: NDArray[np.int32] = np.asarray(ramp.resize((large, 1), Image.Resampling.NEAREST))[0]
    return places.astype(np.intp)


def down_first(old: tuple[int, int], size: tuple[int, int]) -> bool:
    """Return whether Pillow resizes down before across, as measured with Pillow 13.

    Args:
        old: Height and width.
        size: Width and height of the result.
    """
    return size[1] < old[0] and 2 * (old[1] - size[0]) < old[0] - size[1]


def across(rows: Pixels, width: int, filter: str) -> Pixels:
    """Return rows at another width: of uint8, or of float32 for 16 bits."""
    resample = Image.Resampling[filter.upper()]
    if rows.dtype == np.uint8:
        image = Image.fromarray(rows[:, :, 0] if rows.shape[2] == 1 else rows)
        made = np.asarray(image.resize((width, len(rows)), resample))
        return made.reshape(len(rows), width, -1)
    # Pillow has no 16-bit color; its float mode takes one channel at a time without loss.
    planes = [
        Image.fromarray(rows[:, :, channel]).resize((width, len(rows)), resample)
        for channel in range(rows.shape[2])
    ]
    return np.stack([np.asarray(plane) for plane in planes], axis=2)
