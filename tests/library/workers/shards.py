"""Work for tests of workers: functions of a module, as workers need them."""

from __future__ import annotations

import os
import time
from pathlib import Path


def square(number: int) -> int:
    return number * number


def refused(number: int) -> int:
    raise ValueError(f"not {number}")


def process(number: int) -> int:
    time.sleep(0.05)
    return os.getpid()


def ending(shard: tuple[int, Path]) -> int:
    """End the process: each time, or only the first time."""
    number, folder = shard
    if number == 3:
        os._exit(1)
    mark = folder / str(number)
    if number == 5 and not mark.exists():
        mark.touch()
        os._exit(1)
    return number


def slow(shard: tuple[int, str]) -> int:
    """Take a moment, and note in a folder which process has begun it."""
    number, folder = shard
    with open(Path(folder) / f"begun-{number}", "a") as file:
        file.write(f"{os.getpid()}\n")
    time.sleep(0.3)
    return number * number
