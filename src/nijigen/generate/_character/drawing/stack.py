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
_UNSEEN = 6.0
"""How far the opacity of a pixel may be from that of the drawing, of 255."""


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
        alpha = averaged(cover, s)[:, :, None].astype(np.float32)
        mask = (cover != 0).view(np.uint8)
        seen = averaged(mask * np.uint8(255), s)[:, :, None].astype(np.float32)
        own = averaged(image * mask[:, :, None], s)[:, :, :3] * (255 / np.maximum(seen, 1))
        touched = seen != 0
        result = _leading(shown, wanted, own.clip(0, 255), alpha) * touched
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


def _leading(shown: Floats, wanted: Floats, own: Floats, alpha: Floats) -> Floats:
    """Return the color and alpha, ``(h, w, 4)``, that lead from what is shown to what is wanted.

    Args:
        shown: What is below, premultiplied.
        wanted: What is to be seen, premultiplied.
        own: The color of the layer.
        alpha: Its opacity, as if nothing below shared an edge with it.
    """
    below, change = shown[:, :, :3], wanted[:, :, :3] - shown[:, :, :3]
    free = 255 - shown[:, :, 3:]
    clear = free > 0.5
    # Where it is transparent below, the opacity of the result decides.
    fixed = 255 * (wanted[:, :, 3:] - shown[:, :, 3:]) / np.maximum(free, 0.5)
    # Its own color with another opacity, if that leads there.
    toward = own - below
    share = (change * toward).sum(axis=2, keepdims=True)
    share = 255 * share / np.maximum((toward * toward).sum(axis=2, keepdims=True), 1.0)
    share = np.where(clear, fixed, share).clip(0, 255)
    pure = np.abs(change - toward * share / 255).max(axis=2, keepdims=True) <= 1.0
    # Else another color, with the least opacity for which that is in range.
    room = np.where(change > 0, 255 - below, below)
    least = (255 * np.abs(change) / np.maximum(room, 1e-3)).max(axis=2, keepdims=True)
    # A line within the area that it bounds changes the color but not the opacity: a little more of
    # that is less visible than another color.
    most = fixed + 255 * _UNSEEN / np.maximum(free, 0.5)
    mixed = np.where(clear, np.clip(least, fixed, most), np.maximum(alpha, least))
    mixed = np.ceil(mixed - 1e-3).clip(0, 255)
    color = below + 255 * change / np.maximum(mixed, 1e-3)
    made = np.concatenate(
        [np.where(pure, own, color), np.where(pure, np.rint(share), mixed)], axis=2
    )
    return made.clip(0, 255)
