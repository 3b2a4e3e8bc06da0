"""Sidecars: what the database knows of a picture is also beside its file."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from earlier_folder import PICTURE, old_folder
from job_stores import Stores, file

from nijigen.core.errors import OutputError
from nijigen.jobs.stores import sidecars


def beside(stores: Stores, id: str) -> Path:
    return sidecars.path_beside(stores.pictures.files.path(id))


def test_a_sidecar_says_what_the_database_says(tmp_path: Path) -> None:
    stores = Stores(tmp_path)
    record = stores.pictures.get(stores.add(1))
    found = json.loads(beside(stores, record.id).read_text())
    assert (found["id"], found["name"], found["origin"]) == (record.id, "1.png", "upload")
    assert (found["width"], found["height"]) == (record.width, record.height)
    made = datetime.fromisoformat(found["created"])
    assert abs((made - record.created).total_seconds()) < 0.01


def test_a_result_has_a_sidecar(tmp_path: Path) -> None:
    stores = Stores(tmp_path)
    id = stores.make(2, "made.png")
    found = stores.pictures.files.sidecar(id)
    assert found is not None
    assert (found.name, found.origin) == ("made.png", "result")


def test_another_name_is_written_to_the_sidecar(tmp_path: Path) -> None:
    import io

    stores = Stores(tmp_path)
    id = stores.add(1)
    before = stores.pictures.get(id).created
    stores.pictures.add(io.BytesIO(file(1)), "another.png")
    found = stores.pictures.files.sidecar(id)
    assert found is not None
    assert found.name == "another.png"
    assert abs((found.created - before).total_seconds()) < 0.01


def test_a_picture_is_not_acknowledged_without_its_sidecar(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stores = Stores(tmp_path)

    def full(path: Path, data: bytes, permissions: int) -> None:
        raise OutputError(f"{path} cannot be written: the disk is full", "free some space")

    monkeypatch.setattr(sidecars, "write_bytes", full)
    with pytest.raises(OutputError, match="full"):
        stores.add(1)
    assert stores.database.rows("SELECT * FROM pictures") == []


def test_pictures_of_earlier_versions_get_sidecars(tmp_path: Path) -> None:
    stores = Stores(old_folder(tmp_path))
    found = stores.pictures.files.sidecar(PICTURE)
    assert found is not None
    assert (found.name, found.created.year) == ("1.png", 2026)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"name": Infinity}',
        b'{"name": "a.png"}',
        b"null",
    ],
)
def test_a_damaged_sidecar_costs_the_name_only(tmp_path: Path, content: bytes) -> None:
    stores = Stores(tmp_path)
    id = stores.add(1)
    stores.database.close()
    beside(stores, id).write_bytes(content)
    (tmp_path / "nijigen.sqlite3").unlink()
    for backup in (tmp_path / "backups").iterdir():
        backup.unlink()
    record = Stores(tmp_path).pictures.get(id)
    assert record.name == f"{id[:12]}.png"
    assert (record.width, record.height) == (48, 40)


def test_a_name_in_a_sidecar_never_becomes_a_path(tmp_path: Path) -> None:
    stores = Stores(tmp_path)
    id = stores.add(1)
    path = beside(stores, id)
    found = json.loads(path.read_text())
    path.write_text(json.dumps({**found, "name": "../../etc/passwd\u0000"}))
    read = stores.pictures.files.sidecar(id)
    assert read is not None
    assert read.name == "passwd"


def test_a_sidecar_of_another_picture_is_not_believed(tmp_path: Path) -> None:
    stores = Stores(tmp_path)
    one, other = stores.add(1), stores.add(2)
    beside(stores, one).write_bytes(beside(stores, other).read_bytes())
    with pytest.raises(ValueError, match="another"):
        sidecars.read(stores.pictures.files.path(one))
