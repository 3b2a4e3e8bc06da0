"""Add a folder to a library in processes that tests kill.

    python adder.py LIBRARY PICTURES

For each line of the standard input, a path and how files are examined, a process is forked, which
writes the files that were added to that path; its number is printed, and a line when it has ended.
So what is imported is imported once.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import cv2  # noqa: F401
import onnxruntime  # noqa: F401

from nijigen.library import Library
from nijigen.library.adding import adder


def add(place: Path, pictures: Path, log: Path, examined: str) -> None:
    if examined == "in threads":
        adder._MANY = sys.maxsize
    with log.open("w") as output, Library(place, writing=True) as library:
        library.add(
            [pictures], listener=lambda paths: print(*paths, sep="\n", file=output, flush=True)
        )


for line in sys.stdin:
    log, examined = line.rstrip("\n").split("\t")
    child = os.fork()
    if child == 0:
        add(Path(sys.argv[1]), Path(sys.argv[2]), Path(log), examined)
        os._exit(0)
    print(child, flush=True)
    os.waitpid(child, 0)
    print("ended", flush=True)
