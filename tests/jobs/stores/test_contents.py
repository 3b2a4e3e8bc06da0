"""Content is checked when it is read, and healed when the same file is uploaded again."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from job_stores import Stores, file

from nijigen.jobs.stores import files
from nijigen.jobs.stores.files import PictureLost


def damage(path: Path, how: str) -> None:
    if how == "gone":
        path.unlink()
    elif how == "cut":
        os.truncate(path, 100)
    elif how == "empty":
        os.truncate(path, 0)
    else:
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)


HOW = pytest.mark.parametrize("how", ["gone", "cut", "empty", "one bit"])


@HOW
def test_a_damaged_file_is_reported_and_healed(tmp_path: Path, how: str) -> None:
    stores = Stores(tmp_path)
    id = stores.add(1)
    path = stores.pictures.path(id)
    damage(path, how)
    with pytest.raises(PictureLost, match="missing" if how == "gone" else "damaged") as caught:
        stores.pictures.value(id)
    assert caught.value.http_status == 410
    assert "upload the same file again" in caught.value.hint
    record, new = stores.pictures.add(io.BytesIO(file(1)), "again.png")
    assert (record.id, record.name, new) == (id, "again.png", False)
    assert path.read_bytes() == file(1)
    stores.pictures.value(id)


def test_the_damaged_content_is_kept(tmp_path: Path) -> None:
    stores = Stores(tmp_path)
    id = stores.add(1)
    stores.pictures.path(id).write_bytes(b"what another program wrote there")
    stores.add(1)
    found = [path.read_bytes() for path in (tmp_path / "lost+found").iterdir()]
    assert found == [b"what another program wrote there"]


@HOW
def test_a_result_heals_a_damaged_file(tmp_path: Path, how: str) -> None:
    stores = Stores(tmp_path)
    id = stores.add(1)
    damage(stores.pictures.path(id), how)
    assert stores.make(1) == id
    assert stores.pictures.path(id).read_bytes() == file(1)


@pytest.mark.skipif(sys.platform == "win32", reason="it has no time of the last change")
def test_a_file_that_keeps_its_time_is_checked_again(tmp_path: Path) -> None:
    stores = Stores(tmp_path)
    id = stores.add(1)
    path = stores.pictures.path(id)
    before = path.stat()
    damage(path, "one bit")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    with pytest.raises(PictureLost, match="damaged"):
        stores.pictures.value(id)


def test_an_upload_heals_what_looks_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As where a disk has changed a file: its size and its times are as before."""
    stores = Stores(tmp_path)
    id = stores.add(1)
    path = stores.pictures.path(id)
    monkeypatch.setattr(files, "_stamp", lambda path: (0, 0, 0, 0))
    stores.pictures.value(id)
    damage(path, "one bit")
    stores.add(1)
    assert path.read_bytes() == file(1)


def test_content_is_hashed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stores = Stores(tmp_path)
    id = stores.add(1)
    hashed: list[Path] = []
    real = files.sha256_of

    def counted(path: Path) -> str:
        hashed.append(path)
        return real(path)

    monkeypatch.setattr(files, "sha256_of", counted)
    for _ in range(3):
        stores.pictures.value(id)
    assert len(hashed) == 1
    os.utime(stores.pictures.files.path(id))
    stores.pictures.value(id)
    assert len(hashed) == 2
