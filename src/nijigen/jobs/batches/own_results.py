"""Results among the sources: a command does not process its own results again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from nijigen.core.history import History
from nijigen.jobs.batches.ledger import NAME, known_history
from nijigen.jobs.batches.origins import digest_of, origin_of, place
from nijigen.jobs.batches.plan import Planner, Task
from nijigen.jobs.batches.sources import Source, by_page

_MARKS = (b'"steps"', '"steps"'.encode("utf-16-le"))
"""A string that every file with a history contains, as text or, in EXIF, as UTF-16."""
_WHOLE = (".gif", ".ora", ".zip", ".mp4", ".m4v", ".webm", ".mov", ".mkv", ".avi")
"""Extensions of files that may contain the mark in several pieces."""


def own_results(
    sources: Sequence[Source], planner: Planner, among: Sequence[Source] | None = None
) -> set[Path]:
    """Return the sources that are results of other sources and should be left out.

    Files named directly are left out only if this same command would make them from another
    source. Files found in a folder or by a pattern are also left out if any operation made them
    from a picture found there too, so that results saved in a folder do not add to its pictures.

    Args:
        sources: The files in question.
        planner: Maps sources to results.
        among: All files of the command; by default ``sources``.

    Raises:
        InputError: The planner rejects the names.
    """
    every = sources if among is None else among
    if len(every) < 2 and not any(source.scanned for source in sources):
        return set()
    found = _Results(every, planner)
    return {source.path for source in sources if found.includes(source)}


class _Results:
    """All files of a command, indexed for lookup."""

    def __init__(self, sources: Sequence[Source], planner: Planner) -> None:
        self._planner = planner
        self._one_file = planner.is_one_file
        pages = by_page(sources)
        tasks: Sequence[Task] = () if self._one_file else planner.first(pages)
        self._targets: Mapping[str, str] = {place(t.target): place(t.source) for t in tasks}
        self._places = {place(page.path, page.page) for page in pages}
        self._by_name: dict[str, list[Source]] = defaultdict(list)
        for source in sources:
            self._by_name[source.path.name].append(source)
        self._digests: dict[Path, str | None] = {}

    def includes(self, source: Source) -> bool:
        own = place(source.path)
        is_target = self._targets.get(own, own) != own
        if not (is_target or source.scanned):
            return False
        origin = origin_of(source.path)
        known = origin is not None and origin.source != own and origin.source in self._places
        if known and origin is not None and self._digest(source.path) in origin.hashes:
            # Much faster than decoding it for its history.
            return True
        history = _quick_history(source.path)
        if history is None or not history.steps:
            return False
        return (
            is_target or known or self._is_among(source, history) or self._would_be(source, history)
        )

    def _is_among(self, source: Source, history: History) -> bool:
        """Return whether the picture that it was made from is among the files too."""
        return any(
            other.path != source.path
            and (
                other.path.parent == source.path.parent
                or self._digest(other.path) == history.sha256
            )
            for other in self._by_name.get(history.source or "", ())
        )

    def _would_be(self, source: Source, history: History) -> bool:
        """Return whether this command would make it from its original source, now missing."""
        name = history.source or ""
        if self._one_file or Path(name).name != name or "\0" in name or not name:
            return False
        gone = Source(source.path.with_name(name), source.folder)
        target = self._planner.first([gone])[0].target
        return target == source.path and gone.path != source.path

    def _digest(self, path: Path) -> str | None:
        if path not in self._digests:
            self._digests[path] = digest_of(path)
        return self._digests[path]


def _quick_history(path: Path) -> History | None:
    """Return how a file was made; files without a history are not decoded."""
    if path.suffix.lower() in _WHOLE or path.with_name(NAME).exists():
        return known_history(path)
    try:
        data = path.read_bytes()
    except OSError:
        return None
    return known_history(path) if any(mark in data for mark in _MARKS) else None
