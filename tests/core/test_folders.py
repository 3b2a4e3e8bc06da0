from __future__ import annotations

from pathlib import Path

import pytest

from nijigen.core.errors import InputError
from nijigen.core.folders import MANIFEST, replacing_folder


def names(folder: Path) -> set[str]:
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()} - {MANIFEST}


def write(folder: Path, *files: str) -> None:
    with replacing_folder(folder) as made:
        for name in files:
            (made / name).parent.mkdir(exist_ok=True)
            (made / name).write_text(name)


def test_a_folder_replaces_the_one_before(tmp_path: Path) -> None:
    write(tmp_path / "a" / "out", "1.txt", "images/1.png")
    write(tmp_path / "a" / "out", "2.txt")
    assert names(tmp_path / "a" / "out") == {"2.txt"}
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["out"]


def test_after_a_failure_the_old_folder_is_whole(tmp_path: Path) -> None:
    write(tmp_path / "out", "1.txt")
    with pytest.raises(FileNotFoundError):
        write(tmp_path / "out", "2.txt", "a/b/c.txt")
    assert names(tmp_path) == {"out/1.txt", f"out/{MANIFEST}"}


def test_what_a_kill_left_is_removed_or_brought_back(tmp_path: Path) -> None:
    write(tmp_path / "out", "1.txt")
    (tmp_path / "out").rename(tmp_path / ".out.nijigen-old")
    (tmp_path / ".out.nijigen-part").mkdir()
    with pytest.raises(ZeroDivisionError), replacing_folder(tmp_path / "out"):
        raise ZeroDivisionError
    assert names(tmp_path) == {"out/1.txt", f"out/{MANIFEST}"}


def test_files_of_the_user_are_never_replaced(tmp_path: Path) -> None:
    write(tmp_path / "out", "1.txt")
    (tmp_path / "out" / "mine.txt").touch()
    with pytest.raises(InputError, match=r"other files in it, such as mine\.txt"):
        write(tmp_path / "out", "2.txt")
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="is a file"):
        write(tmp_path / "file", "2.txt")
    assert (tmp_path / "out" / "mine.txt").exists()
