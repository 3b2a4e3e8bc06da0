"""A database that is damaged, by whatever, or on a disk that is full: one clear error each."""

from __future__ import annotations

import contextlib
import sqlite3
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from database_faults import FAULTS, garble_page
from job_stores import Stores

from nijigen.core.database import DatabaseBusy, DatabaseDamaged, explained
from nijigen.core.errors import NijigenError, OutputError
from nijigen.jobs.stores.database import SCHEMA, Database

Fault = Callable[[Path], None]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_damaged_database_is_one_clear_error(tmp_path: Path, fault: Fault) -> None:
    stores = Stores(tmp_path)
    for shade in range(5):
        stores.add(shade)
    stores.database.close()
    fault(stores.folder.database)
    before = stores.folder.database.read_bytes()
    with pytest.raises(DatabaseDamaged, match=r"nijigen\.sqlite3 is damaged") as caught:
        Database(stores.folder.database)
    assert "\n" not in caught.value.message
    assert f"nijigen studio check --data {tmp_path} --repair" in caught.value.hint
    assert caught.value.http_status == 503
    # It was not touched, and what the first attempt said the second says again.
    assert stores.folder.database.read_bytes() == before
    with pytest.raises(DatabaseDamaged):
        Database(stores.folder.database)


def test_a_database_damaged_while_it_is_open_is_a_clear_error(tmp_path: Path) -> None:
    stores = Stores(tmp_path)
    for shade in range(5):
        stores.add(shade)
    with contextlib.closing(sqlite3.connect(stores.folder.database)) as other:
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    garble_page(stores.folder.database)
    with contextlib.closing(sqlite3.connect(stores.folder.database)) as other:
        # Another process has written: what this one has in memory is no longer valid.
        other.execute("PRAGMA user_version = 4")
        other.commit()

    def use() -> None:
        stores.jobs.newest()
        stores.add(7)

    with pytest.raises(DatabaseDamaged):
        use()


def test_a_table_that_is_missing_is_damage(tmp_path: Path) -> None:
    stores = Stores(tmp_path)
    with stores.database.transaction() as connection:
        connection.execute("DROP TABLE facts")
    stores.database.close()
    with pytest.raises(DatabaseDamaged, match="no table facts"):
        Database(stores.folder.database)


def test_a_column_that_is_missing_is_damage(tmp_path: Path) -> None:
    stores = Stores(tmp_path)
    with stores.database.transaction() as connection:
        connection.execute("ALTER TABLE jobs DROP COLUMN notes")
    stores.database.close()
    with pytest.raises(DatabaseDamaged, match="jobs has no column notes"):
        Database(stores.folder.database)


