"""A database that is gone is made again from a backup and the files of the pictures."""

from __future__ import annotations

import errno
import json
import os
import shutil
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))

from database_faults import garble_all
from job_stores import Stores

from nijigen.core.errors import OutputError
from nijigen.jobs.stores.recovery import backups
from nijigen.jobs.stores.recovery.backups import back_up
from nijigen.jobs.stores.recovery.rebuild import put_aside


def without_backups(stores: Stores) -> None:
    for path in stores.folder.backups.iterdir():
        path.unlink()


def test_a_database_that_was_moved_away_costs_no_picture(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    stores = Stores(tmp_path)
    ids = [stores.add(shade) for shade in range(40)]
    made = stores.make(99, "result.png")
    before = {record.id: record for record in stores.pictures.find([*ids, made]).values()}
    stores.database.close()
    without_backups(stores)
    stores.folder.database.rename(tmp_path / "moved away")
    again = Stores(tmp_path)
    after = again.pictures.find(before)
    for id, record in before.items():
        assert (after[id].name, after[id].created) == (record.name, record.created)
        assert after[id].origin == record.origin
    assert again.files() == set(before)
    assert "41 picture(s) were found again, 41 of them with their names" in caplog.text
    assert not (tmp_path / "lost+found").exists()


def test_jobs_come_back_from_the_backup_and_are_not_run_again(tmp_path: Path) -> None:
    stores = Stores(tmp_path)
    picture = stores.add(1)
    done = stores.make(2)
    waiting = stores.jobs.add("effects.halftone", {"picture": picture}, {"cell": 9}).id
    assert back_up(stores.folder, stores.database) is not None
    later = stores.add(3)
    stores.database.close()
    stores.folder.database.unlink()
    again = Stores(tmp_path)
    assert set(again.pictures.find([picture, done, later])) == {picture, done, later}
    job = again.jobs.get(waiting)
    assert (job.state, job.settings) == ("failed", {"cell": 9})
    assert job.error is not None
    assert "not known whether" in job.error.detail
    assert again.jobs.retry(waiting) is not None


def test_pictures_deleted_after_the_backup_do_not_come_back(tmp_path: Path) -> None:
    stores = Stores(tmp_path)
    gone, kept = stores.add(1), stores.add(2)
    back_up(stores.folder, stores.database)
    stores.pictures.trash.put(gone)
    stores.pictures.trash.delete(gone)
    stores.database.close()
    stores.folder.database.unlink()
    assert set(Stores(tmp_path).pictures.find([gone, kept])) == {kept}


def test_a_name_given_after_the_backup_is_known(tmp_path: Path) -> None:
    import io

    from job_stores import file

    stores = Stores(tmp_path)
    id = stores.add(1)
    back_up(stores.folder, stores.database)
    stores.pictures.add(io.BytesIO(file(1)), "new name.png")
    stores.database.close()
    stores.folder.database.unlink()
    assert Stores(tmp_path).pictures.get(id).name == "new name.png"


def test_a_damaged_backup_is_passed_over(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    stores = Stores(tmp_path)
    stores.add(1)
    job = stores.jobs.add("effects.halftone", {"picture": stores.add(1)}, {}).id
    good = back_up(stores.folder, stores.database)
    bad = back_up(stores.folder, stores.database)
    assert good is not None
    assert bad is not None
    garble_all(bad)
    stores.database.close()
    stores.folder.database.unlink()
    assert Stores(tmp_path).jobs.get(job).state == "failed"
    assert f"the backup {bad} is damaged" in caplog.text


def test_on_a_full_disk_no_backup_is_passed_over(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or the jobs would be lost to a database that was made from the files alone."""
    stores = Stores(tmp_path)
    stores.add(1)
    stores.database.close()
    stores.folder.database.unlink()

    def full(*paths: Path) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(shutil, "copyfile", full)
    with pytest.raises(OutputError, match="No space left"):
        Stores(tmp_path)
    assert not stores.folder.database.exists()
    assert "damaged" not in caplog.text


def test_each_start_makes_a_backup_and_the_last_five_are_kept(tmp_path: Path) -> None:
    for number in range(8):
        stores = Stores(tmp_path)
        stores.add(number)
        stores.database.close()
    (tmp_path / "backups" / "my own.sqlite3").touch()
    Stores(tmp_path)
    names = {path.name for path in (tmp_path / "backups").iterdir()}
    assert len(names) == backups.KEPT + 1
    assert "my own.sqlite3" in names
    assert all(path.stat().st_mode & 0o077 == 0 for path in [tmp_path / "backups"])


def test_a_backup_that_fails_is_a_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    stores = Stores(tmp_path)
    stores.database.close()
    before = sorted(path.name for path in (tmp_path / "backups").iterdir())

    def full(path: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("nijigen.core.disk.sync_path", full)
    again = Stores(tmp_path)
    assert "could not be backed up" in caplog.text
    assert sorted(path.name for path in (tmp_path / "backups").iterdir()) == before
    assert list(again.pictures.scratch.iterdir()) == []


def test_old_databases_are_put_aside_with_their_logs_and_none_is_overwritten(
    tmp_path: Path,
) -> None:
    folder = Stores(tmp_path).folder
    for number in range(1, 4):
        folder.database.write_text(f"old {number}")
        (tmp_path / "nijigen.sqlite3-wal").write_text(f"log {number}")
        assert put_aside(folder) == tmp_path / f"nijigen.sqlite3.damaged-{number}"
    for number in range(1, 4):
        assert (tmp_path / f"nijigen.sqlite3.damaged-{number}").read_text() == f"old {number}"
        assert (tmp_path / f"nijigen.sqlite3.damaged-{number}-wal").read_text() == f"log {number}"


def test_files_that_are_no_pictures_are_not_indexed(tmp_path: Path) -> None:
    stores = Stores(tmp_path)
    id = stores.add(1)
    stores.database.close()
    without_backups(stores)
    stores.folder.database.unlink()
    stray = tmp_path / "pictures" / "ab" / ("ab" + "0" * 62)
    stray.parent.mkdir(exist_ok=True)
    stray.write_bytes(b"not a picture, and not of that sha256")
    again = Stores(tmp_path)
    assert again.files() == {id}
    assert len(list((tmp_path / "lost+found").iterdir())) == 1
    assert json.loads((tmp_path / ".nijigen-store.json").read_text())["store"] == "studio"
