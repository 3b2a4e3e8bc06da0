"""Manifest: what one generation of indexes consists of.

Files of a new generation are written beside the old ones. Then the manifest is replaced, and the
old files are removed: whenever the process is killed, one generation is whole.
"""

from __future__ import annotations

import json
import zlib
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np

from nijigen.core.private import write_file
from nijigen.library.vectors.store import Numbers

_NAME = "manifest.json"


@dataclass(frozen=True)
class Manifest:
    """One generation of indexes; 0 if there is none."""

    generation: int = 0
    last: int = 0
    """Entries with higher numbers are not in it."""
    entries: int = 0
    store: str = ""
    """The store of its embeddings: ``usearch`` or ``milvus``."""
    address: str = ""
    collection: str = ""
    """Of Milvus: the address, and what the names of its collections begin with."""
    signatures: list[str] = field(default_factory=list)
    """Those that it was made from."""
    files: dict[str, list[int]] = field(default_factory=dict)
    """Size and checksum of each file."""

    def path(self, folder: Path, part: str) -> Path:
        """Return the file of an index."""
        return folder / f"{part}-{self.generation}.index"

    def numbers(self, folder: Path, kind: str) -> Numbers:
        """Return the entries that are in the indexes of a kind of signature, in order."""
        path = numbers_path(folder, kind, self.generation)
        # Missing if no entry had that signature.
        found = np.fromfile(path, "<u4") if path.is_file() else np.zeros(0, "<u4")
        return found.astype(np.int64)

    def damage(self, folder: Path, *, thorough: bool = False) -> str:
        """Return which files are not as they were written; empty if all are.

        Args:
            folder: Where they are.
            thorough: Read them, and compare their checksums.
        """
        for name, (size, checksum) in self.files.items():
            path = folder / name
            if not path.is_file() or path.stat().st_size != size:
                return name
            if thorough and checksum_of(path) != checksum:
                return name
        return ""

    def write(self, folder: Path) -> None:
        """Replace the manifest.

        Raises:
            OutputError: It cannot be written; the old one stays.
        """
        write_file(folder / _NAME, json.dumps(asdict(self), indent=2).encode() + b"\n")

    @property
    def kept(self) -> set[str]:
        """The names of its files, and its own."""
        return {_NAME, *self.files}


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest in a folder; that of no indexes if it is missing or damaged."""
    try:
        made = Manifest(**json.loads((folder / _NAME).read_bytes()))
        for size, checksum in made.files.values():
            int(size), int(checksum)
    except (OSError, ValueError, TypeError, AttributeError):
        return Manifest()
    return made


def numbers_path(folder: Path, kind: str, generation: int) -> Path:
    """Return the file of the entries that are in the indexes of a kind of signature."""
    return folder / f"{kind}-{generation}.numbers"


def checksum_of(path: Path) -> int:
    """Return the CRC-32 of a file."""
    checksum = 0
    with path.open("rb") as file:
        while block := file.read(1 << 24):
            checksum = zlib.crc32(block, checksum)
    return checksum
