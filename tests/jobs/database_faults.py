"""Ways in which a database gets damaged."""

from __future__ import annotations

import os
from pathlib import Path


def garble_header(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(os.urandom(100))


def garble_page(path: Path) -> None:
    """Overwrite the pages in the middle, and leave the first one."""
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xa5" * max(4096, size - 2 * 4096))


def garble_all(path: Path) -> None:
    path.write_bytes(os.urandom(path.stat().st_size))


def empty(path: Path) -> None:
    os.truncate(path, 0)


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2 + 100)


FAULTS = (garble_header, garble_page, garble_all, empty, cut)
