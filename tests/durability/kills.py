"""Run a writer again and again, each time in a process that is killed one call later.

``python kills.py WRITER ROOT IMAGES``: what each process left, and what it had reported as done,
are written to a file with the name IMAGES.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
from pathlib import Path

import pytest
from disk_calls import DiskCalls
from power import Image, image_of, restore
from writers import WRITERS, begin

END = "the end"


def run(name: str, root: Path, start: Image, at: int) -> tuple[Image, set[str]]:
    """Return what a process leaves that is killed at a call, and what it had reported."""
    restore(start, root)
    reports, report = os.pipe()
    process = os.fork()
    if process == 0:
        with pytest.MonkeyPatch.context() as patch:
            begin(root, patch)

            def kill(count: int, call: str) -> None:
                if count == at:
                    os.kill(os.getpid(), signal.SIGKILL)

            told = os.fdopen(report, "w", buffering=1)
            with DiskCalls(root, kill).installed():
                WRITERS[name].write(root, lambda thing: told.write(thing + "\n") and None)
            told.write(END + "\n")
            told.flush()
            os._exit(0)
    os.close(report)
    with open(reports) as lines:
        done = set(lines.read().splitlines())
    os.waitpid(process, 0)
    return image_of(root), done


def main(name: str, root: Path, images: Path) -> None:
    """Kill the writer at each of its calls."""
    root.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        begin(root, patch)
        WRITERS[name].prepare(root)
    start, found = image_of(root), []
    while not found or END not in found[-1][1]:
        found.append(run(name, root, start, len(found) + 1))
    images.write_bytes(pickle.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
