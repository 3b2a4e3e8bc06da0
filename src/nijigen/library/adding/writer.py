"""Writing: entries become durable, with their signatures and thumbnails."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from nijigen.library.matching.views import View
from nijigen.library.signatures.signature import Row, Signature
from nijigen.library.store.catalog import Catalog, Content, Entry, Place
from nijigen.library.store.rows import Rows
from nijigen.library.store.thumbnails import Thumbnails


@dataclass(frozen=True, eq=False)
class Image:
    """What is kept of a picture or a frame."""

    view: View
    rows: tuple[Row, ...]
    """The record of each signature."""


@dataclass(frozen=True)
class Writer:
    """Writes entries; a kill at any moment leaves all of a batch, or nothing that counts."""

    catalog: Catalog
    thumbnails: Thumbnails
    signatures: Sequence[tuple[Signature, Rows]]
    """What is computed, each with its file."""

    def image(self, view: View) -> Image:
        """Compute the signatures of a view, in any thread."""
        return Image(view, tuple(signature.of(view) for signature, _ in self.signatures))

    def write(
        self,
        contents: Sequence[Content],
        entries: Sequence[tuple[Entry, Image]],
        places: Sequence[Place],
        moved: Sequence[Path],
        md5s: Mapping[int, str],
    ) -> None:
        """Make a batch durable: first the rows and thumbnails, then the names for them.

        Args:
            contents: New ones, and known ones with what is new of them.
            entries: New ones, each with what is kept of it.
            places: Files of the contents.
            moved: Files to forget.
            md5s: Hashes of the contents, by their numbers.

        Raises:
            OutputError: The disk is full or does not work.
        """
        for index, (_, rows) in enumerate(self.signatures):
            rows.write({entry.number: image.rows[index] for entry, image in entries})
        for entry, image in entries:
            self.thumbnails.write(entry.number, image.view)
        names = [signature.name for signature, _ in self.signatures]
        self.catalog.add(contents, [(entry, names) for entry, _ in entries], places, moved, md5s)
