"""Check finds what is wrong with a data folder, and repair brings it in order."""

from __future__ import annotations

import errno
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))

from database_faults import FAULTS, garble_all
from earlier_folder import old_folder
from job_stores import Stores, file

from nijigen.core.errors import InputError
from nijigen.core.lock import note_of_holder
from nijigen.jobs.stores.folder import LOCK, DataFolder
from nijigen.jobs.stores.records import StoredPicture
from nijigen.jobs.stores.recovery.backups import back_up
from nijigen.jobs.stores.recovery.check import inspect
from nijigen.jobs.stores.recovery.repair import is_recognizable, repair

NAMES = {f"{shade}.png" for shade in range(10)}


@pytest.fixture
def stores(tmp_path: Path) -> Stores:
    """A folder with ten pictures and a job; its database is closed."""
    made = Stores(tmp_path / "data")
    for shade in range(10):
        made.add(shade)
    made.jobs.add("effects.halftone", {"picture": made.add(0)}, {"cell": 9})
    back_up(made.folder, made.database)
    made.database.close()
    return made


def kinds(stores: Stores) -> set[str]:
    return {finding.kind for finding in inspect(stores.folder).findings}


def in_order(stores: Stores) -> Stores:
    """Repair, and return the stores with nothing wrong any more."""
    folder = DataFolder(stores.folder.root)
    assert repair(folder)
    assert inspect(folder).findings == []
    assert repair(folder) == []
    return Stores(folder.root)


def pictures(stores: Stores) -> list[StoredPicture]:
    return stores.pictures.listed("newest", None, 1000)


def first(stores: Stores) -> Path:
    return sorted(path for path in stores.folder.pictures.glob("*/*") if not path.suffix)[0]


def lost(stores: Stores) -> list[bytes]:
    folder = stores.folder.lost_found
    return [path.read_bytes() for path in folder.iterdir()] if folder.exists() else []


def test_a_folder_in_order_has_no_findings(stores: Stores) -> None:
    report = inspect(stores.folder)
    assert report.healthy
    assert (report.pictures, report.files, report.jobs, report.findings) == (10, 10, 1, [])
    assert report.free > 0
    assert repair(stores.folder) == []


@pytest.mark.parametrize("fault", FAULTS)
def test_a_damaged_database(stores: Stores, fault: Callable[[Path], None]) -> None:
    fault(stores.folder.database)
    content = stores.folder.database.read_bytes()
    assert kinds(stores) == {"database"}
    again = in_order(stores)
    assert {picture.name for picture in pictures(again)} == NAMES
    assert len(again.jobs.newest()) == 1
    assert (again.folder.root / "nijigen.sqlite3.damaged-1").read_bytes() == content


def test_a_database_that_is_gone(stores: Stores) -> None:
    stores.folder.database.unlink()
    assert kinds(stores) == {"database"}
    assert {picture.name for picture in pictures(in_order(stores))} == NAMES


def test_a_damaged_database_without_a_backup(stores: Stores) -> None:
    garble_all(stores.folder.database)
    shutil.rmtree(stores.folder.backups)
    assert {picture.name for picture in pictures(in_order(stores))} == NAMES


def test_a_damaged_backup(stores: Stores) -> None:
    for path in stores.folder.backups.iterdir():
        garble_all(path)
    assert kinds(stores) == {"backup"}
    in_order(stores)


def test_marker_and_database_both_lost(stores: Stores) -> None:
    stores.folder.marker.unlink()
    garble_all(stores.folder.database)
    shutil.rmtree(stores.folder.backups)
    with pytest.raises(InputError, match="not a data folder"):
        DataFolder(stores.folder.root).require()
    assert is_recognizable(stores.folder)
    assert kinds(stores) == {"marker", "database"}
    assert {picture.name for picture in pictures(in_order(stores))} == NAMES


@pytest.mark.parametrize("content", [b"", b"{", b'{"store": 1}', b"\xff"])
def test_a_damaged_marker(stores: Stores, content: bytes) -> None:
    stores.folder.marker.write_bytes(content)
    assert kinds(stores) == {"marker"}
    again = in_order(stores)
    assert {picture.name for picture in pictures(again)} == NAMES
    assert lost(again) == [content]


def test_a_marker_of_another_store_is_respected(stores: Stores) -> None:
    stores.folder.marker.write_text('{"store": "models", "version": 1}')
    with pytest.raises(InputError, match="not studio"):
        repair(DataFolder(stores.folder.root))


