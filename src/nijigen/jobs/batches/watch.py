"""Watch a folder and process every picture that is added to it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from nijigen.core.errors import InputError, NotFound
from nijigen.jobs.batches.sources import Source, find_sources

SECONDS_BETWEEN_LOOKS = 1.0


def watch(
    folder: Path,
    *,
    leave_out: Callable[[Source, Sequence[Source]], bool] = lambda source, among: False,
    refused: Callable[[InputError], None] = lambda error: None,
    seconds: float = SECONDS_BETWEEN_LOOKS,
) -> Iterator[Source]:
    """Yield the files of a folder, then every file that is added or changed, forever.

    A file is yielded once two successive scans find the same size: programs write large
    pictures slowly. Polling costs little and works on network drives, where file system
    events do not.

    Args:
        folder: The folder.
        leave_out: Called with each new or changed file and all files present; True skips it.
        refused: Called once for each folder that cannot be read.
        seconds: Time between two scans.
    """
    if not folder.is_dir():
        raise NotFound(f"there is no folder {folder} to watch", "--watch takes a folder")
    seen: dict[Path, tuple[int, int]] = {}
    yielded: dict[Path, tuple[int, int]] = {}
    reported: set[str] = set()

    def once(error: InputError) -> None:
        if error.message not in reported:
            reported.add(error.message)
            refused(error)

    while True:
        try:
            sources = find_sources([str(folder)], refused=once)
        except (NotFound, InputError):
            # Emptied, or temporarily unavailable, like a network drive.
            sources = []
        for source in sources:
            try:
                status = source.path.stat()
            except OSError:
                continue
            state = (status.st_size, status.st_mtime_ns)
            if seen.get(source.path) == state and yielded.get(source.path) != state:
                yielded[source.path] = state
                if not leave_out(source, sources):
                    yield source
            seen[source.path] = state
        time.sleep(seconds)
