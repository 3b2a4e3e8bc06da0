from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from nijigen import Run, get
from nijigen.cli.main import main
from nijigen.core.errors import BadPicture, InputError
from nijigen.formats.bind import bind, reading_order
from pictures import drawing


def test_pages_come_in_reading_order(tmp_path: Path) -> None:
    for name in ("page 10.png", "page 9.png", "ch 2/1.png", "ch 10/1.png", ".hidden/1.png"):
        drawing(len(name) + 10, 12).save(tmp_path / "book" / name)
    (tmp_path / "book" / "notes.txt").write_text("no page")
    assert main(["formats", "bind", str(tmp_path / "book"), "-o", str(tmp_path / "b.cbz")]) == 0
    with zipfile.ZipFile(tmp_path / "b.cbz") as archive:
        assert archive.namelist() == ["001.png", "002.png", "003.png", "004.png"]
        order = [len(archive.read(name)) for name in archive.namelist()]
    names = ("ch 2/1.png", "ch 10/1.png", "page 9.png", "page 10.png")
    assert order == [(tmp_path / "book" / name).stat().st_size for name in names]


def test_what_is_left_out_is_noted(tmp_path: Path) -> None:
    drawing().save(tmp_path / "1.png")
    (tmp_path / "notes.txt").write_text("no page")
    run = Run()
    get("formats.bind").apply({"folder": tmp_path}, {}, run)
    assert [note.text for note in run.notes] == ["skipped, as they are not pages: notes.txt"]


def test_no_pages_and_damaged_ones(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no pages"):
        bind(tmp_path)
    (tmp_path / "1.png").write_bytes(b"\x89PNG\r\n\x1a\nnothing more")
    with pytest.raises(BadPicture):
        bind(tmp_path)


def test_reading_order() -> None:
    names = ["b2", "a10", "a2", "a1b", "A1", "10", "9"]
    assert sorted(map(Path, names), key=reading_order) == list(
        map(Path, ["9", "10", "A1", "a1b", "a2", "a10", "b2"])
    )
