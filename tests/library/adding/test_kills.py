from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from collection import write

from nijigen.library import Library

COUNT = 240
PROCESSES = 10
"""Every so many kills files are examined by processes, which take seconds to start."""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked, to start in no time")
@pytest.mark.parametrize("kills", [5, pytest.param(50, marks=pytest.mark.slow)])
def test_what_was_reported_survives_kills(tmp_path: Path, kills: int) -> None:
    """Each process is killed at another moment; none repairs what another left."""
    pictures, place, log = tmp_path / "pictures", tmp_path / "library", tmp_path / "log"
    write(pictures, COUNT, size=(48, 36))
    chance = random.Random(22)
    reported: set[str] = set()
    command = [sys.executable, str(Path(__file__).parent / "adder.py"), str(place), str(pictures)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as adding:
        assert adding.stdin is not None
        assert adding.stdout is not None
        for kill in range(kills):
            log.write_text("")
            examined = "in processes" if kill % PROCESSES == PROCESSES // 2 else "in threads"
            print(log, examined, sep="\t", file=adding.stdin, flush=True)
            process = int(adding.stdout.readline())
            # Until it has reported something new, and then a moment, which decides where it is.
            began = time.monotonic()
            while log.stat().st_size == 0:
                assert time.monotonic() - began < 120
                time.sleep(0.005)
            time.sleep(chance.uniform(0, 0.08))
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
            assert adding.stdout.readline() == "ended\n"
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
        adding.stdin.close()
    with Library(place) as library:
        library.add([pictures])
        assert len(library) == COUNT
        assert library.verify(files=True).problems == []