def test_a_foreign_folder_is_not_repaired(tmp_path: Path) -> None:
    (tmp_path / "holiday.jpg").touch()
    with pytest.raises(InputError, match="not a data folder"):
        repair(DataFolder(tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["holiday.jpg"]


def test_a_folder_of_an_earlier_version(tmp_path: Path) -> None:
    folder = DataFolder(old_folder(tmp_path))
    found = {finding.kind for finding in inspect(folder).findings}
    assert found == {"marker", "database", "content", "sidecar"}
    repair(folder)
    assert inspect(folder).findings == []


def test_content_that_differs(stores: Stores) -> None:
    path = first(stores)
    path.write_bytes(b"what another program wrote")
    assert kinds(stores) == {"content"}
    again = in_order(stores)
    assert len(pictures(again)) == 9
    assert b"what another program wrote" in lost(again)
    # Its name is in lost+found too.
    assert any(path.name.encode() in content for content in lost(again))


def test_a_file_that_is_gone(stores: Stores) -> None:
    first(stores).unlink()
    assert kinds(stores) == {"no file", "stray"}
    assert len(pictures(in_order(stores))) == 9


def test_a_file_that_is_in_lost_and_found(stores: Stores) -> None:
    stores.folder.set_aside(first(stores))
    assert "no file" in kinds(stores)
    again = in_order(stores)
    assert {picture.name for picture in pictures(again)} == NAMES


def test_a_file_without_a_row(stores: Stores) -> None:
    again = Stores(stores.folder.root)
    with again.database.transaction() as connection:
        connection.execute("DELETE FROM pictures WHERE name = '3.png'")
    again.database.close()
    assert kinds(stores) == {"no row"}
    assert {picture.name for picture in pictures(in_order(stores))} == NAMES


@pytest.mark.parametrize("content", [None, b"", b"[]"])
def test_a_sidecar_that_is_missing_or_damaged(stores: Stores, content: bytes | None) -> None:
    path = first(stores).with_suffix(".json")
    if content is None:
        path.unlink()
    else:
        path.write_bytes(content)
    assert kinds(stores) == {"sidecar"}
    again = in_order(stores)
    assert {picture.name for picture in pictures(again)} == NAMES


def test_a_damaged_row_of_a_picture(stores: Stores) -> None:
    again = Stores(stores.folder.root)
    with again.database.transaction() as connection:
        connection.execute("UPDATE pictures SET width = 'wide' WHERE name = '3.png'")
    again.database.close()
    assert kinds(stores) == {"row"}
    assert {picture.name for picture in pictures(in_order(stores))} == NAMES


def test_a_damaged_row_of_a_job(stores: Stores) -> None:
    again = Stores(stores.folder.root)
    with again.database.transaction() as connection:
        connection.execute("UPDATE jobs SET settings = '{cell'")
    again.database.close()
    assert kinds(stores) == {"job"}
    assert in_order(stores).jobs.newest() == []
    assert any(b"{cell" in content for content in lost(stores))


def test_strays(stores: Stores) -> None:
    for name in ("pictures/a.jpg", "derived/b.jpg", "scratch/c.txt"):
        (stores.folder.root / name).write_text(name)
    assert kinds(stores) == {"stray"}
    again = in_order(stores)
    assert sorted(lost(again)) == [b"derived/b.jpg", b"pictures/a.jpg", b"scratch/c.txt"]


def test_a_check_changes_nothing(stores: Stores) -> None:
    garble_all(stores.folder.database)
    first(stores).write_bytes(b"wrong")
    (stores.folder.pictures / "a.jpg").touch()

    def contents() -> dict[Path, bytes]:
        found = (path for path in stores.folder.root.rglob("*") if path.is_file())
        return {path: path.read_bytes() for path in found}

    before = contents()
    assert kinds(stores) == {"database", "content", "stray"}
    assert contents() == before


def test_a_repair_that_was_asked_for_runs_at_the_next_start(
    stores: Stores, caplog: pytest.LogCaptureFixture
) -> None:
    garble_all(stores.folder.database)
    stores.folder.repair_request.touch()
    again = Stores(stores.folder.root)
    assert {picture.name for picture in pictures(again)} == NAMES
    assert "repair: the damaged database was renamed" in caplog.text
    assert not stores.folder.repair_request.exists()
    assert again.pictures.path(pictures(again)[0].id).read_bytes() in [file(n) for n in range(10)]


def test_a_check_leaves_nothing_beside_the_database(stores: Stores) -> None:
    """Nor does it need to: a read-only disk can be checked."""
    before = sorted(stores.folder.root.rglob("*"))
    assert inspect(stores.folder).findings == []
    assert sorted(stores.folder.root.rglob("*")) == before


@pytest.mark.skipif(sys.platform == "win32", reason="errors of file systems")
def test_who_uses_a_folder_on_a_read_only_disk(
    stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    with stores.folder.root.joinpath(LOCK).open("w"):
        pass
    really = os.open

    def read_only(path: Any, flags: int, *more: Any, **rest: Any) -> int:
        if flags & os.O_RDWR:
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))
        return really(path, flags, *more, **rest)

    monkeypatch.setattr(os, "open", read_only)
    assert note_of_holder(stores.folder.root, file=LOCK) is None
