"""Watch a folder and process every picture that is added to it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

from nijigen.core.errors import NotFound
from nijigen.jobs.plan import Source, find_sources

SECONDS_BETWEEN_LOOKS = 1.0


def watch(
    folder: Path,
    *,
    leave_out: Callable[[Path], bool] = lambda path: False,
    seconds: float = SECONDS_BETWEEN_LOOKS,
) -> Iterator[Source]:
    """Yield the files of a folder, then every file that is added or changed, forever.

    A file is yielded once it has the same size in two looks: programs write large pictures
    slowly. Looking again and again costs little and works on network drives, where file
    system events do not.
    """
    if not folder.is_dir():
        raise NotFound(f"there is no folder {folder} to watch", "--watch takes a folder")
    seen: dict[Path, tuple[int, int]] = {}
    yielded: dict[Path, tuple[int, int]] = {}
    while True:
        try:
            sources = find_sources([str(folder)])
        except NotFound:
            sources = []
        for source in sources:
            if leave_out(source.path):
                continue
            try:
                status = source.path.stat()
            except FileNotFoundError:
                continue
            state = (status.st_size, status.st_mtime_ns)
            if seen.get(source.path) == state and yielded.get(source.path) != state:
                yielded[source.path] = state
                yield source
            seen[source.path] = state
        time.sleep(seconds)
