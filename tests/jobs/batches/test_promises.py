"""What docs/batches.md promises: nothing is lost, and one odd file never ends a batch."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, PngImagePlugin

from nijigen import Picture
from nijigen.cli.main import main
from nijigen.core import atomic
from nijigen.core.history import History
from nijigen.jobs.batches import batch
from nijigen.jobs.batches.sources import find_sources

ODD = os.fsdecode(b"\x83e\x83X\x83g.png")
"""テスト.png in Shift-JIS, as old archives unpack on Linux."""


def draw(path: Path, color: int = 90, size: tuple[int, int] = (8, 8)) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Picture(np.full((size[1], size[0], 3), color, np.uint8)).save(path)
    return path


def color_of(path: Path) -> int:
    return int(Picture.open(path).pixels[0, 0, 0])


def names(folder: Path) -> list[str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return sorted(str(path.relative_to(folder)) for path in files)


def convert(*arguments: object) -> int:
    return main(["formats", "convert", *map(str, arguments)])


def halftone(*arguments: object) -> int:
    return main(["effects", "halftone", *map(str, arguments)])


# One odd file never ends a batch


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="names must be Unicode there")
@pytest.mark.parametrize(
    "ending", ["png", "jpg", "webp", "avif", "gif", "bmp", "tif", "psd", "ora", "zip"]
)
def test_names_that_are_not_utf_8(
    tmp_path: Path, ending: str, capfd: pytest.CaptureFixture[str]
) -> None:
    os.rename(draw(tmp_path / "in" / "a.png"), tmp_path / "in" / ODD)
    draw(tmp_path / "in" / "b.png")
    command = (tmp_path / "in", "-o", f"{tmp_path / 'out'}/", "--name", "{stem}." + ending)
    assert convert(*command) == 0
    capfd.readouterr()
    assert convert(*command) == 0
    assert capfd.readouterr().out.count("already done") == 2
    made = tmp_path / "out" / ODD.replace(".png", f".{ending}")
    again = ("--source", str(tmp_path / "in"), "-o", str(tmp_path / f"again.{ending}"))
    assert main(["redo", str(made), *again]) == 0
    assert (tmp_path / f"again.{ending}").read_bytes() == made.read_bytes()


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="names must be Unicode there")
@pytest.mark.parametrize("format", ["json", "gpl", "ase", "aco", "css", "png"])
def test_data_of_names_that_are_not_utf_8(tmp_path: Path, format: str) -> None:
    os.rename(draw(tmp_path / "in" / "a.png"), tmp_path / "in" / ODD)
    out = f"{tmp_path / 'out'}/"
    for _ in range(2):
        assert main(["color", "palette", f"{tmp_path}/in", "--format", format, "-o", out]) == 0
    assert any(name.endswith(format) for name in names(tmp_path / "out"))


@pytest.mark.skipif(sys.platform == "win32", reason="names must be Unicode there")
@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "latin-1"])
def test_reports_fit_every_terminal(tmp_path: Path, encoding: str) -> None:
    draw(tmp_path / "in" / "龍.png")
    draw(tmp_path / "in" / "a\nb\x1b[2J.png")
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    for more in ([], ["--json"]):
        words = ["effects", "halftone", "in", "-o", "out/", *more]
        done = subprocess.run(
            [sys.executable, "-m", "nijigen", *words],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, b"")
        assert b"\x1b" not in done.stdout
        assert len(done.stdout.splitlines()) == (2 if more else 3)


def test_a_name_that_is_too_long_is_one_failure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("01", "題" * 83, "99"):
        draw(tmp_path / "in" / f"{name}.png")
    assert halftone(tmp_path / "in") == 6
    assert len([name for name in names(tmp_path) if "halftone" in name]) == 2
    said = capsys.readouterr().err
    assert "too long" in said
    assert "--name" in said
    assert said.count("題" * 83) == 1


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


def test_a_name_that_looks_like_an_ending_is_one_failure(tmp_path: Path) -> None:
    draw(tmp_path / "in" / "a.png")
    os.rename(draw(tmp_path / "in" / "b.png"), tmp_path / "in" / "b.v2.png")
    assert convert(tmp_path / "in", "-o", f"{tmp_path}/out/", "--name", "{stem}.png") == 0
    assert convert(tmp_path / "in", "-o", f"{tmp_path}/out/", "--name", "{stem}.doc") == 2


@pytest.mark.parametrize(
    "template",
    ["{number:999999999}", "{stem:>99999999999999999999}", "{stem.__class__}", "{stem[0]}"]
    + ["{number:{number}}", "{nothing}", "{", "{}", "{number:.5000f}", "{stem:d}"],
)
def test_odd_templates(tmp_path: Path, template: str, capsys: pytest.CaptureFixture[str]) -> None:
    draw(tmp_path / "a.png")
    assert halftone(tmp_path / "a.png", "--name", template + ".png") == 2
    assert "name template" in capsys.readouterr().err


# Results never replace results


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


# Results are not sources


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


class _Enough(BaseException):
    """Ends a watch."""


def _watched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    """Watch a folder for four looks, as the command does."""
    looks = iter(range(4))

    def sleep(seconds: float) -> None:
        if next(looks, None) is None:
            raise KeyboardInterrupt

    monkeypatch.setattr("nijigen.jobs.batches.watch.time.sleep", sleep)
    return convert(tmp_path / "in", *arguments, "--watch")


def test_a_watch_that_is_started_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    draw(tmp_path / "in" / "a.png", 10)
    draw(tmp_path / "in" / "a.jpg", 200)
    for _ in range(3):
        assert _watched(tmp_path, monkeypatch, "--name", "{stem}-c.png") == 0
    assert names(tmp_path / "in") == ["a-c-png.png", "a-c.png", "a.jpg", "a.png"]


def test_a_watch_counts_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in "abc":
        draw(tmp_path / "in" / f"{name}.png")
    out = tmp_path / "out"
    assert _watched(tmp_path, monkeypatch, "-o", f"{out}/", "--name", "{number:02}.png") == 0
    draw(tmp_path / "in" / "0.png")
    assert _watched(tmp_path, monkeypatch, "-o", f"{out}/", "--name", "{number:02}.png") == 0
    assert names(out) == ["01.png", "02.png", "03.png", "04.png"]


def test_an_odd_file_does_not_end_a_watch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    draw(tmp_path / "in" / "a.png")
    (tmp_path / "in" / "b.png").write_bytes(b"no picture")
    draw(tmp_path / "in" / f"{'題' * 83}.png")
    draw(tmp_path / "in" / "z.png")
    assert _watched(tmp_path, monkeypatch, "--name", "{stem}-converted.png") != 0
    made = [name for name in names(tmp_path / "in") if "converted" in name]
    assert made == ["a-converted.png", "z-converted.png"]


# Folders, patterns, limits, leftovers


def test_folders_that_cannot_be_read_are_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    draw(tmp_path / "in" / "a.png")
    draw(tmp_path / "in" / "closed" / "b.png")
    real = os.scandir

    def scandir(path: Path) -> object:
        if Path(path).name == "closed":
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    for pattern in ("in", "in/**/*.png"):
        assert convert(tmp_path / pattern, "-o", f"{tmp_path}/out/") == 2
        said = capsys.readouterr()
        assert said.err.count("closed cannot be read: permission denied") == 1
        assert "a.png" in said.out


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_links_in_circles_end(tmp_path: Path) -> None:
    draw(tmp_path / "in" / "b" / "a.png")
    for name in ("x", "y", "z"):
        (tmp_path / "in" / "b" / name).symlink_to(tmp_path / "in", target_is_directory=True)
    began = time.process_time()
    for pattern in ("in/**/*.png", "in/**/**/*.png", "**/a.png", "in/**"):
        found = find_sources([str(tmp_path / pattern)])
        assert [source.path for source in found] == [tmp_path / "in" / "b" / "a.png"]
    assert len(find_sources([str(tmp_path / "in")])) == 1
    assert time.process_time() - began < 20


def test_very_deep_folders(tmp_path: Path) -> None:
    deep = tmp_path
    try:
        for _ in range(1200):
            deep = deep / "d"
            deep.mkdir()
    except OSError:
        pytest.skip("no such deep folders here")
    os.rename(draw(tmp_path / "a.png"), deep / "a.png")
    try:
        assert len(find_sources([str(tmp_path)])) == 1
        assert len(find_sources([str(tmp_path / "**" / "*.png")])) == 1
        assert convert(tmp_path, "-o", f"{tmp_path}/out/") == 0
    finally:
        # What removes the folder of the test recurses.
        for folder in (tmp_path, tmp_path / "out"):
            for path in (deep / "a.png", folder / deep.relative_to(tmp_path) / "a.png"):
                path.unlink(missing_ok=True)
            below = folder / deep.relative_to(tmp_path)
            while below != folder:
                if below.is_dir():
                    below.rmdir()
                below = below.parent


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


def test_leftovers_of_killed_runs_are_removed_and_nothing_else(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    left = out / ".nijigen-0123456789abcdef.part"
    theirs = [out / name for name in (".nijigen-notes.part", "a.part", ".nijigen-12.part")]
    for path in (left, *theirs):
        path.write_bytes(b"half a picture")
    with atomic.replacing(out / "b.png") as file:
        file.write(b"half")
        file.flush()
        draw(tmp_path / "in" / "a.png")
        assert convert(tmp_path / "in", "-o", f"{out}/") == 0
    assert not left.exists()
    assert (out / "b.png").read_bytes() == b"half"
    assert all(path.exists() for path in theirs)


def _killed_batch(tmp_path: Path, delay: float) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "nijigen", "effects", "halftone", "in", "-o", "out/"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdout is not None
    if delay:
        process.stdout.readline()
        time.sleep(delay - 0.01)
    process.kill()
    process.communicate()


@pytest.mark.parametrize(
    "kills", [3, pytest.param(20, marks=pytest.mark.slow)], ids=["a few", "twenty"]
)
def test_kills(tmp_path: Path, kills: int) -> None:
    """After any kill each result is whole or missing; the last run does the rest, once."""
    rng = np.random.default_rng(0)
    for number in range(30):
        pixels = rng.integers(0, 255, (200, 200, 3), np.uint8)
        (tmp_path / "in").mkdir(exist_ok=True)
        Picture(pixels).save(tmp_path / "in" / f"{number:02}.png")
    for kill in range(kills):
        _killed_batch(tmp_path, 0.011 + 0.02 * (kill % 7))
        for path in (tmp_path / "out").glob("*.png"):
            Picture.open(path)
    assert halftone(tmp_path / "in", "-o", f"{tmp_path}/out/") == 0
    assert names(tmp_path / "out") == [f"{number:02}.png" for number in range(30)]
    whole = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").iterdir()}
    assert halftone(tmp_path / "in", "-o", f"{tmp_path}/out/") == 0
    assert whole == {path: path.stat().st_mtime_ns for path in (tmp_path / "out").iterdir()}
