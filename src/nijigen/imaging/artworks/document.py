"""The content of a layered file in any format."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from nijigen.core.artwork import Artwork, Group, Layer
from nijigen.core.limits import DEPTH, LAYERS, PIXELS
from nijigen.core.picture import Info, Picture
from nijigen.imaging.codecs.content import Array, check_size, damaged


@dataclass
class Document:
    """Layers and metadata."""

    size: tuple[int, int]
    layers: tuple[Layer | Group, ...]
    dpi: tuple[float, float] | None = None
    icc: bytes | None = None
    """As found in the file; the pixels are already converted."""
    history: str | None = None
    """JSON of the steps that made this file."""
    merged: Array | None = None
    """The merged picture, if its layers have unsupported features."""

    def artwork(self, info: Info) -> Artwork:
        """Return the layers as a value."""
        merged = None if self.merged is None else Picture(self.merged)
        return Artwork(self.size, self.layers, info, merged)


class Budget:
    """Pixels, layers and groups of a file, counted before they are decoded."""

    def __init__(self, width: int, height: int, depth: int = 8) -> None:
        check_size(width, height, depth=depth)
        self._spent = width * height * _weight(depth)
        self._layers = 0

    def count(self, layers: int) -> None:
        """Count layers and groups.

        Raises:
            PictureTooLarge: They are more than the limit allows.
        """
        self._layers += layers
        LAYERS.check(self._layers)

    def enter(self, depth: int) -> None:
        """Enter a group, at depth 1 for those that are in no other.

        Raises:
            PictureTooLarge: Groups are nested deeper than the limit allows.
        """
        DEPTH.check(depth, "groups are nested too deeply")

    def spend(self, width: int, height: int, depth: int = 8) -> None:
        """Count the pixels of a layer or a mask.

        Raises:
            BadPicture: It has no pixels.
            PictureTooLarge: All layers together have more pixels than the limit allows.
        """
        if width < 1 or height < 1:
            raise damaged(f"a layer of {width}×{height} pixels")
        self._spent += width * height * _weight(depth)
        PIXELS.check(self._spent, f"all layers together have {self._spent:,} pixels")


def _weight(depth: int) -> int:
    return 2 if depth > 8 else 1


def flattened(document: Document) -> Picture:
    """Composite the layers of a document that is about to be written."""
    return Artwork(document.size, document.layers).flatten()


def every_layer(layers: Sequence[Layer | Group]) -> Iterable[Layer]:
    """Return all layers, those of groups too, the lowest first."""
    return (layer for _, layer in Artwork((1, 1), tuple(layers)).leaves())
