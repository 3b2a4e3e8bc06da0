"""Which runtime is fastest: timed once, then remembered."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from nijigen.imaging.tiling import Geometry
from nijigen.models import _timing
from nijigen.models._timing import fastest
from nijigen.models.session import open_session

GEOMETRY = Geometry(2, 7, 4)
REAL_VERSION = _timing._version


@pytest.fixture(autouse=True)
def _own_choices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NIJIGEN_CACHE", str(tmp_path))
    monkeypatch.setattr(_timing, "_known", {})
    monkeypatch.setattr(_timing, "_version", lambda runtime: "1")


def waiting(seconds: float, calls: list[int]) -> Callable[[], Callable[[np.ndarray], object]]:
    def run(batch: np.ndarray) -> None:
        calls.append(batch.shape[2])
        time.sleep(seconds)

    return lambda: run


def choice(quick: list[int], slow: list[int], threads: int = 2) -> str:
    runners = {"slow": waiting(0.03, slow), "quick": waiting(0.001, quick)}
    return fastest("net 2x", GEOMETRY, runners, threads)


def test_the_fastest_is_timed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    quick, slow = [], []  # type: ignore[var-annotated]
    assert choice(quick, slow) == "quick"
    assert len(quick) == len(slow) == 4
    assert set(quick) == {80}, "64 and both borders, as a multiple of 4"
    (path,) = tmp_path.glob("*.json")
    record = json.loads(path.read_text())
    assert record["chosen"] == "quick"
    assert record["seconds"]["quick"] < record["seconds"]["slow"]
    # Another process of the same home does not time again, even if it would choose differently.
    monkeypatch.setattr(_timing, "_known", {})
    path.write_text(json.dumps({**record, "chosen": "slow"}))
    assert choice(quick, slow) == "slow"
    assert len(quick) == 4


@pytest.mark.parametrize("change", ["cpu", "threads", "version"])
def test_what_the_speed_depends_on_is_timed_again(
    change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[int] = []
    choice(calls, [])
    if change == "cpu":
        monkeypatch.setattr(_timing, "cpu_model", lambda: "another")
    if change == "version":
        monkeypatch.setattr(_timing, "_version", lambda runtime: "2")
    choice(calls, [], threads=3 if change == "threads" else 2)
    assert len(calls) == 8


def test_slow_runtimes_do_not_take_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_timing, "BUDGET", 0.0)
    calls: list[int] = []
    assert choice(calls, []) == "quick"
    assert len(calls) == 2


@pytest.mark.parametrize("damage", ["", "{}", '{"chosen": "gone"}'])
def test_a_damaged_record_is_made_again(
    damage: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    choice([], [])
    (path,) = tmp_path.glob("*.json")
    path.write_text(damage)
    monkeypatch.setattr(_timing, "_known", {})
    assert choice([], []) == "quick"


def test_a_home_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("NIJIGEN_CACHE", str(tmp_path / "file" / "below"))
    calls: list[int] = []
    assert choice(calls, []) == choice(calls, []) == "quick"
    assert len(calls) == 4, "at least this process remembers"


def test_for_real(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(_timing, "_version", REAL_VERSION)
    monkeypatch.delenv("NIJIGEN_RUNTIME")
    first = open_session("waifu2x-upconv-7-art").runtime
    (path,) = tmp_path.glob("runtime-*.json")
    assert json.loads(path.read_text())["chosen"] == first
    assert open_session("waifu2x-upconv-7-art", "noise1_scale2x").runtime == first
