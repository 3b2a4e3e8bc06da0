"""The content of a layered file in any format."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from nijigen.core.artwork import Artwork, Group, Layer
from nijigen.core.limits import DEPTH, LAYERS, PIXELS
from nijigen.core.picture import Info, Picture
from nijigen.core.run import Note
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
    notes: tuple[Note, ...] = ()
    """What was lost or assumed in reading."""

    def artwork(self, info: Info) -> Artwork:
        """Return the layers as a value."""
        merged = None if self.merged is None else Picture(self.merged)
        return Artwork(self.size, self.layers, info, merged)


_MOST_NAMES = 3
_MOST_NOTES = 20


def notes_on_lacks(lacks: Sequence[tuple[str, str]], *, merged: bool) -> tuple[Note, ...]:
    """Return notes on what a file uses and is not drawn, one for each feature.

    Args:
        lacks: Pairs of a feature and the name of a layer that uses it.
        merged: Whether the file has a merged picture to show instead.
    """
    layers: dict[str, list[str]] = {}
    for feature, name in lacks:
        layers.setdefault(feature, []).append(name)
    if merged:
        rest = "a flattened result is the file's own merged picture, layers come without it"
    else:
        rest = "the file has no merged picture to show instead, so it is missing"
    notes = [
        Note("layers", f"not drawn: {feature} ({_named(names)}); {rest}")
        for feature, names in list(layers.items())[:_MOST_NOTES]
    ]
    if len(layers) > _MOST_NOTES:
        more = len(layers) - _MOST_NOTES
        notes.append(Note("layers", f"{more} more features of the file are not drawn"))
    return tuple(notes)


def notes_on_damage(names: Sequence[str], *, skipped: bool) -> tuple[Note, ...]:
    """Return notes on properties that could not be read.

    Args:
        names: Names of the layers that have such properties.
        skipped: Whether some of the document are among them.
    """
    notes = []
    if names:
        notes.append(Note("layers", f"damaged properties were skipped ({_named(names)})"))
    if skipped:
        notes.append(Note("assumed", "damaged metadata of the file was skipped"))
    return tuple(notes)


def _named(names: Sequence[str]) -> str:
    """Return names of layers as a list; long ones and long lists are cut."""
    shown = [repr(name if len(name) <= 40 else name[:39] + "…") for name in names[:_MOST_NAMES]]
    more = len(names) - len(shown)
    text = ", ".join(shown) + (f" and {more} more" if more else "")
    return f"layer {text}" if len(names) == 1 else f"layers {text}"


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
