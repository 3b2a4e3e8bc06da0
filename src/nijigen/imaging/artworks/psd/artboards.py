"""Artboards: groups of a PSD that cut their layers to a rectangle with a background."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from nijigen.core.artwork import Group, Layer
from nijigen.core.errors import BadPicture
from nijigen.core.picture import Picture
from nijigen.imaging.artworks.psd.descriptors import descriptor
from nijigen.imaging.artworks.psd.masks import Box, Cover, masked
from nijigen.imaging.artworks.psd.pixels import Reader

KEYS = (b"artb", b"artd", b"abdd")
"""Blocks that make a group an artboard."""
_PAPERS = {1: (255, 255, 255), 2: (0, 0, 0), 3: None}
"""Backgrounds by number; any other is a color of its own."""
_FARTHEST = 300_000
"""Pixels, ten times the longest side of a PSD."""


@dataclass(frozen=True)
class Artboard:
    """Place and background of an artboard."""

    box: Box
    paper: tuple[int, ...] | None
    """RGB; None for a transparent background."""

    @classmethod
    def of(cls, blocks: dict[bytes, bytes]) -> Artboard | None:
        """Return the artboard that the blocks of a group describe, if they do.

        Raises:
            BadPicture: They are damaged.
        """
        data = next((blocks[key] for key in KEYS if key in blocks), None)
        if data is None:
            return None
        reader = Reader(data)
        reader.take(">I")
        settings = descriptor(reader)
        box = _numbers(settings.get(b"artboardRect"), (b"Left", b"Top ", b"Rght", b"Btom"))
        if box is None or max(map(abs, box)) > _FARTHEST:
            raise BadPicture("an artboard without a place")
        kind = settings.get(b"artboardBackgroundType")
        if kind in _PAPERS:
            return cls(box, _PAPERS[kind])
        return cls(box, _numbers(settings.get(b"Clr "), (b"Rd  ", b"Grn ", b"Bl  ")))

    def drawn(
        self, layers: tuple[Layer | Group, ...], size: tuple[int, int]
    ) -> tuple[Layer | Group, ...]:
        """Return layers cut to the artboard, over its background.

        Args:
            layers: Layers and groups on the artboard.
            size: Width and height of the document; the background ends there.
        """
        cut = masked(layers, Cover.of_box(self.box))
        left, top = (max(0, side) for side in self.box[:2])
        right, bottom = map(min, self.box[2:], size)
        if self.paper is None or right <= left or bottom <= top:
            return cut
        color = np.clip(self.paper, 0, 255).astype(np.uint8)
        pixels = np.tile(color, (bottom - top, right - left, 1))
        return Layer("Artboard background", Picture(pixels), left, top), *cut


def _numbers(settings: Any, names: tuple[bytes, ...]) -> Any:
    """Return some whole numbers of a descriptor, or None if one is missing."""
    found = [settings.get(name) for name in names] if isinstance(settings, dict) else [None]
    numbers = [round(one) for one in found if isinstance(one, int | float) and abs(one) < 2**31]
    return tuple(numbers) if len(numbers) == len(found) else None
