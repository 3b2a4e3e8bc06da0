"""The layer section of a PSD: from its records to layers and groups.

Source: Adobe Photoshop File Formats Specification (November 2019), "Layer and Mask Information".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from nijigen.core.artwork import Group, Layer
from nijigen.core.errors import BadPicture
from nijigen.imaging.artworks.document import Budget, every_layer
from nijigen.imaging.artworks.psd import keys
from nijigen.imaging.artworks.psd.artboards import Artboard
from nijigen.imaging.artworks.psd.blocks import Blocks
from nijigen.imaging.artworks.psd.masks import Cover, Softness, masked, with_cover
from nijigen.imaging.artworks.psd.names import code_page
from nijigen.imaging.artworks.psd.pixels import Header, Reader, plane
from nijigen.imaging.artworks.psd.records import Record, read_record
from nijigen.imaging.artworks.psd.vectors import VectorMask
from nijigen.imaging.codecs.content import Array, damaged
from nijigen.imaging.codecs.icc import to_srgb
from nijigen.imaging.codecs.modes import with_channels

_ALPHA = -1
_DEEP = (b"Lr16", b"Layr")
"""Blocks that have the layers of documents of 16 bits."""
Parts = Mapping[int, Reader]
"""The coded channels of a layer by id."""


@dataclass
class Contents:
    """What is on one level of the layer tree, or all of it."""

    nodes: list[Layer | Group] = field(default_factory=list)
    lacks: list[tuple[str, str]] = field(default_factory=list)
    """What is visible and not drawn: the feature and the name of the layer."""
    damaged: list[str] = field(default_factory=list)
    """Names of layers that have properties which could not be read."""
    transparent: bool = False
    """Whether the merged picture has alpha."""


def read_layers(section: Reader, header: Header, budget: Budget, icc: bytes | None) -> Contents:
    """Read all layers of a document.

    Raises:
        BadPicture: Pixels are damaged or cut off, or groups do not match.
        PictureTooLarge: It has more pixels than the limit allows.
    """
    if section.left() < 4:
        return Contents()
    info = section.part(section.wide)
    if info.left() < 2 and section.left() >= 4:
        section.part(">I")  # the global mask
        blocks = Blocks(section.rest(), section.large)
        deep = next((data for key, data in blocks if key in _DEEP), b"")
        info = Reader(deep, section.large)
    if info.left() < 2:
        return Contents()
    return _Section(info, header, budget, icc).contents()


@dataclass
class _Section:
    """The records, then the pixels of each in the same order."""

    info: Reader
    header: Header
    budget: Budget
    icc: bytes | None

    def contents(self) -> Contents:
        count = self.info.take(">h")[0]
        self.budget.count(abs(count))
        records = [read_record(self.info) for _ in range(abs(count))]
        levels = [Contents(transparent=count < 0)]
        for n, (record, name) in enumerate(zip(records, _names(records), strict=True)):
            parts = {
                id: Reader(self.info.raw(length), self.info.large) for id, length in record.channels
            }
            if record.divider == keys.END:
                levels.append(Contents())
                self.budget.enter(len(levels))
                continue
            is_base = n + 1 < len(records) and records[n + 1].clipped
            lacks = record.not_drawn(is_base=is_base)
            if record.divider:
                if len(levels) < 2:
                    raise damaged("a group of the PSD has no beginning")
                inner = levels.pop()
                node: Layer | Group = self._group(record, name, inner, parts, lacks)
            else:
                inner = Contents()
                node = record.layer(name, self._pixels(record, parts, lacks))
            level = levels[-1]
            level.nodes.append(node)
            level.damaged += [*inner.damaged, *([name] if record.is_damaged else [])]
            if record.visible and record.opacity:
                level.lacks += [*inner.lacks, *((lack, name) for lack in lacks)]
        if len(levels) > 1:
            raise damaged("a group of the PSD has no end")
        return levels[0]

    def _group(
        self, record: Record, name: str, inner: Contents, parts: Parts, lacks: list[str]
    ) -> Group:
        """Return a group; what cannot be drawn of it is added to ``lacks``."""
        nodes, artboard = tuple(inner.nodes), None
        try:
            artboard = Artboard.of(record.blocks)
        except BadPicture:
            lacks.append("artboard")
        if artboard is not None:
            nodes = artboard.drawn(nodes, (self.header.width, self.header.height))
        for cover in self._covers(record, parts, lacks):
            # It goes to each layer. That differs only where half-transparent layers overlap.
            if not cover.is_hard and len(list(every_layer(nodes))) > 1:
                lacks.append("soft mask of a group")
            nodes = masked(nodes, cover)
        return record.group(name, nodes, isolated=artboard is not None)

    def _pixels(self, record: Record, parts: Parts, lacks: list[str]) -> Array | None:
        """Return the pixels of a layer with its masks applied; None if it has no pixels."""
        left, top, right, bottom = record.box
        width, height = right - left, bottom - top
        if width < 1 or height < 1:
            return None
        self.budget.spend(width, height, 8 * self.header.size)
        colors, size = self.header.colors, self.header.size
        if not parts.keys() >= set(range(colors)):
            raise damaged("a layer of the PSD has too few channels")
        planes = [plane(parts[id], height, width, size) for id in range(colors)]
        pixels = to_srgb(np.dstack(planes), self.icc)
        if _ALPHA in parts:
            alpha = plane(parts[_ALPHA], height, width, size)
            if colors == 3 or alpha.min() < np.iinfo(alpha.dtype).max:
                pixels = np.dstack([with_channels(pixels, 3), alpha])
        for cover in self._covers(record, parts, lacks):
            pixels = with_cover(pixels, cover.over(record.box))
        return pixels

    def _covers(self, record: Record, parts: Parts, lacks: list[str]) -> list[Cover]:
        """Return the masks of a layer or group that are on.

        What cannot be drawn of them is added to ``lacks``.
        """
        found = []
        mask = record.mask
        if mask is not None and not mask.disabled and keys.MASK in parts:
            left, top, right, bottom = mask.box
            self._spend(right - left, bottom - top, mask.own.margin)
            found.append(Cover.of(mask, parts[keys.MASK], self.header))
        try:
            vectors = VectorMask.of(record.blocks)
            if vectors is not None and not vectors.disabled:
                soft = Softness() if mask is None else mask.vector
                size, margin = (self.header.width, self.header.height), soft.margin
                self._spend(*size, 2 * margin)
                # Layers may go on beyond the document, where nothing is seen.
                cover = Cover(-margin, -margin, vectors.cover(size, margin), 0)
                found.append(cover.softened(soft))
        except BadPicture:
            lacks.append("vector mask")
        return found

    def _spend(self, width: int, height: int, margin: int) -> None:
        if width > 0 and height > 0:
            self.budget.spend(width + 2 * margin, height + 2 * margin, 8 * self.header.size)


def _names(records: Sequence[Record]) -> list[str]:
    """Return the names of all layers, decoding those that are not in Unicode."""
    page = code_page([record.raw_name for record in records if record.name is None])
    return [
        record.raw_name.decode(page, "replace") if record.name is None else record.name
        for record in records
    ]
