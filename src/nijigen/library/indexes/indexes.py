"""The indexes of a library: opened for a search, made and extended when it is time to."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np

from nijigen.core.atomic import remove_file
from nijigen.core.errors import OutputError
from nijigen.core.private import write_file
from nijigen.core.run import SILENT, Run
from nijigen.library._settings import Settings
from nijigen.library.indexes.manifest import Manifest, read_manifest
from nijigen.library.indexes.writing import write
from nijigen.library.matching import coefficients
from nijigen.library.matching.shortlist import EXACT_UP_TO
from nijigen.library.signatures.embedding import WINDOWS
from nijigen.library.signatures.signature import Signature
from nijigen.library.store.catalog import Catalog
from nijigen.library.store.postings import Postings
from nijigen.library.store.rows import Rows
from nijigen.library.vectors import inverted, milvus, usearch
from nijigen.library.vectors.store import Numbers, VectorStore

LEAST_TAIL, TAIL_SHARE = 5_000, 0.01
"""Entries beside the indexes before these are extended, and the same as a share."""
REMOVED_SHARE = 0.1
"""Share of removed entries before the indexes are made anew."""
_LATE = "late"


@dataclass(frozen=True)
class _Opened:
    """One generation, opened; None is what is missing or damaged."""

    manifest: Manifest = field(default_factory=Manifest)
    haar: Postings | None = None
    embeddings: tuple[VectorStore, VectorStore] | None = None


class Indexes:
    """The indexes of a library.

    Args:
        folder: Where they are, or will be.
        catalog: Which entries have a signature.
        signatures: The signatures, each with its file.
        settings: Those of the library.
    """

    def __init__(
        self,
        folder: Path,
        catalog: Catalog,
        signatures: Sequence[tuple[Signature, Rows]],
        settings: Settings,
    ) -> None:
        self._folder = folder
        self._catalog = catalog
        self._signed = {
            one.name.partition("-")[0]: (one.name, rows)
            for one, rows in signatures
            # Local features are only compared with those of listed pictures.
            if not one.name.startswith("local")
        }
        self._settings = settings

    @property
    def haar(self) -> Postings | None:
        """The lists of Haar coefficients; None if they are missing or damaged."""
        return self._opened.haar

    @property
    def embeddings(self) -> tuple[VectorStore, VectorStore] | None:
        """The stores of whole pictures and of regions; None if one is missing or damaged."""
        return self._opened.embeddings

    def tail(self, kind: str) -> Numbers:
        """Return the entries that are not in an index, and have a signature of that kind."""
        name, _ = self._signed[kind]
        indexed = (self.haar if kind == "haar" else self.embeddings) is not None
        numbers = self._catalog.numbers(name, self._opened.manifest.last if indexed else 0)
        if indexed:
            numbers = np.union1d(self._catalog.having(name, self._late()), numbers)
        return numbers

    @property
    def missing(self) -> str:
        """A note if the indexes should be there and are not; empty if all is well."""
        # Counting takes long in a large library, which mostly has all.
        problem = self._problem()
        if not problem or not self._wanted():
            return ""
        return (
            f"the index of the library {problem}, so a search takes longer; "
            "nijigen library verify --repair makes it again"
        )

    def note_late(self, numbers: Sequence[int]) -> None:
        """Say which entries are about to get a signature: the indexes may not know them yet."""
        late = [number for number in numbers if number <= read_manifest(self._folder).last]
        if late:
            noted = np.union1d(self._late(), late).astype("<u4")
            write_file(self._folder / _LATE, noted.tobytes())

    def refresh(self, run: Run = SILENT) -> None:
        """Make the indexes, or extend them, if it is time to; the caller holds the lock.

        Raises:
            OutputError: They cannot be written; the old ones stay.
        """
        self._close()
        if not self._wanted():
            before = read_manifest(self._folder)
            self._remove(kept=set())
            _drop(before)
        elif self._problem():
            self.rebuild(run)
        else:
            known = self._opened.manifest.entries
            tail = max(len(self.tail(kind)) for kind in self._signed)
            removed = known + tail - self._count()
            if removed > REMOVED_SHARE * known:
                self.rebuild(run)
            elif tail > max(LEAST_TAIL, TAIL_SHARE * known):
                self._write(self._opened.manifest, run)

    def rebuild(self, run: Run = SILENT) -> None:
        """Make the indexes anew; the caller holds the lock.

        Raises:
            OutputError: They cannot be written; the old ones stay.
        """
        self._write(Manifest(), run)

    def problems(self) -> list[str]:
        """Return what is wrong with the indexes, a line each; reads all of them."""
        if not self._wanted():
            return []
        problem = self._problem()
        damaged = "" if problem else self._opened.manifest.damage(self._folder, thorough=True)
        if damaged:
            problem = f"is damaged: {damaged}"
        return [f"the index of the library {problem}"] if problem else []

    def _count(self) -> int:
        return max((self._catalog.signed(name) for name, _ in self._signed.values()), default=0)

    def _wanted(self) -> bool:
        if self._settings.vectors == "exact":
            return False
        return self._count() > (EXACT_UP_TO if self._settings.vectors == "auto" else 0)

    def _problem(self) -> str:
        """Return what is wrong, as far as a short look shows; empty if nothing is."""
        opened, made = self._opened, self._opened.manifest
        wanted = "milvus" if self._settings.vectors == "milvus" else "usearch"
        if not made.generation:
            return "is missing"
        if set(made.signatures) != {name for name, _ in self._signed.values()}:
            return "was made of other signatures"
        if (made.store, made.address if wanted == "milvus" else "") != (
            wanted,
            self._settings.address if wanted == "milvus" else "",
        ):
            return f"was made for {made.store}"
        if damaged := made.damage(self._folder):
            return f"is damaged: {damaged}"
        if opened.haar is None:
            return "is damaged: haar"
        if opened.embeddings is None and len(made.numbers(self._folder, "embedding")):
            return "does not answer" if made.store == "milvus" else "is damaged: embeddings"
        return ""

    @cached_property
    def _opened(self) -> _Opened:
        found = _Opened()
        # Another process may replace the files between the manifest and the files.
        for _ in range(2):
            made = read_manifest(self._folder)
            if not made.generation:
                break
            found = self._open(made)
            if found.haar is not None and found.embeddings is not None:
                break
        return found

    def _open(self, made: Manifest) -> _Opened:
        haar, embeddings = None, None
        known = {name for name, _ in self._signed.values()} & set(made.signatures)
        kinds = {name.partition("-")[0] for name in known}
        with contextlib.suppress(OSError, ValueError):
            if "haar" in kinds:
                haar = Postings(made.path(self._folder, "haar"), coefficients.KEYS)
        with contextlib.suppress(OSError, ValueError):
            if "embedding" in kinds:
                embeddings = self._open_embeddings(made)
        return _Opened(made, haar, embeddings)

    def _open_embeddings(self, made: Manifest) -> tuple[VectorStore, VectorStore]:
        if made.store == "milvus":
            names = (f"{made.collection}_whole", f"{made.collection}_regions")
            whole = milvus.Milvus(made.address, names[0], 1)
            return whole, milvus.Milvus(made.address, names[1], len(WINDOWS))
        whole_path, regions_path = (made.path(self._folder, p) for p in ("whole", "regions"))
        return usearch.USearch(whole_path), inverted.Inverted(regions_path)

    def _late(self) -> Numbers:
        with contextlib.suppress(FileNotFoundError):
            return np.fromfile(self._folder / _LATE, "<u4").astype(np.int64)
        return np.zeros(0, np.int64)

    def _write(self, old: Manifest, run: Run) -> None:
        before = read_manifest(self._folder)
        arguments = (self._catalog, self._signed, self._settings, run)
        try:
            made = write(self._folder, old, *arguments)
        except ConnectionError as error:
            raise OutputError(
                f"the index of the library cannot be written: {error}",
                "the pictures are in the library; once it answers: nijigen library verify --repair",
            ) from error
        except (OSError, ValueError):
            # A file that cannot be read is not extended.
            if not old.generation:
                raise
            made = write(self._folder, Manifest(), *arguments)
        # What follows is repeated next time if the process is killed here.
        self._close()
        self._remove(made.kept)
        if before.collection != made.collection:
            _drop(before)

    def _close(self) -> None:
        self.__dict__.pop("_opened", None)

    def _remove(self, kept: set[str]) -> None:
        for path in self._folder.iterdir() if self._folder.is_dir() else ():
            if path.name not in kept and not path.name.startswith("."):
                remove_file(path)


def _drop(made: Manifest) -> None:
    """Remove what a generation had in Milvus; a server that does not answer keeps it."""
    with contextlib.suppress(ConnectionError):
        for part in ("whole", "regions") if made.collection else ():
            milvus.drop(made.address, f"{made.collection}_{part}")
