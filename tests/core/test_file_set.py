from __future__ import annotations

from pathlib import Path

import pytest

from nijigen import FileSet, Picture, operation
from nijigen.cli.operation import command
from nijigen.core.errors import InputError, OutputError
from nijigen.core.history import History
from nijigen.jobs.batches.file_sets import as_zip, folder_history, write_folder
from pictures import drawing


@operation(alpha="own", version=1)
def halves(picture: Picture) -> FileSet:
    """Cut a picture in two.

    Args:
        picture: Any size.
    """
    middle = picture.width // 2
    left, right = picture.pixels[:, :middle], picture.pixels[:, middle:]
    parts = {"left.png": picture.with_pixels(left), "deep/right.png": picture.with_pixels(right)}
    return FileSet({**parts, "sizes.json": {"left": middle}})


@pytest.mark.parametrize("name", ["", "/a", "../a", "a/../../b", "a\\b"])
def test_names_stay_in_the_folder(name: str) -> None:
    with pytest.raises(InputError):
        FileSet({name: "text"})


def test_two_names_that_are_one_file() -> None:
    with pytest.raises(InputError, match="two files"):
        FileSet({"a.txt": "1", "A.txt": "2"})


def test_a_folder_is_written_and_known_again(tmp_path: Path) -> None:
    drawing().save(tmp_path / "a.png")
    line = command(halves)
    words = [str(tmp_path / "a.png"), "-o", str(tmp_path / "out") + "/", "-q"]
    assert line.main(words, standalone_mode=False) == 0
    folder = tmp_path / "out" / "a"
    assert Picture.open(folder / "left.png").size == (24, 40)
    assert (folder / "sizes.json").read_text() == '{\n  "left": 24\n}\n'
    before = (folder / "left.png").stat().st_mtime_ns
    assert line.main(words, standalone_mode=False) == 0
    assert (folder / "left.png").stat().st_mtime_ns == before
    # One that is gone is made again; the others are the same.
    (folder / "sizes.json").unlink()
    assert folder_history(folder) is None
    assert line.main(words, standalone_mode=False) == 0
    assert (folder / "sizes.json").exists()


def test_a_file_of_the_user_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "left.png").write_text("mine")
    files = halves(drawing())
    with pytest.raises(OutputError, match="not made by Nijigen"):
        write_folder(tmp_path, files, History(), overwrite=False)
    assert (tmp_path / "left.png").read_text() == "mine"
    assert not (tmp_path / "sizes.json").exists()


def test_a_zip_is_the_same_to_the_byte() -> None:
    assert as_zip(halves(drawing())) == as_zip(halves(drawing()))
