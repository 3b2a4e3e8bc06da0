"""The sizes of files and folders."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from nijigen.jobs.stores.records import SpaceUse


def files_below(folder: Path) -> Iterator[Path]:
    """Yield all files in a folder and those below it; links are not followed."""
    waiting = [folder]
    while waiting:
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(Path(entry.path))
                    else:
                        yield Path(entry.path)
        except OSError:
            continue


def measure(folder: Path) -> SpaceUse:
    """Return the size and number of all files below a folder, which may be missing."""
    sizes = [size_of(path) for path in files_below(folder)]
    return SpaceUse(bytes=sum(sizes), files=len(sizes))


def size_of(path: Path) -> int:
    """Return the size of a file in bytes; 0 if it is gone."""
    try:
        return path.lstat().st_size
    except OSError:
        return 0


def in_words(size: int) -> str:
    """Return a number of bytes for people: ``5.4 GB``."""
    scaled, power = float(size), 0
    while scaled >= 999.95 and power < 4:
        scaled, power = scaled / 1000, power + 1
    return f"{scaled:.1f}".removesuffix(".0") + f" {('B', 'kB', 'MB', 'GB', 'TB')[power]}"
