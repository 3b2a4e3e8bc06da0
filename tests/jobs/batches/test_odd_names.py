"""Names that are odd, too long or misleading cost one failure at most."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from batching import convert, draw, halftone, names
from nijigen.cli.main import main
from nijigen.jobs.batches.sources import find_sources

ODD = os.fsdecode(b"\x83e\x83X\x83g.png")
"""テスト.png in Shift-JIS, as old archives unpack on Linux."""


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
