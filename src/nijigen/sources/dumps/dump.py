"""What every form of a dump has to offer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from nijigen.core.plural import plural
from nijigen.core.posts.post import Post
from nijigen.core.posts.query import Query
from nijigen.core.run import Run

MOST_NOTES = 20
CUT = "compare the file with its release, it may be cut or changed"


class Dump(Protocol):
    """A copy of a site's metadata."""

    folder: Path

    def posts(self, query: Query, run: Run) -> Iterator[Post]:
        """Yield the posts that a query finds, in its order, up to its limit.

        What cannot be read is noted and left out.

        Raises:
            UnsupportedFormat: A package of the extra is not installed.
            InputError: A file cannot be read.
        """


class Faults:
    """Records that were left out: the first are noted one by one, the others as a number."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._count = 0

    def note(self, where: str, why: str, hint: str) -> None:
        """Say what was left out, why, and what to do about it."""
        self._count += 1
        if self._count <= MOST_NOTES:
            self._run.note("assumed", f"{where} was left out: {why}; {hint}")

    def close(self) -> None:
        """Say how many more there were."""
        if self._count > MOST_NOTES:
            more = plural(self._count - MOST_NOTES, "more record")
            self._run.note("assumed", f"{more} left out in the same way")
