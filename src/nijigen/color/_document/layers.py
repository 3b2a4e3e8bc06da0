"""Layers: the standard layers of a colored drawing, found by name and kept in order."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from nijigen.color._flats.parts import Parts
from nijigen.core.artwork import Artwork, Group, Layer
from nijigen.core.blending import Blend
from nijigen.core.colors import written
from nijigen.core.picture import Info, Picture
from nijigen.core.run import SILENT, Run
from nijigen.imaging.line_art.ink import LineArt, line_art, without_guides

Bytes = NDArray[np.uint8]
Node = Layer | Group

BLENDS: dict[str, Blend] = {
    "paper": "normal",
    "flat": "normal",
    "gradient": "normal",
    "shadow": "multiply",
    "highlight": "screen",
    "light": "screen",
    "line": "normal",
}
"""The standard layers, the lowest first, and how they blend; those in the middle are clipped."""
_RANK = {name: rank for rank, name in enumerate(BLENDS)}
_CLIPPED = ("gradient", "shadow", "highlight", "light")
_LARGE = 1 << 22
"""Pixels of a page above which saving memory matters more than trimmed layers."""


@dataclass(frozen=True, eq=False)
class Sheet:
    """A drawing between line art and the colored document.

    Attributes:
        art: Its lines.
        flat: uint8 ``(H, W, 4)``: its flat colors; None if there are none yet.
        nodes: Layers and groups, standard and others, the lowest first.
        info: Info of the picture or artwork that was read.
        on_paper: False for lines on a transparent ground: their paper layer is hidden.
        run: Can be cancelled before every layer.
    """

    art: LineArt
    flat: Bytes | None
    nodes: tuple[Node, ...] = ()
    info: Info = field(default_factory=Info)
    on_paper: bool = True
    run: Run = SILENT

    @classmethod
    def of(cls, source: Picture | Artwork, run: Run = SILENT, *, guides: str = "keep") -> Sheet:
        """Read line art, or an artwork with standard layers.

        The lines of an artwork are its layer ``line``, or else what the whole shows.

        Args:
            source: Line art, or an artwork.
            run: Can be cancelled before every layer.
            guides: Guide lines to leave out, as :func:`without_guides` does.
        """
        sheet = cls._read(source, run)
        art = without_guides(sheet.art, guides)
        return sheet if art is sheet.art else sheet.with_line(art)

    @classmethod
    def _read(cls, source: Picture | Artwork, run: Run) -> Sheet:
        if isinstance(source, Picture):
            art = line_art(source, run)
            on_paper = source.channels < 4 or int(source.pixels[:, :, 3].min()) == 255
            return cls(art, None, (), source.info, on_paper, run).with_line(art)
        named = {node.name: node for node in source.layers}
        flat = _canvas(named["flat"], source.size) if "flat" in named else None
        if "line" in named:
            paper = _canvas(named["paper"], source.size) if "paper" in named else None
            art = _art(_canvas(named["line"], source.size), paper)
            return cls(art, flat, _flagged(source.layers), source.info, run=run)
        sheet = cls._read(source.shown().reduced(), run)
        if flat is None:
            # An artwork without our standard layers: all of it is the drawing.
            return replace(sheet, info=source.info)
        return replace(sheet, flat=flat, nodes=_flagged(source.layers), info=source.info)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        height, width = self.art.ink.shape
        return width, height

    def with_node(self, node: Node) -> Sheet:
        """Return the sheet with a standard layer added or replaced; other layers stay.

        Raises:
            Cancelled: The user asked to stop.
        """
        self.run.check()
        old = [at for at, other in enumerate(self.nodes) if other.name == node.name]
        if old:
            before, after = self.nodes[: old[0]], self.nodes[old[0] + 1 :]
            return replace(self, nodes=(*before, node, *after))
        rank, place = _RANK[node.name], 0
        for at, other in enumerate(self.nodes):
            if _RANK.get(other.name, len(_RANK)) < rank:
                place = at + 1
        # A layer that a person clipped to the layer below stays on it.
        while place and place < len(self.nodes) and _is_tied(self.nodes[place]):
            place += 1
        return replace(self, nodes=(*self.nodes[:place], node, *self.nodes[place:]))

    def with_layer(self, name: str, pixels: Bytes, *, blend: Blend | None = None) -> Sheet:
        """Return the sheet with pixels ``(H, W, 4)``, at any scale, as a standard layer."""
        part, left, top = _trimmed(pixels, self.size)
        mode, tied = blend or BLENDS[name], name in _CLIPPED
        return self.with_node(Layer(name, Picture(part), left, top, mode, clipped=tied))

    def without(self, name: str) -> Sheet:
        """Return the sheet without a standard layer."""
        return replace(self, nodes=tuple(node for node in self.nodes if node.name != name))

    def with_line(self, art: LineArt) -> Sheet:
        """Return the sheet with these lines, in their own color."""
        left, top, right, bottom = box = _kept(art.ink)
        part = np.s_[top:bottom, left:right]
        pixels = np.dstack([art.color[part], art.ink[part]])
        if box[2:] == self.size and box[:2] == (0, 0):
            # Share one copy of the colors.
            art = replace(art, color=pixels[:, :, :3])
        return replace(self, art=art).with_node(Layer("line", Picture(pixels), left, top))

    def with_paper(self) -> Sheet:
        """Return the sheet with a paper layer, added if it has none."""
        if any(node.name == "paper" for node in self.nodes):
            return self
        width, height = self.size
        pixels = np.empty((height, width, 3), np.uint8)
        # Row by row: a color at a time takes a hundred times as long.
        pixels[:] = np.tile(np.array(self.art.paper, np.uint8), (width, 1))
        return self.with_node(Layer("paper", Picture(pixels), visible=self.on_paper))

    def with_flat(
        self, flat: Bytes, *, per_color: bool = False, parts: Parts | None = None
    ) -> Sheet:
        """Return the sheet with flat colors ``(H, W, 4)``.

        Args:
            flat: The colors; in one layer by default.
            per_color: Make a group with a layer for each color.
            parts: Make a group with a group for each part, and in it a layer for each color.
        """
        sheet = replace(self, flat=flat)
        if parts is not None:
            groups = []
            for number, name in enumerate(parts.names):
                alone = np.where((parts.part == number)[:, :, None], flat, 0).astype(np.uint8)
                layers = _per_color(alone)
                if layers:
                    groups.append(Group(name, layers))
            return sheet.with_node(Group("flat", tuple(groups), flat=True))
        if per_color:
            return sheet.with_node(Group("flat", _per_color(flat), flat=True))
        part, left, top = _trimmed(flat, self.size)
        return sheet.with_node(Layer("flat", Picture(part), left, top, flat=True))

    def artwork(self) -> Artwork:
        """Return the layered document."""
        return Artwork(self.size, self.nodes, self.info)


def _flagged(nodes: tuple[Node, ...]) -> tuple[Node, ...]:
    """Return layers of a file, which does not say that flats are flat, with that said."""
    return tuple(
        replace(node, flat=True) if node.name == "flat" and not node.flat else node
        for node in nodes
    )


def _per_color(flat: Bytes) -> tuple[Layer, ...]:
    """Return a layer for each color; the largest is the lowest."""
    codes = np.ascontiguousarray(flat).view(np.uint32)[:, :, 0]
    layers = []
    known, counts = np.unique(codes, return_counts=True)
    for code in known[np.lexsort((known, -counts))]:
        red, green, blue, alpha = np.array([code]).view(np.uint8).tolist()
        if alpha:
            alone = np.where((codes == code)[:, :, None], flat, 0).astype(np.uint8)
            layers.append(Layer(written(red, green, blue), Picture(alone)).trimmed())
    return tuple(layers)


def _seen(alpha: Bytes) -> tuple[int, int, int, int]:
    """Return left, top, right, bottom of the visible pixels; one pixel if there are none."""
    rows, columns = np.flatnonzero(alpha.any(axis=1)), np.flatnonzero(alpha.any(axis=0))
    if not rows.size:
        return 0, 0, 1, 1
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def _kept(alpha: Bytes) -> tuple[int, int, int, int]:
    """Return the same, or all of a large, nearly full page: a copy costs more than margins."""
    left, top, right, bottom = box = _seen(alpha)
    full = (right - left) * (bottom - top) > 0.75 * alpha.size
    return (0, 0, *alpha.shape[1::-1]) if full and alpha.size > _LARGE else box


def _trimmed(pixels: Bytes, size: tuple[int, int]) -> tuple[Bytes, int, int]:
    """Return pixels scaled to (width, height), without transparent margins, and their position.

    Only the trimmed part is enlarged: a full layer of a 70 megapixel scan takes 280 MB.
    """
    import cv2

    alpha = pixels[:, :, 3]
    if pixels.shape[1::-1] == size or not alpha.any():
        left, top, right, bottom = _kept(alpha)
        return pixels[top:bottom, left:right], left, top
    # The edges of shadows stay smooth.
    alpha = np.asarray(cv2.resize(np.ascontiguousarray(alpha), size), np.uint8)
    left, top, right, bottom = _seen(alpha)
    # Colors of different areas must not mix.
    rows, columns = (
        (np.arange(first, last) * (small / large)).astype(int)
        for first, last, small, large in (
            (top, bottom, pixels.shape[0], size[1]), (left, right, pixels.shape[1], size[0])
        )
    )  # fmt: skip
    codes = np.ascontiguousarray(pixels).view(np.uint32)[:, :, 0]
    part = codes[rows[:, None], columns].view(np.uint8).reshape(len(rows), len(columns), 4)
    part[:, :, 3] = alpha[top:bottom, left:right]
    return part, left, top


def _is_tied(node: Node) -> bool:
    return node.clipped and node.name not in _RANK


def _canvas(node: Node, size: tuple[int, int]) -> Bytes:
    """Return a layer or group alone, fully opaque and visible, ``(H, W, 4)``."""
    if isinstance(node, Layer) and node.pixels.pixels.dtype == np.uint8:
        return _pasted(node, size)
    alone = replace(node, visible=True, opacity=1.0, clipped=False, blend="normal", flat=False)
    shown = Artwork(size, (alone,)).flatten().reduced().pixels
    made = np.full((size[1], size[0], 4), 255, np.uint8)
    made[:, :, : 3 if shown.shape[2] == 1 else shown.shape[2]] = shown
    return made


def _pasted(layer: Layer, size: tuple[int, int]) -> Bytes:
    """Return the same for an 8-bit layer, without compositing."""
    made = np.zeros((size[1], size[0], 4), np.uint8)
    (left, top, right, bottom), own = layer.box, layer.pixels.pixels
    part = made[max(0, top) : max(0, bottom), max(0, left) : max(0, right)]
    if not part.size:
        return made
    inner = own[max(0, -top) : size[1] - top, max(0, -left) : size[0] - left]
    part[:, :, 3] = 255
    part[:, :, : 3 if own.shape[2] == 1 else own.shape[2]] = inner
    # Transparent pixels have no color.
    part[part[:, :, 3] == 0] = 0
    return made


def _art(lines: Bytes, paper: Bytes | None) -> LineArt:
    """Return the lines of a layer; an opaque layer is a page with lines on it."""
    if lines[:, :, 3].min() == 255:
        return line_art(Picture(lines))
    ink, color = np.ascontiguousarray(lines[:, :, 3]), np.ascontiguousarray(lines[:, :, :3])
    return LineArt(ink, color, (255, 255, 255) if paper is None else _most(paper))


def _most(paper: Bytes) -> tuple[int, int, int]:
    """Return the most frequent color of a layer."""
    every = paper.reshape(-1, 4).view(np.uint32).ravel()
    if (every == every[0]).all():
        # Our own paper layer is uniform, and counting is slow.
        every = every[:1]
    codes, counts = np.unique(every, return_counts=True)
    red, green, blue, _ = codes[counts.argmax() : counts.argmax() + 1].view(np.uint8).tolist()
    return red, green, blue
