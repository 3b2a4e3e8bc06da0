"""Stack: layers that composite to exactly the drawing, anti-aliased edges included.

Where two shapes share an edge, each covers a part of a pixel; stacked by their alpha they would let
through what is behind both. Here the color of a layer is what leads from the stack below it to the
true state of the drawing after it, and its alpha is raised where no color does.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nijigen.core.artwork import Layer
from nijigen.core.picture import Picture
from nijigen.generate._character.drawing.paint import Bytes, averaged
from nijigen.generate._character.drawing.runs import Box

Floats = NDArray[np.float32]


class Stack:
    """The drawing so far, as samples and as pixels composited from the layers."""

    def __init__(self, height: int, width: int, samples: int) -> None:
        self.samples = samples
        self.state = np.zeros((height * samples, width * samples, 4), np.uint8)
        self.shown = np.zeros((height, width, 4), np.float32)
        """Premultiplied, 0 to 255."""

    def layer(self, name: str, box: Box, image: Bytes, cover: Bytes) -> Layer:
        """Add a layer and return it.

        Args:
            name: Name of the layer.
            box: Rows and columns of samples, whole pixels.
            image: Color of each sample in the box, ``(h, w, 4)``.
            cover: Opacity of each sample, 0 to 255.
        """
        s = self.samples
        state = self.state[box]
        _mixed(state, image, cover)
        pixels = tuple(slice(a.start // s, a.stop // s) for a in box)
        shown = self.shown[pixels]
        wanted = averaged(np.ascontiguousarray(state), s).astype(np.float32)
        alpha = averaged(cover, s)
        touched = (averaged((cover != 0).view(np.uint8) * np.uint8(255), s) != 0)[:, :, None]
        color, share = _leading(shown, wanted, alpha[:, :, None].astype(np.float32), touched)
        result = np.concatenate([color, share], axis=2).clip(0, 255)
        made = (result + 0.5).astype(np.uint8)
        made *= touched
        weight = made[:, :, 3:].astype(np.float32) / 255
        shown *= 1 - weight
        shown[:, :, :3] += made[:, :, :3] * weight
        shown[:, :, 3:] += 255 * weight
        layer = Layer(name, Picture(made), left=pixels[1].start, top=pixels[0].start)
        return layer.trimmed()


def _mixed(state: Bytes, image: Bytes, cover: Bytes) -> None:
    """Paint samples over samples."""
    whole = cover == 255
    np.copyto(state[:, :, :3], image[:, :, :3], where=whole[:, :, None])
    state[:, :, 3][whole] = 255
    part = np.flatnonzero(((cover != 0) & ~whole).any(axis=1))
    if len(part):
        rows = slice(int(part[0]), int(part[-1]) + 1)
        weight = cover[rows].astype(np.int32)[:, :, None]
        weight += weight >> 7
        below = state[rows, :, :3].astype(np.int32)
        step = ((image[rows, :, :3] - below) * weight) >> 8
        state[rows, :, :3] = np.where(whole[rows][:, :, None], below, below + step)


def _leading(
    shown: Floats, wanted: Floats, alpha: Floats, touched: NDArray[np.bool_]
) -> tuple[Floats, Floats]:
    """Return color and alpha of a layer that leads from what is shown to what is wanted."""
    # Where it is not opaque below, the alpha of the result decides.
    behind, after = shown[:, :, 3:], wanted[:, :, 3:]
    free = 255 - behind
    own = np.where(free > 0.5, 255 * (after - behind) / np.maximum(free, 0.5), alpha)
    # The least alpha with which a color from 0 to 255 leads there.
    change = wanted[:, :, :3] - shown[:, :, :3]
    room = np.where(change > 0, 255 - shown[:, :, :3], shown[:, :, :3])
    least = (255 * np.abs(change) / np.maximum(room, 1e-3)).max(axis=2, keepdims=True)
    needed = np.where((free > 0.5) | (np.abs(change).max(axis=2, keepdims=True) <= 0.5), 0, least)
    share = np.ceil(np.maximum(own, needed) - 1e-3).clip(0, 255)
    share = np.where(touched, share, 0)
    weight = share / 255
    color = (wanted[:, :, :3] - shown[:, :, :3] * (1 - weight)) / np.maximum(weight, 1e-3)
    return color.astype(np.float32), share.astype(np.float32)
