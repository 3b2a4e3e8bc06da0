"""10,000 posts arrive complete and once, although the program is killed three times."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from booru import Booru, picture

from nijigen.core.posts.sidecars.files import read_sidecar

COUNT = 10_000
NEEDED = 200 << 20
"""Bytes of all files and what is known of them, in blocks of 4 kB."""


@pytest.fixture
def quick(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory, if there is one: each file is synced four times, and kills spare it."""
    memory = Path("/dev/shm")
    if not memory.is_dir() or shutil.disk_usage(memory).free < NEEDED:
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(dir=memory) as place:
        yield Path(place)


@pytest.mark.slow
@pytest.mark.parametrize("api", ["danbooru", "moebooru"])
def test_all_posts_arrive_once(booru: Booru, tmp_path: Path, quick: Path, api: str) -> None:
    booru.fill(COUNT)
    folder = quick / "out"
    command = [
        sys.executable, "-m", "nijigen", "sources", "download", f"my_{api}", "",
        "--output", str(folder), "--count", str(2 * COUNT), "--rating", "explicit",
    ]  # fmt: skip
    environment = os.environ | {"NIJIGEN_HOME": str(tmp_path / "home")}
    for share in (0.1, 0.4, 0.8):
        running = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
        while _files(folder) < share * COUNT:
            assert running.poll() is None
            time.sleep(0.5)
        running.send_signal(signal.SIGKILL)
        running.wait()
        booru.fill(COUNT + round(10 * share))
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    wanted = set(range(1, COUNT + 9))
    paths = [path for path in folder.iterdir() if path.suffix == ".png"]
    assert len(paths) == len(wanted)
    assert {int(path.name.split("_")[2]) for path in paths} == wanted
    for path in paths:
        number = int(path.name.split("_")[2])
        assert path.read_bytes() == picture(number)
        assert read_sidecar(path.with_name(f"{path.name}.json")).id == number
    assert not list(folder.glob(".nijigen-*.part"))
    # Nothing was fetched twice but what was on its way when a kill came.
    fetched = [path for path, _ in booru.asked if path.startswith("/data/")]
    assert len(fetched) <= len(wanted) + 3
    search = next(
        iter(json.loads((folder / ".nijigen-download.json").read_text())["searches"].values())
    )
    assert search["spans"] == [{"low": 1, "high": COUNT + 8, "matching": COUNT + 8}]


def _files(folder: Path) -> int:
    return sum(name.endswith(".png") for name in os.listdir(folder)) if folder.exists() else 0
