from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from collection import write

from nijigen.library import Library

COUNT = 240


@pytest.mark.parametrize("kills", [5, pytest.param(50, marks=pytest.mark.slow)])
def test_what_was_reported_survives_kills(tmp_path: Path, kills: int) -> None:
    """Each process is killed at another moment; none repairs what another left."""
    pictures, place = tmp_path / "pictures", tmp_path / "library"
    write(pictures, COUNT, size=(48, 36))
    chance = random.Random(22)
    reported: set[str] = set()
    killed = 0
    while killed < kills:
        command = [
            sys.executable,
            str(Path(__file__).parent / "adder.py"),
            str(place),
            str(pictures),
        ]
        log = tmp_path / "log"
        with log.open("wb") as output, subprocess.Popen(command, stdout=output) as process:
            # Until it has reported something new, and then a moment, which decides where it is.
            while process.poll() is None and log.stat().st_size == 0:
                time.sleep(0.005)
            time.sleep(chance.uniform(0, 0.08))
            process.kill()
        killed += 1
        # A line that was cut off was not reported.
        lines = log.read_text().split("\n")[:-1]
        reported |= set(lines)
        with Library(place) as library:
            assert all(Path(path) in library for path in reported)
            assert library.verify().problems == []
            assert len(library) >= len(reported)
            if len(library) == COUNT:
                library.remove([pictures])
                reported.clear()
    with Library(place) as library:
        library.add([pictures])
        assert len(library) == COUNT
        assert library.verify(files=True).problems == []
