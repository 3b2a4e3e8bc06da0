"""Folders that are written whole, in place of what an earlier run wrote there."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from nijigen.core import disk
from nijigen.core.atomic import refusing, write_bytes
from nijigen.core.errors import InputError

MANIFEST = ".nijigen-files.json"
"""Lists the files of such a folder, so that nothing else in it is ever removed."""
_OTHER = "name an empty or a new folder"


@contextlib.contextmanager
def replacing_folder(folder: Path) -> Iterator[Path]:
    """Yield a temporary folder that replaces ``folder`` when the block ends without an error.

    After any failure the old folder is as it was; after a kill at the moment when both are renamed,
    the next run brings it back.

    Args:
        folder: New, empty, or written by this function, without any other file in it.

    Raises:
        InputError: It has other files in it.
        OutputError: It cannot be written.
    """
    folder = Path(os.path.abspath(folder))
    temporary, old = (folder.parent / f".{folder.name}.nijigen-{end}" for end in ("part", "old"))
    with refusing(folder):
        disk.make_folder(folder.parent)
        if old.exists() and not folder.exists():
            disk.move(old, folder)
        check_replaceable(folder)
        for left in (temporary, old):
            shutil.rmtree(left, ignore_errors=True)
        temporary.mkdir()
    try:
        yield temporary
        files = sorted(_files(temporary))
        write_bytes(temporary / MANIFEST, json.dumps(files, ensure_ascii=False).encode())
        with refusing(folder):
            if folder.exists():
                folder.rename(old)
            try:
                temporary.rename(folder)
            except BaseException:
                if old.exists():
                    old.rename(folder)
                raise
            disk.sync_folder(folder.parent)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise
    shutil.rmtree(old, ignore_errors=True)


def check_replaceable(folder: Path) -> None:
    """Check that nothing of the user's would be lost if a folder were replaced.

    Raises:
        InputError: It has files in it that were not written by :func:`replacing_folder`.
    """
    if not folder.exists():
        return
    if not folder.is_dir():
        raise InputError(f"{folder} is a file", _OTHER)
    try:
        listed = set(json.loads((folder / MANIFEST).read_text("utf-8")))
    except (OSError, ValueError):
        listed = set()
    for name in _files(folder):
        if name not in listed and name != MANIFEST:
            raise InputError(f"{folder} has other files in it, such as {name}", _OTHER)


def _files(folder: Path) -> Iterator[str]:
    for parent, _, names in os.walk(folder):
        for name in names:
            yield Path(parent, name).relative_to(folder).as_posix()