def test_a_log_that_was_cut_loses_no_picture(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    stores = Stores(tmp_path)
    ids = {stores.add(shade) for shade in range(5)}
    log = tmp_path / "nijigen.sqlite3-wal"
    copied = (stores.folder.database.read_bytes(), log.read_bytes())
    stores.database.close()
    # As a kill and a faulty disk leave it.
    stores.folder.database.write_bytes(copied[0])
    log.write_bytes(copied[1][: len(copied[1]) // 2])
    (tmp_path / "nijigen.sqlite3-shm").unlink(missing_ok=True)
    again = Stores(tmp_path)
    assert set(again.pictures.find(ids)) == ids
    assert {record.name for record in again.pictures.find(ids).values()} == {
        f"{shade}.png" for shade in range(5)
    }
    assert "added again from their files" in caplog.text
    assert not (tmp_path / "lost+found").exists()


@pytest.mark.parametrize(
    ("code", "kind", "words", "hint"),
    [
        (sqlite3.SQLITE_FULL, OutputError, "the disk is full", "free some space"),
        (sqlite3.SQLITE_IOERR | 3 << 8, OutputError, "disk is full or does not work", "free"),
        (sqlite3.SQLITE_READONLY, OutputError, "read-only", "permissions"),
        (sqlite3.SQLITE_CANTOPEN, OutputError, "cannot be opened", "permissions"),
        (sqlite3.SQLITE_CORRUPT, DatabaseDamaged, "damaged", "check"),
        (sqlite3.SQLITE_NOTADB, DatabaseDamaged, "damaged", "check"),
        (sqlite3.SQLITE_BUSY, DatabaseBusy, "another program", "close that program"),
        (sqlite3.SQLITE_LOCKED, DatabaseBusy, "another program", "close that program"),
    ],
)
def test_each_error_of_sqlite_has_its_hint(
    code: int, kind: type[NijigenError], words: str, hint: str
) -> None:
    error = sqlite3.OperationalError("as SQLite says it")
    error.sqlite_errorcode = code
    found = explained(error, Path("x/nijigen.sqlite3"), SCHEMA)
    assert type(found) is kind
    assert words in found.message
    assert hint in found.hint
    assert "move the file away" not in found.hint


def test_a_fault_of_our_own_is_not_explained_away() -> None:
    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        with pytest.raises(sqlite3.OperationalError) as caught:
            connection.execute("SELECT nothing FROM nowhere")
        assert explained(caught.value, Path("x"), SCHEMA) is None


@pytest.mark.skipif(sys.platform == "win32", reason="limits of files")
def test_a_full_disk_is_not_called_damage(tmp_path: Path) -> None:
    stores = Stores(tmp_path)
    stores.database.rows("PRAGMA max_page_count = 1")

    def fill() -> None:
        for number in range(10_000):
            stores.database.remember(str(number), "x" * 1000)

    with pytest.raises(OutputError, match="the disk is full") as caught:
        fill()
    assert caught.value.http_status == 507
    assert caught.value.hint == "free some space on the disk"
    # It goes on when there is space again.
    stores.database.rows("PRAGMA max_page_count = 1000000")
    stores.add(1)


DAMAGE = {
    "inputs": "'{'",
    "settings": "'[1'",
    "state": "'asleep'",
    "created": "'yesterday'",
    "notes": "'3'",
    "error": "'no JSON'",
    "data": "'{'",
    "kind": "'unknown'",
    "lane": "'fast'",
    "operation": "x'ff00'",
    "finished": "1e300",
    "started": "9e999",
    "attempts": "'many'",
    "abandoned": "x'ff'",
    "access": "'all'",
}


@pytest.mark.parametrize("column", DAMAGE)
def test_a_damaged_row_takes_down_no_list(
    tmp_path: Path, column: str, caplog: pytest.LogCaptureFixture
) -> None:
    stores = Stores(tmp_path)
    picture = stores.add(1)
    bad = stores.jobs.add("effects.halftone", {"picture": picture}, {}).id
    good = stores.jobs.add("effects.halftone", {"picture": picture}, {}).id
    with stores.database.transaction() as connection:
        connection.execute(f"UPDATE jobs SET {column} = {DAMAGE[column]} WHERE id = ?", (bad,))
    jobs = {job.id: job for job in stores.jobs.newest()}
    assert jobs[good].state == "queued"
    if column not in ("kind",):
        assert (jobs[bad].state, jobs[bad].error and jobs[bad].error.title) == (
            "failed",
            "DamagedJob",
        )
        assert f"the row of job {bad} is damaged" in caplog.text
    # The lane goes on, room is made, the picture is found, and the job can be deleted.
    stores.pictures.space.sweep()
    claims = [stores.jobs.claim(), stores.jobs.claim()]
    assert good in [claim.id for claim in claims if claim]
    stores.add(2)
    stores.jobs.cancel(bad)
    stores.jobs.forget(bad)
    assert bad not in {job.id for job in stores.jobs.newest()}


@pytest.mark.parametrize("created", ["9e999", "1e300", "123456789012345678", "x'ff'"])
def test_a_job_of_an_impossible_date_is_listed(tmp_path: Path, created: str) -> None:
    stores = Stores(tmp_path)
    bad = stores.jobs.add("effects.halftone", {}, {}).id
    with stores.database.transaction() as connection:
        connection.execute(f"UPDATE jobs SET created = {created}")
    assert [(job.id, job.state) for job in stores.jobs.newest()] == [(bad, "failed")]


BROKEN = ["'x'", "x'ff00'", "9e999"]


@pytest.mark.parametrize("value", BROKEN)
@pytest.mark.parametrize("column", ["bytes", "used", "created", "trashed", "downloaded", "id"])
def test_a_damaged_row_of_a_picture_stops_no_housekeeping(
    tmp_path: Path, column: str, value: str
) -> None:
    """What is damaged does not go by itself, and what is not damaged still does."""
    stores = Stores(tmp_path, trash_days=1)
    bad, deleted, downloaded, kept = (stores.make(shade) for shade in range(1, 5))
    stores.pictures.trash.put(bad)
    stores.pictures.trash.put(deleted)
    stores.pictures.count_download([downloaded])
    with stores.database.transaction() as connection:
        connection.execute("UPDATE pictures SET trashed = trashed - 172800")
        connection.execute("UPDATE pictures SET trashed = 9e9 WHERE id = ?", (bad,))
        connection.execute("UPDATE pictures SET used = used - 4e6")
        connection.execute(f"UPDATE pictures SET {column} = {value} WHERE id = ?", (bad,))
    stores.pictures.space.report()
    stores.pictures.space.sweep()
    stores.pictures.trash.pictures()
    assert stores.files() == {bad, kept}
    stores.pictures.space.quota = 1
    with pytest.raises(NijigenError, match="storage is full"):
        stores.add(9)
    assert stores.files() == {bad, kept}
    stores.database.close()
    again = Stores(tmp_path)
    again.add(9)
    assert again.files() >= {kept}


@pytest.mark.parametrize("text", ["garbled", "inf inf", "nan nan", "1", "1e300 1e300", "-1 -1", ""])
def test_a_damaged_clock_starts_again(tmp_path: Path, text: str) -> None:
    stores = Stores(tmp_path)
    stores.pictures.trash.put(deleted := stores.add(1))
    stores.database.remember("clock", text)
    stores.database.close()
    again = Stores(tmp_path)
    assert abs(again.pictures.clock.now() - time.time()) < 60
    again.pictures.space.sweep()
    assert again.files() == {deleted}
    again.add(2)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("format", "'no format'"),
        ("width", "'wide'"),
        ("created", "'yesterday'"),
        ("created", "123456789012345678"),
        ("bytes", "9e999"),
    ],
)
def test_a_damaged_row_of_a_picture_hides_no_other(tmp_path: Path, column: str, value: str) -> None:
    stores = Stores(tmp_path)
    bad, good = stores.add(1), stores.add(2)
    with stores.database.transaction() as connection:
        connection.execute(f"UPDATE pictures SET {column} = {value} WHERE id = ?", (bad,))
    assert set(stores.pictures.find([bad, good])) == {good}
    assert [record.id for record in stores.pictures.listed("newest", None, 10)] == [good]
    with pytest.raises(NijigenError, match="damaged") as caught:
        stores.pictures.get(bad)
    assert caught.value.http_status == 410
    assert stores.add(1) == bad
    assert set(stores.pictures.find([bad, good])) == {bad, good}


def test_a_folder_in_the_place_of_the_database_is_damage(tmp_path: Path) -> None:
    (tmp_path / "nijigen.sqlite3").mkdir()
    with pytest.raises(DatabaseDamaged, match="not a file"):
        Database(tmp_path / "nijigen.sqlite3")
