"""The data folder: what Nijigen did not make is never deleted."""

from __future__ import annotations

import json
import sqlite3
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from earlier_folder import PICTURE, old_folder
from job_stores import Stores

from nijigen.core.errors import InputError
from nijigen.jobs.stores.folder import DataFolder, Origin


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder."""
    found = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


@pytest.mark.parametrize("made", [False, True])
def test_an_empty_or_missing_folder_gets_a_marker(tmp_path: Path, made: bool) -> None:
    root = tmp_path / "data"
    if made:
        root.mkdir()
        (root / ".DS_Store").touch()
        (root / "lock").touch()
    DataFolder(root).prepare()
    marker = json.loads((root / ".nijigen-store.json").read_text())
    assert (marker["store"], marker["version"]) == ("studio", 2)
    assert DataFolder(root).origin() is Origin.OURS


def test_a_folder_with_other_files_is_refused_and_not_touched(tmp_path: Path) -> None:
    for name in ("pictures/holiday.jpg", "scratch/notes.txt", "derived/novel.odt", "lock.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    before = contents(tmp_path)
    with pytest.raises(InputError, match="not a data folder of Nijigen") as caught:
        DataFolder(tmp_path).prepare()
    assert "nothing was changed" in caught.value.hint
    assert contents(tmp_path) == before


def test_a_database_of_another_program_does_not_make_a_folder_ours(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "nijigen.sqlite3")
    connection.execute("CREATE TABLE pictures (id)")
    connection.close()
    before = contents(tmp_path)
    with pytest.raises(InputError, match="not a data folder"):
        DataFolder(tmp_path).prepare()
    assert contents(tmp_path) == before


def test_a_folder_of_an_earlier_version_is_adopted_as_it_is(tmp_path: Path) -> None:
    old_folder(tmp_path)
    for name in ("pictures/holiday.jpg", "scratch/notes.txt", "derived/novel.odt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    stores = Stores(tmp_path)
    assert (tmp_path / ".nijigen-store.json").exists()
    assert stores.pictures.get(PICTURE).name == "1.png"
    for name in ("pictures/holiday.jpg", "scratch/notes.txt", "derived/novel.odt"):
        assert (tmp_path / name).read_text() == name
    assert not (tmp_path / "lost+found").exists()


def test_a_marker_of_the_first_layout_is_renewed(tmp_path: Path) -> None:
    old_folder(tmp_path)
    marker = tmp_path / ".nijigen-store.json"
    marker.write_text('{"store": "studio", "version": 1}')
    Stores(tmp_path)
    assert json.loads(marker.read_text())["version"] == 2


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('{"store": "models", "version": 1}', "not studio"),
        ('{"store": "studio", "version": 99}', "newer"),
        ("{", "damaged"),
    ],
)
def test_a_marker_that_is_not_ours_is_refused(tmp_path: Path, text: str, why: str) -> None:
    (tmp_path / ".nijigen-store.json").write_text(text)
    with pytest.raises(InputError, match=why):
        DataFolder(tmp_path).prepare()
    assert contents(tmp_path) == {".nijigen-store.json": text.encode()}


def test_unknown_files_go_to_lost_and_found(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    stores = Stores(tmp_path)
    known = stores.add(1)
    stores.pictures.derived.keep(known, "64.webp", b"of a known one")
    stores.database.close()
    strays = {
        "pictures/holiday.jpg": b"1",
        f"pictures/{known[:2]}/holiday.jpg": b"2",
        f"pictures/00/{known}": b"3",
        "pictures/ab/" + "0" * 64: b"4",
        "derived/novel.odt": b"5",
        f"derived/{known[:2]}/{known}.txt": b"6",
        "scratch/notes.txt": b"7",
    }
    for name, content in strays.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    (tmp_path / "scratch/folder").mkdir()
    (tmp_path / "readme.txt").write_bytes(b"not in a folder of ours")
    again = Stores(tmp_path)
    assert again.files() == {known}
    assert again.pictures.derived.path(known, "64.webp").read_bytes() == b"of a known one"
    assert (tmp_path / "readme.txt").exists()
    assert lost_files(tmp_path) == sorted(strays.values())
    lines = [line for line in caplog.messages if "lost+found" in line]
    assert len(lines) == len(strays) + 1


def lost_files(folder: Path) -> list[bytes]:
    return sorted(p.read_bytes() for p in (folder / "lost+found").rglob("*") if p.is_file())


def test_many_unknown_files_are_one_line(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    Stores(tmp_path).database.close()
    for number in range(50):
        (tmp_path / "pictures" / str(number)).write_text(str(number))
    Stores(tmp_path)
    assert len(lost_files(tmp_path)) == 50
    assert [line for line in caplog.messages if "lost+found" in line] == [
        f"50 unknown files were moved to {tmp_path / 'lost+found'}"
    ]


def test_nothing_in_lost_and_found_is_overwritten(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    folder.prepare()
    for number in range(3):
        (folder.pictures / "a.jpg").write_text(str(number))
        assert folder.set_aside(folder.pictures / "a.jpg") is not None
    assert lost_files(tmp_path) == [b"0", b"1", b"2"]


def test_names_of_any_length_and_bytes_can_be_set_aside(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    folder.prepare()
    for name in ("a" * 255, "絵" * 85, "\udce9.jpg", ".hidden"):
        (folder.pictures / name).write_text("kept")
        assert folder.set_aside(folder.pictures / name) is not None
    assert lost_files(tmp_path) == [b"kept"] * 4


def test_what_cannot_be_moved_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    Stores(tmp_path).database.close()
    stray = tmp_path / "pictures" / "a.jpg"
    stray.touch()

    def refuse(self: Path, target: Path) -> Path:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "rename", refuse)
    Stores(tmp_path)
    assert stray.exists()
    assert "cannot be moved" in caplog.text


def test_derived_files_of_pictures_that_are_gone_are_removed(tmp_path: Path) -> None:
    stores = Stores(tmp_path)
    for kind in ("64.webp", "view.png"):
        stores.pictures.derived.keep("0" * 64, kind, b"of no picture")
    stores.database.close()
    Stores(tmp_path)
    assert list((tmp_path / "derived").glob("*/*")) == []
    assert not (tmp_path / "lost+found").exists()


def test_temporary_files_of_a_killed_process_are_removed(tmp_path: Path) -> None:
    stores = Stores(tmp_path)
    (stores.pictures.scratch / "half").write_bytes(b"an upload that was cut off")
    stores.database.close()
    again = Stores(tmp_path)
    assert list((tmp_path / "scratch").iterdir()) == [again.pictures.scratch]
    assert not (tmp_path / "lost+found").exists()


def test_a_folder_that_lost_its_marker_and_database_is_refused_with_what_to_do(
    tmp_path: Path,
) -> None:
    stores = Stores(tmp_path)
    id = stores.add(1)
    stores.database.close()
    stores.folder.marker.unlink()
    stores.folder.database.write_text("garbled")
    with pytest.raises(InputError, match="not a data folder") as caught:
        Stores(tmp_path)
    assert f"nijigen studio check --data {tmp_path} --repair" in caught.value.hint
    assert stores.files() == {id}
