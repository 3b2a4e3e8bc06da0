"""Opening: what every start of the studio does with the database of a data folder."""

from __future__ import annotations

import logging

from nijigen.jobs.stores.database import Database
from nijigen.jobs.stores.folder import DataFolder
from nijigen.jobs.stores.recovery.backups import back_up
from nijigen.jobs.stores.recovery.rebuild import rebuild
from nijigen.jobs.stores.recovery.repair import repair

log = logging.getLogger("nijigen.studio")


def open_database(folder: DataFolder) -> Database:
    """Open the database of a folder that is prepared and locked, and make a backup of it.

    A database that is missing is made again from the newest good backup and the files of the
    pictures. One that is damaged is left alone, unless the user has asked for a repair.

    Raises:
        DatabaseDamaged: It cannot be read.
        InputError: A newer version of Nijigen wrote it.
        OutputError: It cannot be written.
    """
    if folder.repair_request.exists():
        for line in repair(folder):
            log.warning("repair: %s", line)
    if not folder.database.exists():
        made = rebuild(folder)
        if made.pictures or made.backup:
            source = f"the backup {made.backup.name} and " if made.backup else ""
            log.warning(
                "there was no database; %d picture(s) were found again, %d of them with their "
                "names, from %sthe files in %s",
                *(made.pictures, made.named, source, folder.pictures),
            )
    database = Database(folder.database)
    back_up(folder, database)
    return database
