"""The trash: what is deleted can be restored, until it is deleted for good."""

from __future__ import annotations

import contextlib
import io
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from job_stores import Stores, file

from nijigen.core.errors import NotFound, OutputError
from nijigen.core.picture import Picture
from nijigen.imaging.files import encode
from nijigen.jobs.stores.pictures import PictureStore
from nijigen.jobs.stores.trash import PictureInUse


def ids(stores: Stores) -> list[str]:
    return [picture.id for picture in stores.pictures.trash.pictures()]


def test_a_deleted_picture_can_be_restored(tmp_path: Path) -> None:
    stores = Stores(tmp_path)
    id = stores.add(1)
    before = stores.pictures.get(id)
    stores.pictures.trash.put(id)
    with pytest.raises(NotFound, match="in the trash") as caught:
        stores.pictures.get(id)
    assert f"/api/trash/{id}/restore" in caught.value.hint
    assert stores.pictures.find([id]) == {}
    [trashed] = stores.pictures.trash.pictures()
    assert trashed.deleted is not None
    assert trashed.expires is not None
    assert 29.9 < (trashed.expires - trashed.deleted).total_seconds() / 86400 < 30.1
    with pytest.raises(NotFound):
        stores.pictures.trash.put(id)
    assert stores.pictures.trash.restore(id) == before
    with pytest.raises(NotFound):
        stores.pictures.trash.restore(id)
    assert stores.pictures.path(id).read_bytes() == file(1)


def test_uploading_it_again_restores_it(tmp_path: Path) -> None:
    stores = Stores(tmp_path)
    upload, made = stores.add(1), stores.make(2)
    for id in (upload, made):
        stores.pictures.trash.put(id)
    assert (stores.add(1), stores.make(2)) == (upload, made)
    assert ids(stores) == []


def test_deleted_for_good(tmp_path: Path) -> None:
    stores = Stores(tmp_path)
    first, second, third = stores.add(1), stores.add(2), stores.add(3)
    with pytest.raises(NotFound):
        stores.pictures.trash.delete(first)
    for id in (first, second):
        stores.pictures.trash.put(id)
        stores.pictures.derived.keep(id, "64.webp", b"small")
    stores.pictures.trash.delete(first)
    assert ids(stores) == [second]
    assert [picture.id for picture in stores.pictures.trash.empty()] == [second]
    assert stores.files() == {third}
    assert [path for path in (tmp_path / "derived").glob("*/*") if path.is_file()] == []
    assert stores.database.rows("SELECT id FROM pictures")[0]["id"] == third


def test_the_trash_expires(tmp_path: Path) -> None:
    stores = Stores(tmp_path, trash_days=3)
    old, new = stores.add(1), stores.add(2)
    for id in (old, new):
        stores.pictures.trash.put(id)
    with stores.database.transaction() as connection:
        connection.execute("UPDATE pictures SET trashed = trashed - 4 * 86400 WHERE id = ?", (old,))
    stores.pictures.space.sweep()
    assert stores.files() == {new}


def test_what_a_job_needs_cannot_be_deleted(tmp_path: Path) -> None:
    stores = Stores(tmp_path)
    id = stores.add(1)
    job = stores.jobs.add("formats.convert", {"picture": id}, {})
    with pytest.raises(PictureInUse):
        stores.pictures.trash.put(id)
    # However it came into the trash.
    with stores.database.transaction() as connection:
        connection.execute("UPDATE pictures SET trashed = 1")
    with pytest.raises(PictureInUse):
        stores.pictures.trash.delete(id)
    assert stores.pictures.trash.empty() == []
    stores.pictures.space.sweep()
    assert stores.files() == {id}
    stores.jobs.cancel(job.id)
    stores.pictures.trash.delete(id)
    assert stores.files() == set()


