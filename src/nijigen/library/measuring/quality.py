"""Quality: what is measured of each still picture once, and which pictures are flawed."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from nijigen.core.errors import NijigenError
from nijigen.core.run import SILENT, Run
from nijigen.imaging.files import read_picture
from nijigen.library._part import LibraryPart
from nijigen.library.files.originals import unchanged
from nijigen.library.files.reading import read
from nijigen.library.files.scanning import Found, find
from nijigen.library.measuring.flaws import NAMES, Flaw, flaws, measure
from nijigen.library.store.catalog import Catalog, Content
from nijigen.library.upkeep.updating import unknown
from nijigen.library.workers.threads import in_order

_BATCH = 32


@dataclass(frozen=True)
class Flawed:
    """A picture with flaws."""

    content: Content
    files: tuple[Path, ...]
    """Those that are here."""
    flaws: dict[Flaw, float]
    """Each with its figure."""


class Quality(LibraryPart):
    """The quality of the pictures; ``Library.quality`` is one."""

    def lacking(self) -> list[int]:
        """Return the still contents that were not measured, of which a file is here."""
        still = {content.number for content in self._catalog.contents() if not content.moving}
        here = still & self._here().keys()
        return [number for number in self._catalog.measures.lacking(NAMES) if number in here]

    def measure(self, numbers: Sequence[int], run: Run = SILENT) -> int:
        """Measure contents and keep it; return how many could be read."""
        with self._changing():
            return keep_measures(self._catalog, numbers, self.of, run)

    def of(self, number: int) -> dict[str, float] | None:
        """Return what was measured of a content, or measure it; None if no file can be read."""
        kept = self._catalog.measures.of(number)
        if all(name in kept for name in NAMES):
            return kept
        for path in unchanged(self._catalog.places(number)):
            with contextlib.suppress(OSError, NijigenError):
                return measure(read_picture(path))
        return None

    def flawed(self) -> list[Flawed]:
        """Return the still pictures with flaws, of which a file is here."""
        here, kept = self._here(), self._catalog.measures.by_content()
        found = []
        for content in self._catalog.contents():
            files = here.get(content.number)
            if files and not content.moving:
                size = (content.width, content.height)
                if those := flaws(size, kept.get(content.number, {})):
                    found.append(Flawed(content, tuple(files), those))
        return found

    def unreadable(self, run: Run = SILENT) -> dict[Found, str]:
        """Return the files in the folders of the library that cannot be read, with the reason."""
        folders = [folder for folder, _ in self._catalog.folders() if folder.is_dir()]
        return _unreadable(unknown(self._catalog, list(find(folders, run, {}))), run)

    def _here(self) -> dict[int, list[Path]]:
        """Return the files that are here by content."""
        here: dict[int, list[Path]] = {}
        for place in self._catalog.places():
            if place.state == "here":
                here.setdefault(place.content, []).append(place.path)
        return here


def _unreadable(files: Sequence[Found], run: Run) -> dict[Found, str]:

    def reason(found: Found) -> str:
        try:
            read(found.path)
        except NijigenError as error:
            return error.message.removeprefix(f"{found.path}").lstrip(": ")
        except OSError as error:
            return (error.strerror or str(error)).lower()
        return ""

    failed = {}
    for done, (found, text) in enumerate(in_order(reason, files), 1):
        run.progress(done / len(files))
        if text:
            failed[found] = text
    return failed


def keep_measures(
    catalog: Catalog,
    numbers: Sequence[int],
    work: Callable[[int], dict[str, float] | None],
    run: Run,
) -> int:
    """Compute measures of contents in several threads and keep them, some at a time.

    Args:
        catalog: Where they are kept.
        numbers: Of the contents.
        work: Returns the measures of one; None if there are none.
        run: May be cancelled: what was kept stays.

    Returns:
        Of how many there are any.
    """
    batch: dict[int, dict[str, float]] = {}
    kept = 0
    for done, (number, measures) in enumerate(in_order(work, numbers), 1):
        run.check()
        if measures is not None:
            batch[number] = measures
        if len(batch) == _BATCH or done == len(numbers):
            catalog.measures.write(batch)
            kept += len(batch)
            batch = {}
            run.progress(done / len(numbers))
    return kept
