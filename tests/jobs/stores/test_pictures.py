"""The picture store: each file once, in a folder and a database of its own."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from job_stores import Stores, file

from nijigen.core.errors import InputError, OutputError
from nijigen.core.lock import FolderLock
from nijigen.jobs.stores.database import Database


def test_the_same_file_twice_at_once_is_one(tmp_path: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    stores = Stores(tmp_path)
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda n: stores.pictures.add(io.BytesIO(file(1)), "a"), range(16)))
    assert len({picture.id for picture, _ in made}) == 1
    assert len(stores.files()) == 1


def test_one_process_for_one_folder(tmp_path: Path) -> None:
    lock = FolderLock(tmp_path)
    lock.note("http://127.0.0.1:8750/")
    with pytest.raises(InputError, match="in use") as caught:
        FolderLock(tmp_path)
    assert "http://127.0.0.1:8750/" in caught.value.hint
    lock.release()
    FolderLock(tmp_path).release()


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "nijigen.sqlite3"
    path.write_bytes(b"something of the user's own, not a database at all" * 100)
    with pytest.raises(InputError, match="damaged: file is not a database"):
        Database(path)
    newer = Database(tmp_path / "newer.sqlite3")
    newer.rows("PRAGMA user_version = 99")
    newer.close()
    with pytest.raises(InputError, match="newer"):
        Database(tmp_path / "newer.sqlite3")
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OutputError):
        Database(tmp_path / "file" / "x.sqlite3")
    with pytest.raises(OutputError):
        FolderLock(tmp_path / "file" / "x")
