"""A TIFF of several pages in a batch: each page is a picture of its own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from nijigen import Picture
from nijigen.cli.main import main


def scan(path: Path, count: int = 3) -> Path:
    """Pages of different sizes and colors."""
    pages = [Image.new("RGB", (10 + n, 20), (20 * n, 0, 0)) for n in range(count)]
    pages[0].save(path, save_all=True, append_images=pages[1:])
    return path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_each_page_becomes_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = scan(tmp_path / "scan.tif")
    out = tmp_path / "out"
    command = ["formats", "convert", str(source), "-o", f"{out}/"]
    assert main(command) == 0
    assert names(out) == ["scan-1.png", "scan-2.png", "scan-3.png"]
    for number in range(3):
        picture = Picture.open(out / f"scan-{number + 1}.png")
        assert (picture.size, picture.pixels[0, 0, 0]) == ((10 + number, 20), 20 * number)
    capsys.readouterr()
    assert main(command) == 0
    assert "3 skipped" in capsys.readouterr().out


def test_ten_pages_sort_by_name(tmp_path: Path) -> None:
    assert (
        main(["formats", "convert", str(scan(tmp_path / "a.tif", 10)), "-o", f"{tmp_path}/o/"]) == 0
    )
    assert names(tmp_path / "o")[:2] == ["a-01.png", "a-02.png"]


def test_results_beside_the_source(tmp_path: Path) -> None:
    scan(tmp_path / "scan.tif")
    for _ in range(2):
        assert main(["formats", "convert", str(tmp_path)]) == 0
        wanted = ["scan.tif", *(f"scan-{n}-convert.png" for n in (1, 2, 3))]
        assert names(tmp_path) == sorted(wanted)


def test_numbers_go_on(tmp_path: Path) -> None:
    scan(tmp_path / "a.tif", 2)
    scan(tmp_path / "b.tif", 2)
    sources = [str(tmp_path / "a.tif"), str(tmp_path / "b.tif")]
    naming = ["--name", "{number}.png", "-o", f"{tmp_path}/out/"]
    assert main(["formats", "convert", *sources, *naming]) == 0
    assert names(tmp_path / "out") == ["1.png", "2.png", "3.png", "4.png"]
    assert Picture.open(tmp_path / "out" / "4.png").pixels[0, 0, 0] == 20


def test_one_file_cannot_hold_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = scan(tmp_path / "scan.tif")
    assert main(["formats", "convert", str(source), "-o", str(tmp_path / "copy.png")]) == 2
    error = capsys.readouterr().err
    assert "the 3 pages of" in error
    assert "copy" in error
    assert names(tmp_path) == ["scan.tif"]


def test_redo_knows_the_page(tmp_path: Path) -> None:
    source = scan(tmp_path / "scan.tif")
    assert main(["effects", "halftone", str(source), "-o", f"{tmp_path}/out/"]) == 0
    again = tmp_path / "again.tif"
    result = tmp_path / "out" / "scan-2.tif"
    assert main(["redo", str(result), "--source", str(source), "-o", str(again)]) == 0
    assert again.read_bytes() == result.read_bytes()


def test_data_of_each_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = scan(tmp_path / "scan.tif", 2)
    assert main(["color", "palette", str(source), "--json"]) == 0
    records = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [record["page"] for record in records] == [1, 2]
    assert records[0]["result"] != records[1]["result"]


def test_a_damaged_page_is_one_failure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from nijigen.imaging.codecs.tiff_directory import pages_of

    source = scan(tmp_path / "scan.tif")
    data = bytearray(source.read_bytes())
    second = pages_of(bytes(data))[1]
    # The tag of its width becomes one of height 0.
    data[second.offset + 2 : second.offset + 4] = (257).to_bytes(2, "little")
    source.write_bytes(data)
    assert main(["formats", "convert", str(source), "-o", f"{tmp_path}/out/"]) != 0
    assert names(tmp_path / "out") == ["scan-1.png", "scan-3.png"]
    assert "page 2" in capsys.readouterr().err
