"""The picture store: nothing is lost that is needed, nothing stays that is not."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from job_stores import Stores, file

from nijigen.core.errors import InputError, NotFound, OutputError
from nijigen.core.lock import FolderLock
from nijigen.jobs.stores.database import Database
from nijigen.jobs.stores.pictures import PictureInUse


def test_expired_pictures_go(tmp_path: Path) -> None:
    stores = Stores(tmp_path)
    old, needed, new = stores.add(1), stores.add(2), stores.add(3)
    stores.jobs.add("formats.convert", {"picture": needed}, {})
    stores.age(old, 31)
    stores.age(needed, 31)
    stores.pictures.keep_derived(old, "64.webp", b"small")
    assert stores.pictures.sweep() == 1
    assert stores.files() == {needed, new}
    assert list((tmp_path / "derived").glob("*/*")) == []
    with pytest.raises(NotFound):
        stores.pictures.get(old)


def test_use_puts_the_expiry_off(tmp_path: Path) -> None:
    stores = Stores(tmp_path)
    id = stores.add()
    stores.age(id, 29)
    stores.pictures.get(id)
    stores.age(id, 29)
    assert stores.pictures.sweep() == 0


def test_the_longest_unused_goes_first_when_room_is_needed(tmp_path: Path) -> None:
    size = len(file(1))
    stores = Stores(tmp_path, quota=3 * size + size // 2)
    first, second, third = stores.add(1), stores.add(2), stores.add(3)
    stores.age(first, 3)
    stores.age(second, 2)
    stores.age(third, 1)
    stores.jobs.add("formats.convert", {"picture": first}, {})
    # Looked at for the job, so it is the newest now; make it the oldest again.
    stores.age(first, 5)
    fourth = stores.add(4)
    assert stores.files() == {first, third, fourth}


def test_a_full_store_says_so_and_keeps_nothing(tmp_path: Path) -> None:
    size = len(file(1))
    stores = Stores(tmp_path, quota=size + size // 2)
    needed = stores.add(1)
    stores.jobs.add("formats.convert", {"picture": needed}, {})
    with pytest.raises(OutputError, match="full"):
        stores.add(2)
    assert stores.files() == {needed}
    assert list(stores.pictures.scratch.iterdir()) == []


def test_recent_results_are_not_the_first_to_go(tmp_path: Path) -> None:
    size = len(file(1))
    stores = Stores(tmp_path, quota=3 * size + size // 2)
    source, result, other = stores.add(1), stores.add(2), stores.add(3)
    stores.jobs.add("formats.convert", {"picture": source}, {})
    claim = stores.jobs.claim()
    assert claim is not None
    with stores.database.transaction() as connection:
        assert stores.jobs.finish(connection, claim, picture=result, name="r.png")
    for id, days in ((result, 9), (source, 5), (other, 2)):
        stores.age(id, days)
    fourth = stores.add(4)
    assert stores.files() == {result, other, fourth}


def test_a_needed_picture_cannot_be_removed(tmp_path: Path) -> None:
    stores = Stores(tmp_path)
    id = stores.add()
    job = stores.jobs.add("formats.convert", {"picture": id}, {})
    with pytest.raises(PictureInUse):
        stores.pictures.remove(id)
    stores.jobs.cancel(job.id)
    stores.pictures.remove(id)
    assert stores.files() == set()


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
    with pytest.raises(InputError, match="not a Nijigen database"):
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
