"""Dumps with a file of JSON for each picture: KichangKim's DanbooruDownloader, and others.

``images/00/MD5.jpg`` lies beside ``images/00/MD5-danbooru.json``; others have ``123/1234567.json``.
Files are read one after the other and compared here; those that are found are kept until the end,
since they are sorted.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from nijigen.core.errors import InputError
from nijigen.core.posts.post import Post
from nijigen.core.posts.query import Query, find
from nijigen.core.posts.sidecars.files import read_sidecar
from nijigen.core.run import Run
from nijigen.sources.dumps.dump import CUT, Faults

_LOOKED_AT = 1000
"""So many files are looked at to recognize a folder."""


class JsonFiles:
    """A folder with files of JSON in folders of its own.

    Args:
        folder: Of the dump.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @classmethod
    def find(cls, folder: Path) -> JsonFiles | None:
        """Return the dump in a folder, if there is one of this form."""
        dump = cls(folder)
        for number, path in enumerate(dump.files()):
            if path.parent == folder or number == _LOOKED_AT:
                return None
            try:
                return dump if read_sidecar(path).id is not None else None
            except InputError:
                continue
        return None

    def files(self) -> Iterator[Path]:
        """Yield the files, folder by folder, in order."""
        for place, folders, names in os.walk(self.folder):
            folders.sort()
            for name in sorted(names):
                if name.endswith(".json"):
                    yield Path(place, name)

    def posts(self, query: Query, run: Run) -> Iterator[Post]:
        """Yield the posts that a query finds."""
        faults = Faults(run)
        yield from find(query, self._all(run, faults))
        faults.close()

    def _all(self, run: Run, faults: Faults) -> Iterator[Post]:
        for path in self.files():
            run.check()
            try:
                post = read_sidecar(path)
            except InputError as error:
                faults.note(path.relative_to(self.folder).as_posix(), error.message, CUT)
                continue
            yield post
