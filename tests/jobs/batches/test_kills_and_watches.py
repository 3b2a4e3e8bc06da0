"""Watched folders that are started again, and what killed batches leave behind."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from batching import convert, draw, halftone, names
from nijigen import Picture
from nijigen.core import atomic


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