def test_on_a_full_disk_files_go_before_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A database that cannot be written keeps nothing from being deleted for good."""
    stores = Stores(tmp_path)
    first, second, kept = stores.add(1), stores.add(2), stores.add(3)
    for id in (first, second):
        stores.pictures.trash.put(id)

    @contextlib.contextmanager
    def full() -> Iterator[sqlite3.Connection]:
        raise OutputError("the database cannot be written: disk full")
        yield

    with monkeypatch.context() as patch:
        patch.setattr(stores.database, "transaction", full)
        stores.pictures.trash.delete(first)
        assert stores.files() == {second, kept}
        stores.pictures.trash.empty()
        assert stores.files() == {kept}
        assert ids(stores) == []
        # Reading still works.
        assert stores.pictures.get(kept).id == kept
    assert len(stores.database.rows("SELECT id FROM pictures")) == 3
    # Uploaded again, it is stored again.
    assert stores.add(1) == first
    stores.pictures.space.sweep()
    assert stores.files() == {first, kept}
    assert len(stores.database.rows("SELECT id FROM pictures")) == 2


@pytest.mark.parametrize("step", range(4))
def test_a_kill_while_deleting_leaves_nothing_half(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    stores = Stores(tmp_path)
    first, second, kept = stores.make(1), stores.make(2), stores.make(3)
    stores.pictures.count_download([first, second])
    for id in (first, second):
        stores.age(id, 31)
    count = 0
    whole = PictureStore.delete_files

    def killed(store: PictureStore, id: str) -> None:
        nonlocal count
        count += 1
        if count > step:
            raise KeyboardInterrupt
        whole(store, id)

    with monkeypatch.context() as patch:
        patch.setattr(PictureStore, "delete_files", killed)
        with contextlib.suppress(KeyboardInterrupt):
            stores.pictures.space.sweep()
    stores.database.close()
    again = Stores(tmp_path)
    again.pictures.space.sweep()
    assert again.files() == {kept}
    assert [row["id"] for row in again.database.rows("SELECT id FROM pictures")] == [kept]
    assert not (tmp_path / "lost+found").exists()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 4 MB of its own, where that can be mounted."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    command: list[Any] = [mount, "-t", "tmpfs", "-o", "size=4m", "tmpfs", folder]
    if sys.platform != "linux" or not mount or subprocess.run(command, check=False).returncode:
        pytest.skip("no file system can be mounted here")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


def filled(folder: Path) -> Path:
    """Fill a disk to its last byte."""
    path = folder / ".filler"
    with contextlib.suppress(OSError), path.open("wb", buffering=0) as file:
        while file.write(b"\0" * 4096):
            pass
    return path


def test_a_really_full_disk(small_disk: Path) -> None:
    data = small_disk / "data"
    stores = Stores(data)
    noise = np.random.default_rng(1).integers(0, 256, (3, 200, 200, 3), np.uint8)
    first, second, third = (
        stores.pictures.add(io.BytesIO(encode(Picture(pixels), "png")), "a.png")[0].id
        for pixels in noise
    )
    stores.pictures.trash.put(first)
    stores.pictures.derived.keep(third, "512.webp", b"\0" * (256 << 10))
    filled(small_disk)
    free = shutil.disk_usage(small_disk).free
    # Deleting works: the thumbnails make room for what it writes.
    stores.pictures.trash.put(second)
    assert set(ids(stores)) == {first, second}
    filler = filled(small_disk)
    assert shutil.disk_usage(small_disk).free == free
    with pytest.raises(OutputError):
        stores.add(4)
    stores.pictures.trash.delete(first)
    assert shutil.disk_usage(small_disk).free > free
    filled(small_disk)
    stores.pictures.trash.empty()
    assert stores.files() == {third}
    assert shutil.disk_usage(small_disk).free > free
    filler.unlink()
    stores.pictures.space.sweep()
    assert [row["id"] for row in stores.database.rows("SELECT id FROM pictures")] == [third]
    stores.database.close()
