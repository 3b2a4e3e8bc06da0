"""What docs/batches.md promises: nothing is lost, and one odd file never ends a batch."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PIL import Image, PngImagePlugin

from batching import color_of, convert, draw, halftone, names
from nijigen import Picture
from nijigen.cli.main import main
from nijigen.core.history import History
from nijigen.jobs.batches import batch


def test_any_exception_is_one_failure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in "abc":
        draw(tmp_path / "in" / f"{name}.png")
    real = batch.read_source

    def read(source: Path, target: Path, *, page: int = 0) -> object:
        if source.name == "b.png":
            raise LookupError("odd")
        return real(source, target, page=page)

    monkeypatch.setattr(batch, "read_source", read)
    assert halftone(tmp_path / "in", "-o", f"{tmp_path}/out/") == 1
    assert names(tmp_path / "out") == ["a.png", "c.png"]
    assert "b.png: internal error: LookupError: odd" in capsys.readouterr().err


HOSTILE = {
    "deep": '{"steps":' + "[" * 100_000 + "]" * 100_000 + "}",
    "deep settings": '{"steps":[{"operation":"a","version":1,"settings":'
    + '{"a":' * 300
    + "1"
    + "}" * 300
    + "}]}",
    "infinity": '{"steps":[{"operation":"a","version":Infinity,"settings":{}}]}',
    "nan": '{"steps":[{"operation":"a","version":1,"settings":{"a":NaN}}]}',
    "digits": '{"steps":[{"operation":"a","version":1' + "0" * 9000 + ',"settings":{}}]}',
    "types": '{"source":[1],"sha256":{},"steps":{"a":1}}',
    "list": "[1,2]",
    "null": "null",
    "halves": '{"source":"\\ud800","sha256":null,"steps":[]}',
    "zero": '{"source":"a\\u0000b","sha256":"x","steps":'
    '[{"operation":"effects.halftone","version":1,"settings":{}}]}',
    "huge": '{"source":"' + "x" * 2_000_000 + '","steps":[]}',
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_records_in_targets(tmp_path: Path, kind: str) -> None:
    """Neither ends the batch, nor counts as permission to replace the file."""
    for name in "abc":
        draw(tmp_path / "in" / f"{name}.png")
    text = PngImagePlugin.PngInfo()
    text.add_itxt("nijigen", HOSTILE[kind])
    (tmp_path / "out").mkdir()
    theirs = tmp_path / "out" / "b.png"
    Image.new("RGB", (8, 8), "red").save(theirs, pnginfo=text)
    before = theirs.read_bytes()
    assert halftone(tmp_path / "in", "-o", f"{tmp_path}/out/") == 6
    assert names(tmp_path / "out") == ["a.png", "b.png", "c.png"]
    assert theirs.read_bytes() == before
    assert main(["redo", str(theirs)]) in (2, 3)
    assert History.from_json(HOSTILE[kind]) is None or kind in ("halves", "zero", "huge")


def test_damaged_results_and_ledgers(tmp_path: Path) -> None:
    for name in "abc":
        draw(tmp_path / "in" / f"{name}.png")
    out = tmp_path / "out"
    out.mkdir()
    whole = draw(tmp_path / "whole.png").read_bytes()
    (out / "b.png").write_bytes(whole[:40])
    (out / ".nijigen.jsonl").write_bytes(b"\n\xff\xfe{" + b"[" * 5000)
    assert halftone(tmp_path / "in", "-o", f"{out}/") == 6
    assert (out / "b.png").read_bytes() == whole[:40]
    assert convert(tmp_path / "in", "-o", f"{out}/", "--name", "{stem}.bmp") == 0
    assert convert(tmp_path / "in", "-o", f"{out}/", "--name", "{stem}.bmp") == 0
    (out / ".nijigen.jsonl").unlink()
    (out / ".nijigen.jsonl").mkdir()
    assert convert(tmp_path / "in", "-o", f"{out}/", "--name", "{stem}-2.bmp") == 6
    assert (out / "a.png").exists()


def test_pages_of_two_chapters(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for chapter, color in (("ch1", 10), ("ch2", 200)):
        draw(tmp_path / chapter / "001.png", color)
    out = tmp_path / "out"
    for _ in range(2):
        for chapter in ("ch1", "ch2"):
            assert convert(tmp_path / chapter, "-o", f"{out}/") == 0
    assert {p.name: color_of(p) for p in out.iterdir()} == {"001.png": 10, "001-2.png": 200}
    assert capsys.readouterr().out.count("already done") == 2


@pytest.mark.parametrize("target", ["frames.zip", "frames/"])
def test_sets_of_files(tmp_path: Path, target: str, capsys: pytest.CaptureFixture[str]) -> None:
    """An archive cannot tell how it was made; the pictures in it can."""
    for name, color in (("a", "red"), ("b", "lime")):
        frames = [Image.new("RGB", (8, 8), c) for c in (color, "blue")]
        frames[0].save(tmp_path / f"{name}.gif", save_all=True, append_images=frames[1:])
    command = ["formats", "frames", str(tmp_path / "a.gif"), "-o", f"{tmp_path}/{target}"]
    assert main(command) == 0
    before = {p: p.stat().st_mtime_ns for p in tmp_path.rglob("*") if p.is_file()}
    capsys.readouterr()
    assert main(command) == 0
    assert "already done" in capsys.readouterr().out
    assert before == {p: p.stat().st_mtime_ns for p in tmp_path.rglob("*") if p.is_file()}
    command[2] = str(tmp_path / "b.gif")
    # One archive was named, and is kept; in a folder there is room for both.
    assert main(command) == (6 if target.endswith("zip") else 0)
    assert all(path.stat().st_mtime_ns == time for path, time in before.items())


def test_numbers_count_on(tmp_path: Path) -> None:
    for chapter, color in (("ch1", 10), ("ch2", 200)):
        for page in "ab":
            draw(tmp_path / chapter / f"{page}.png", color)
    out = tmp_path / "out"
    for _ in range(2):
        for chapter in ("ch1", "ch2"):
            assert convert(tmp_path / chapter, "-o", f"{out}/", "--name", "{number:03}.png") == 0
    draw(tmp_path / "ch1" / "0.png", 77)
    assert convert(tmp_path / "ch1", "-o", f"{out}/", "--name", "{number:03}.png") == 0
    found = [color_of(out / f"00{number}.png") for number in range(1, 6)]
    assert found == [10, 10, 200, 200, 77]
    assert len(names(out)) == 5


def test_one_name_with_two_endings_over_two_runs(tmp_path: Path) -> None:
    draw(tmp_path / "in" / "a.png", 10)
    assert convert(tmp_path / "in", "-o", f"{tmp_path}/out/") == 0
    draw(tmp_path / "in" / "a.jpg", 200)
    for _ in range(2):
        assert convert(tmp_path / "in", "-o", f"{tmp_path}/out/") == 0
    assert names(tmp_path / "out") == ["a-jpg.png", "a.png"]
    assert color_of(tmp_path / "out" / "a.png") == 10


def test_an_edited_source_is_made_again(tmp_path: Path) -> None:
    draw(tmp_path / "in" / "a.png", 10)
    assert convert(tmp_path / "in", "-o", f"{tmp_path}/out/") == 0
    draw(tmp_path / "in" / "a.png", 200)
    assert convert(tmp_path / "in", "-o", f"{tmp_path}/out/") == 0
    assert color_of(tmp_path / "out" / "a.png") == 200
    assert names(tmp_path / "out") == ["a.png"]


@pytest.mark.parametrize("ending", ["png", "jpg", "bmp", "psd"])
def test_an_edited_result_is_not_replaced(
    tmp_path: Path, ending: str, capsys: pytest.CaptureFixture[str]
) -> None:
    source = draw(tmp_path / "a.png", size=(64, 64))
    result = tmp_path / f"b.{ending}"
    assert halftone(source, "-o", result) == 0
    # As programs do that keep the texts of a file.
    made = Picture.open(result)
    made.with_pixels(255 - made.pixels).save(result)
    edited = result.read_bytes()
    assert halftone(source, "-o", result, "--cell", "5") == 6
    said = capsys.readouterr().err
    assert "was changed after" in said or "not made by" in said
    assert result.read_bytes() == edited
    assert halftone(source, "-o", result, "--cell", "5", "--overwrite") == 0
    assert halftone(source, "-o", result, "--cell", "6") == 0


def test_without_the_list_in_the_home_nothing_is_replaced_in_doubt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for chapter, color in (("ch1", 10), ("ch2", 200)):
        draw(tmp_path / chapter / "001.png", color)
    out = tmp_path / "out"
    assert convert(tmp_path / "ch1", "-o", f"{out}/") == 0
    monkeypatch.setenv("NIJIGEN_HOME", str(tmp_path / "another"))
    assert convert(tmp_path / "ch2", "-o", f"{out}/") == 6
    assert convert(tmp_path / "ch1", "-o", f"{out}/") == 0
    assert color_of(out / "001.png") == 10


def test_a_home_that_cannot_be_written_is_no_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "home").write_bytes(b"")
    monkeypatch.setenv("NIJIGEN_HOME", str(tmp_path / "home"))
    draw(tmp_path / "in" / "a.png")
    for _ in range(2):
        assert convert(tmp_path / "in", "-o", f"{tmp_path}/out/") == 0


@pytest.mark.parametrize("out", [None, "in/out/"])
def test_the_same_command_again_finds_the_same_sources(tmp_path: Path, out: str | None) -> None:
    draw(tmp_path / "in" / "a.png")
    draw(tmp_path / "in" / "deep" / "b.jpg")
    more = ("-o", f"{tmp_path}/{out}") if out else ()
    assert halftone(tmp_path / "in", *more) == 0
    made = names(tmp_path)
    for _ in range(2):
        assert halftone(tmp_path / "in", *more) == 0
    assert names(tmp_path) == made
    # Another operation works on the same pictures, and neither on the results of the other.
    assert convert(tmp_path / "in", *(more or ("--name", "{stem}-c.png")), "--overwrite") == 0
    made = names(tmp_path)
    assert halftone(tmp_path / "in", *more, "--overwrite") == 0
    assert names(tmp_path) == made


def test_results_stay_results_when_sources_change_or_go(tmp_path: Path) -> None:
    draw(tmp_path / "in" / "a.png")
    draw(tmp_path / "in" / "b.png")
    assert halftone(tmp_path / "in") == 0
    draw(tmp_path / "in" / "a.png", 200)
    (tmp_path / "in" / "b.png").unlink()
    assert halftone(tmp_path / "in") == 0
    assert names(tmp_path / "in") == ["a-halftone.png", "a.png", "b-halftone.png"]


def test_results_of_another_folder_are_sources(tmp_path: Path) -> None:
    draw(tmp_path / "in" / "ch1" / "001.png", 10)
    draw(tmp_path / "in" / "ch2" / "001.png", 200)
    assert convert(tmp_path / "in", "-o", f"{tmp_path}/out/") == 0
    assert halftone(tmp_path / "out", "-o", f"{tmp_path}/final/") == 0
    assert names(tmp_path / "final") == ["ch1/001.png", "ch2/001.png"]


def test_named_results_are_sources(tmp_path: Path) -> None:
    source = draw(tmp_path / "a.png")
    assert halftone(source) == 0
    assert convert(source, tmp_path / "a-halftone.png", "-o", f"{tmp_path}/out/") == 0
    assert names(tmp_path / "out") == ["a-halftone.png", "a.png"]
    # But not where this very command makes them: what a shell makes of *.png.
    assert halftone(source, tmp_path / "a-halftone.png") == 0
    assert names(tmp_path) == ["a-halftone.png", "a.png", "out/a-halftone.png", "out/a.png"]


def test_folders_that_cannot_be_read_are_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    draw(tmp_path / "in" / "a.png")
    draw(tmp_path / "in" / "closed" / "b.png")
    real = os.scandir

    def scandir(path: Path) -> object:
        if isinstance(path, str | Path) and Path(path).name == "closed":
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    for pattern in ("in", "in/**/*.png"):
        assert convert(tmp_path / pattern, "-o", f"{tmp_path}/out/") == 2
        said = capsys.readouterr()
        assert said.err.count("closed cannot be read: permission denied") == 1
        assert "a.png" in said.out


@pytest.mark.parametrize(
    ("operation", "size", "ending"),
    [
        ("effects.halftone", (16384, 2), "webp"),
        ("effects.halftone", (65501, 1), "jpg"),
        ("effects.halftone", (65536, 1), "gif"),
        ("effects.halftone", (65537, 1), "avif"),
        ("effects.halftone", (30001, 1), "psd"),
        ("upscale.anime4k", (9000, 2), "webp"),
    ],
)
def test_limits_of_formats_are_checked_before_the_work(
    tmp_path: Path,
    operation: str,
    size: tuple[int, int],
    ending: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def work(*arguments: object, **settings: object) -> None:
        raise AssertionError("the work began")

    monkeypatch.setattr("nijigen.upscale.anime4k.enlarge", work)
    monkeypatch.setattr("nijigen.effects.halftone._Plan", work)
    source = draw(tmp_path / "a.png", size=size)
    assert main([*operation.split("."), str(source), "-o", str(tmp_path / f"b.{ending}")]) == 2
    said = capsys.readouterr().err
    assert "a side has at most" in said
    assert "the work began" not in said
