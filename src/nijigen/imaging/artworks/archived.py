"""Archived documents: what ORA and KRA share, a list of layers in XML beside their pixels."""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.etree import ElementTree

from nijigen.core.picture import Picture
from nijigen.imaging.artworks.archive import Archive
from nijigen.imaging.artworks.document import Budget, Document, notes_on_lacks
from nijigen.imaging.resize import resize

HISTORY, MERGED = "nijigen.json", "mergedimage.png"
"""Members with the history and with the merged picture."""
_THUMBNAIL = 256


@dataclass
class Reading:
    """State while a document is read."""

    archive: Archive
    budget: Budget
    lacks: list[tuple[str, str]] = field(default_factory=list, init=False)
    """What is not drawn: the feature and the name of the layer."""

    def lack(self, feature: str, element: ElementTree.Element) -> None:
        """Remember what cannot be drawn."""
        self.lacks.append((feature, element.get("name", "")))

    def finish(self, document: Document) -> Document:
        """Add the history, notes on what is not drawn, and the merged picture that shows it."""
        if HISTORY in self.archive:
            document.history = self.archive.read(HISTORY).decode("utf-8", "replace")
        if self.lacks and MERGED in self.archive:
            document.merged = self.archive.png(MERGED, self.budget.spend)
        document.notes = notes_on_lacks(self.lacks, merged=document.merged is not None)
        return document


def small_view(picture: Picture) -> Picture:
    """Return the thumbnail of a document."""
    scale = min(1.0, _THUMBNAIL / max(picture.size))
    size = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
    small = picture.reduced()
    return small if size == small.size else resize(small, size, "box")
