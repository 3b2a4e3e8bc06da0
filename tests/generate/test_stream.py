"""The stream: in order, in one process or more, and it never runs away."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import time
from itertools import count, islice
from pathlib import Path

import numpy as np
import pytest

from nijigen.core.errors import SettingsError
from nijigen.generate import sample, stream

SOURCE = Path(__file__).parents[2] / "src"


def run(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    path = folder / "script.py"
    path.write_text(script)
    environment = {**os.environ, "PYTHONPATH": str(SOURCE)}
    return subprocess.run(
        [sys.executable, str(path)], capture_output=True, text=True, timeout=300, env=environment,
        check=False,
    )  # fmt: skip


def test_the_samples_come_in_order() -> None:
    seeds = [4, 9, 2]
    for drawn, seed in zip(stream(seeds, size=48), seeds, strict=True):
        assert drawn.seed == seed
        assert np.array_equal(drawn.rgb, sample(seed, size=48).rgb)


def test_two_processes_draw_an_endless_row_and_end_when_nobody_listens() -> None:
    drawing = stream(count(), size=32, workers=2)
    some = list(islice(drawing, 20))
    assert [drawn.seed for drawn in some] == list(range(20))
    assert np.array_equal(some[11].rgb, sample(11, size=32).rgb)
    assert multiprocessing.active_children()
    drawing.close()  # type: ignore[attr-defined]
    deadline = time.monotonic() + 120
    while multiprocessing.active_children() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not multiprocessing.active_children()


def test_an_error_in_a_process_comes_through() -> None:
    with pytest.raises(SettingsError, match="no 'hair_colour'") as caught:
        list(stream([1], size=32, given={"hair_colour": "#ffffff"}, workers=2))
    assert caught.value.field == "hair_colour"
    assert "hair_color" in caught.value.hint


def test_a_script_without_a_guard_is_told_so(tmp_path: Path) -> None:
    script = """
from nijigen import NijigenError
from nijigen.generate import stream
try:
    print(len(list(stream(range(4), size=32, workers=2))))
except NijigenError as error:
    print(type(error).__name__, error.message, "|", error.hint)
"""
    told = run(script, tmp_path)
    assert told.stdout.splitlines() == [
        "InputError the worker processes could not be started | "
        'put the call of a script under: if __name__ == "__main__":'
    ]
    assert told.stderr == ""
    assert told.returncode == 0


def test_a_script_with_a_guard_draws(tmp_path: Path) -> None:
    script = """
from nijigen.generate import stream
if __name__ == "__main__":
    print(len(list(stream(range(12), size=32, workers=2))))
"""
    told = run(script, tmp_path)
    assert (told.stdout, told.stderr) == ("12\n", "")


def test_a_process_that_is_killed_is_told(tmp_path: Path) -> None:
    script = """
import multiprocessing
from itertools import count
from nijigen import NijigenError
from nijigen.generate import stream
if __name__ == "__main__":
    try:
        for drawn in stream(count(), size=32, workers=2):
            if drawn.seed == 0:
                for child in multiprocessing.active_children():
                    child.kill()
    except NijigenError as error:
        print(error.message)
"""
    assert run(script, tmp_path).stdout == "a worker process was killed\n"
