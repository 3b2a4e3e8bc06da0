"""Settings that are documents: the name of a file, or the document itself."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from nijigen import Picture
from nijigen.cli.main import main
from nijigen.color._palettes.swatches import Swatch, formats
from nijigen.core import registry

COLORS = ("#c83232", "#3264c8")


def red(path: Path) -> Path:
    Picture(np.full((8, 8, 3), (200, 30, 30), np.uint8)).save(path)
    return path


def recolored(folder: Path, palette: object) -> list[int]:
    page, made = red(folder / "red.png"), folder / "made.png"
    words = ["color", "recolor", page, "--method", "nearest", "--palette", palette, "-o", made]
    assert main([*map(str, words), "-q", "--overwrite"]) == 0
    return Picture.open(made).pixels[0, 0].tolist()


@pytest.mark.parametrize("ending", ["ase", "gpl", "aco", "css"])
def test_a_palette_is_a_swatch_file(tmp_path: Path, ending: str) -> None:
    swatches = [Swatch("紅", COLORS[0]), Swatch("青", COLORS[1])]
    file = tmp_path / f"mine.{ending}"
    file.write_bytes(formats()[ending].write("mine", swatches))
    assert recolored(tmp_path, file) == [200, 50, 50]


@pytest.mark.parametrize("text", [" ".join(COLORS), json.dumps(COLORS), "#c83232"])
def test_a_palette_is_a_text_or_a_file_of_it(tmp_path: Path, text: str) -> None:
    (tmp_path / "mine.txt").write_text(text)
    assert recolored(tmp_path, text) == recolored(tmp_path, tmp_path / "mine.txt") == [200, 50, 50]


def test_faces_come_from_a_file(tmp_path: Path) -> None:
    page, given, made = red(tmp_path / "a.png"), tmp_path / "faces.json", tmp_path / "made.json"
    given.write_text("[[1, 2, 5, 6]]")
    assert main(["faces", "detect", str(page), "--given", str(given), "-o", str(made), "-q"]) == 0
    assert len(json.loads(made.read_text())["faces"]) == 1


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (["faces", "detect", "--given"], "none.json"),
        (["color", "recolor", "--palette"], "none.gpl"),
        (["color", "flat", "--palette"], "none.ase"),
        (["color", "flat", "--hints"], "none.json"),
        (["color", "flat", "--hints"], "hints"),
        (["color", "flat", "--palette"], "colors"),
    ],
)
def test_a_missing_file_is_reported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], name: str
) -> None:
    made = tmp_path / "made"
    page = str(red(tmp_path / "a.png"))
    assert main([*words, str(tmp_path / name), page, "-o", str(made)]) == 3
    assert f"there is no file {tmp_path / name}" in capsys.readouterr().err
    assert not made.exists()


def test_a_name_without_folder_and_ending_is_a_file_where_json_is_wanted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = str(red(tmp_path / "a.png"))
    assert main(["color", "flat", page, "--hints", "no-such-hints"]) == 3
    assert "there is no file no-such-hints" in capsys.readouterr().err
    assert main(["color", "flat", page, "--hints", "{"]) == 2
    error, hint = capsys.readouterr().err.splitlines()
    assert error.startswith("error: --hints '{': these are not hints")
    assert hint.startswith("hint: ")


def test_a_file_without_a_document_is_reported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page, empty = str(red(tmp_path / "a.png")), tmp_path / "empty.json"
    empty.write_text("\n")
    assert main(["color", "flat", page, "--hints", str(empty)]) == 2
    assert "empty.json is empty" in capsys.readouterr().err
    assert main(["faces", "detect", page, "--given", str(tmp_path)]) == 2
    assert f"{tmp_path} is a folder, not a file" in capsys.readouterr().err


def test_an_error_repeats_only_the_beginning_of_a_document(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page, many = str(red(tmp_path / "a.png")), tmp_path / "many.json"
    many.write_text(json.dumps([[1, 1, 0, 0, 0]] * 100_000))
    assert main(["color", "flat", page, "--hints", str(many)]) == 2
    error = capsys.readouterr().err.splitlines()[0]
    assert "points: " in error
    assert len(error) < 250


def test_a_damaged_file_is_reported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page, bad = str(red(tmp_path / "a.png")), tmp_path / "bad.json"
    bad.write_bytes(b"\0\xff")
    assert main(["color", "flat", page, "--hints", str(bad)]) == 2
    assert "bad.json is not a text file" in capsys.readouterr().err
    bad.write_bytes(b"ASEF\0\1")
    assert main(["color", "flat", page, "--palette", str(bad)]) == 2
    assert "the ASE file ends too early" in capsys.readouterr().err


@pytest.mark.parametrize("id", ["color.flat", "color.paint", "color.regions", "color.recolor"])
def test_every_palette_reads_swatch_files(id: str) -> None:
    gpl = formats()["gpl"].write("mine", [Swatch("", COLORS[0])]).decode()
    assert registry.get(id).check({"palette": gpl})["palette"] == COLORS[:1]
