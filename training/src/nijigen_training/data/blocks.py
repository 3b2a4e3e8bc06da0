"""Blocks: pools of prepared examples as ZIP files, each written once and then only read."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from nijigen.core.errors import NotFound
from nijigen_training.data.root import cache_root, data_root


def pool_folder(name: str) -> Path:
    """Return the folder of a pool: in a packed data folder, or in the cache."""
    try:
        packed = data_root() / name
    except NotFound:
        return cache_root() / name
    return packed if packed.is_dir() else cache_root() / name


@lru_cache(maxsize=512)
def opened(path: Path) -> zipfile.ZipFile:
    """Return a block to read from; it stays open."""
    return zipfile.ZipFile(path)


def examples(name: str, pattern: str, ending: str) -> list[tuple[Path, str]]:
    """Return the block and name of every example of a pool.

    Args:
        name: Name of the pool.
        pattern: Of the names of its blocks.
        ending: Of the one member that every example has; the rest is the example's name.
    """
    found: list[tuple[Path, str]] = []
    for path in sorted(pool_folder(name).glob(pattern)):
        with zipfile.ZipFile(path) as block:
            found += [
                (path, member.removesuffix(ending))
                for member in block.namelist()
                if member.endswith(ending)
            ]
    return found


def write_block(name: str, block: str, fill: Callable[[zipfile.ZipFile], None]) -> Path:
    """Write one block unless it exists, and return its file.

    Args:
        name: Name of the pool.
        block: Name of the block.
        fill: Writes its members.
    """
    folder = cache_root() / name
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{block}.zip"
    if not path.is_file():
        unfinished = path.with_suffix(f".{os.getpid()}.part")
        with zipfile.ZipFile(unfinished, "w") as file:
            fill(file)
        unfinished.replace(path)
    return path
