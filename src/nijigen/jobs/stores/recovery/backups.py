"""Backups of the database: one at each start, of which the last few are kept."""

from __future__ import annotations

import errno
import logging
import re
import secrets
import shutil
import time
from pathlib import Path

from nijigen.core import private
from nijigen.core.errors import InputError, NijigenError
from nijigen.jobs.stores.database import Database
from nijigen.jobs.stores.folder import DataFolder

log = logging.getLogger("nijigen.studio")

KEPT = 5
_NAME = re.compile(r"nijigen-\d{8}-\d{6}(-\d+)?\.sqlite3")


def back_up(folder: DataFolder, database: Database) -> Path | None:
    """Copy a database that was opened, and so checked; a failure is only logged.

    The copy appears in the backups as a whole or not at all.
    """
    temporary = folder.scratch / secrets.token_hex(8)
    try:
        database.copy_to(temporary)
        target = _free_name(folder)
        private.place(temporary, target)
        for old in backups(folder)[KEPT:]:
            old.unlink()
    except (NijigenError, OSError) as error:
        temporary.unlink(missing_ok=True)
        log.warning("the database could not be backed up: %s", error)
        return None
    return target


def backups(folder: DataFolder) -> list[Path]:
    """Return the backups, the newest first."""
    if not folder.backups.is_dir():
        return []
    found = [path for path in folder.backups.iterdir() if _NAME.fullmatch(path.name)]
    return sorted(found, key=lambda path: (path.stat().st_mtime_ns, path.name), reverse=True)


def newest_good(folder: DataFolder, target: Path) -> Path | None:
    """Copy the newest backup that is whole to a file, updated to the current version.

    Returns:
        The backup, or None if there is none that is whole.

    Raises:
        OutputError: The disk is full, which says nothing about the backups.
        OSError: The same.
    """
    for path in backups(folder):
        try:
            shutil.copyfile(path, target)
            Database(target).close()
            return path
        except InputError:
            pass
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise
        log.warning("the backup %s is damaged and was not used", path)
        remove_database(target)
    return None


def remove_database(path: Path) -> None:
    """Remove a database in the scratch folder, with the files that SQLite makes beside it."""
    for ending in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + ending).unlink(missing_ok=True)


def _free_name(folder: DataFolder) -> Path:
    stamp = time.strftime("%Y%m%d-%H%M%S")
    number, path = 1, folder.backups / f"nijigen-{stamp}.sqlite3"
    while path.exists():
        number += 1
        path = folder.backups / f"nijigen-{stamp}-{number}.sqlite3"
    return path
