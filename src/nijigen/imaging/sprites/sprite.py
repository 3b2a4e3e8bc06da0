"""The content of a sprite in any format: layers, and on each of them a cel for each frame."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, get_args

import numpy as np

from nijigen.core.animation import Milliseconds
from nijigen.core.artwork import Artwork, Group, Layer
from nijigen.core.blending import Blend
from nijigen.core.limits import DEPTH, FRAMES, LAYERS, PIXELS
from nijigen.core.picture import Picture
from nijigen.core.run import Note
from nijigen.core.strict import read_json
from nijigen.imaging.artworks.document import Document
from nijigen.imaging.codecs.canvas import without_idle_alpha
from nijigen.imaging.codecs.content import Array, Content, check_size, damaged
from nijigen.imaging.codecs.modes import with_channels

Direction = Literal["forward", "reverse", "pingpong", "pingpong_reverse"]
DIRECTIONS: tuple[Direction, ...] = get_args(Direction)
TAGS = "tags"
"""Name of the text with the tags of an animation, as JSON."""


@dataclass(frozen=True)
class Tag:
    """A named range of frames."""

    name: str
    first: int
    last: int
    direction: Direction = "forward"
    repeat: int = 0
    """How often it is played; 0 is unsaid."""


@dataclass(frozen=True, eq=False)
class Cel:
    """What is on one layer in one frame."""

    pixels: Array
    """RGBA, 8 bits; cels that show the same share them."""
    left: int = 0
    top: int = 0
    opacity: float = 1.0


@dataclass
class SpriteLayer:
    """A layer, or a group of layers."""

    name: str
    blend: Blend | Literal["pass-through"] = "normal"
    opacity: float = 1.0
    visible: bool = True
    cels: dict[int, Cel] = field(default_factory=dict)
    """By the number of the frame."""
    layers: list[SpriteLayer] | None = None
    """Of a group, the lowest first."""


@dataclass
class Sprite:
    """Layers, frames and what is known about them."""

    size: tuple[int, int]
    durations: list[Milliseconds]
    """Of each frame."""
    layers: list[SpriteLayer] = field(default_factory=list)
    """The lowest first."""
    tags: list[Tag] = field(default_factory=list)
    palette: list[tuple[int, int, int, int]] = field(default_factory=list)
    """Colors in the order of the file, RGBA."""
    icc: bytes | None = None
    notes: list[Note] = field(default_factory=list)

    def frame(self, number: int) -> Artwork:
        """Return the layers of one frame."""
        return Artwork(self.size, tuple(_shown(self.layers, number)))

    def content(self, *, first: bool = False) -> Content | Document:
        """Return one frame as layers, or several as an animation without layers."""
        notes = tuple(self.notes)
        if len(self.durations) == 1:
            return Document(self.size, self.frame(0).layers, notes=notes)
        check_size(*self.size, 1 if first else len(self.durations))
        if sum(1 for _ in every(self.layers)) > 1:
            notes += (Note("layers", "the layers of an animated sprite were flattened"),)
        shown = (
            with_channels(self.frame(number).flatten().pixels, 4)
            for number in range(1 if first else len(self.durations))
        )
        content = Content(without_idle_alpha(shown), self.durations, notes=notes)
        if self.tags:
            content.text[TAGS] = json.dumps([vars(tag) for tag in self.tags], ensure_ascii=False)
        return content


class SpriteBudget:
    """Pixels, layers and frames of a sprite, counted before they are decoded."""

    def __init__(self, size: tuple[int, int], frames: int) -> None:
        FRAMES.check(frames)
        check_size(*size)
        self._spent = size[0] * size[1]
        self._layers = 0

    def count(self, depth: int) -> None:
        """Count a layer or a group at a depth; 1 is that of the outermost."""
        self._layers += 1
        LAYERS.check(self._layers)
        DEPTH.check(depth, "groups are nested too deeply")

    def spend(self, width: int, height: int) -> None:
        """Count the pixels of a cel.

        Raises:
            BadPicture: It has no pixels.
            PictureTooLarge: All cels together have more pixels than the limit allows.
        """
        if width < 1 or height < 1:
            raise damaged(f"a cel of {width}×{height} pixels")
        self._spent += width * height
        PIXELS.check(self._spent, f"all cels together have {self._spent:,} pixels")


def every(layers: Sequence[SpriteLayer]) -> Iterator[SpriteLayer]:
    """Yield all layers that are no groups, the lowest first."""
    for layer in layers:
        if layer.layers is None:
            yield layer
        else:
            yield from every(layer.layers)


def _shown(layers: Sequence[SpriteLayer], number: int) -> Iterator[Layer | Group]:
    for layer in layers:
        if layer.layers is not None:
            inner = tuple(_shown(layer.layers, number))
            yield Group(layer.name, inner, layer.blend, layer.opacity, layer.visible)
            continue
        cel = layer.cels.get(number, Cel(np.zeros((1, 1, 4), np.uint8)))
        blend: Blend = "normal" if layer.blend == "pass-through" else layer.blend
        opacity = layer.opacity * cel.opacity
        yield Layer(
            layer.name, Picture(cel.pixels), cel.left, cel.top, blend, opacity, layer.visible
        )


def tags_of(text: str | None, frames: int) -> list[Tag]:
    """Return the tags in the text of an animation, without those that make no sense."""
    found = []
    try:
        for entry in read_json(text or "[]"):
            tag = Tag(
                str(entry["name"]),
                int(entry["first"]),
                int(entry["last"]),
                entry.get("direction", "forward"),
                int(entry.get("repeat", 0)),
            )
            if 0 <= tag.first <= tag.last < frames and tag.direction in DIRECTIONS:
                found.append(tag)
    except (ValueError, KeyError, TypeError, AttributeError):
        return []
    return found


def animated(
    frames: Sequence[Array], durations: Sequence[Milliseconds], tags: str | None = None
) -> Sprite:
    """Return pictures of one size as a sprite of one layer; equal frames share their pixels."""
    height, width = frames[0].shape[:2]
    layer = SpriteLayer("Layer 1")
    known: dict[bytes, Cel] = {}
    for number, frame in enumerate(frames):
        key = frame.tobytes()
        if key not in known:
            whole = Layer("", Picture(with_channels(frame, 4))).trimmed()
            known[key] = Cel(whole.pixels.pixels, whole.left, whole.top)
        layer.cels[number] = known[key]
    times: list[Milliseconds] = list(durations) if durations else [100]
    return Sprite((width, height), times, [layer], tags_of(tags, len(frames)))


def layered(artwork: Artwork) -> Sprite:
    """Return layers as a sprite of one frame; they must be neither clipped nor mixed specially."""
    return Sprite(artwork.size, [100], [_as_layer(node) for node in artwork.layers])


def _as_layer(node: Layer | Group) -> SpriteLayer:
    common = SpriteLayer(node.name, node.blend, node.opacity, node.visible)
    if isinstance(node, Group):
        return replace(common, layers=[_as_layer(inner) for inner in node.layers])
    pixels = with_channels(node.pixels.reduced().pixels, 4)
    return replace(common, cels={0: Cel(pixels, node.left, node.top)})


def colors_of(sprite: Sprite, most: int = 256) -> list[tuple[int, int, int, int]]:
    """Return the colors of all cels, at most so many; none if there are more."""
    found: set[tuple[int, ...]] = set()
    done: set[int] = set()
    for layer in every(sprite.layers):
        for cel in layer.cels.values():
            if id(cel) in done:
                continue
            done.add(id(cel))
            packed = np.ascontiguousarray(cel.pixels).view(np.uint32)
            seen = packed[cel.pixels[:, :, 3] > 0]
            some = np.unique(seen)
            if len(some) > most:
                return []
            found |= {tuple(color) for color in some.view(np.uint8).reshape(-1, 4).tolist()}
            if len(found) > most:
                return []
    return sorted((r, g, b, a) for r, g, b, a in found)
