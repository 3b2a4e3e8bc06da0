"""A repair that is killed at any moment loses nothing, and can be repeated."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))

from database_faults import garble_all
from job_stores import Stores, file

from nijigen.jobs.stores.recovery.backups import back_up

SOURCE = Path(__file__).parents[4] / "src"
COUNT = 30
# Kills itself before the given system call that changes something, counted from the start.
KILLER = """
import os, signal, sys
left = int(sys.argv.pop(1))
def watch(event, args):
    global left
    if event not in ("os.rename", "os.remove", "os.mkdir", "open", "sqlite3.connect"):
        return
    if not any(isinstance(a, (str, bytes, os.PathLike)) and DATA in os.fsdecode(a) for a in args):
        return
    if event == "open" and not args[2] & (os.O_WRONLY | os.O_RDWR):
        return
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
DATA = sys.argv[sys.argv.index("--data") + 1]
from nijigen.cli.main import main
sys.addaudithook(watch)
code = main(sys.argv[1:])
print(left)
sys.exit(code)
"""


def broken(root: Path) -> dict[str, bytes]:
    """Make a folder with many things wrong; return the contents of the pictures by name."""
    stores = Stores(root)
    for shade in range(COUNT):
        stores.add(shade)
    back_up(stores.folder, stores.database)
    stores.database.close()
    garble_all(stores.folder.database)
    files = sorted(path for path in stores.folder.pictures.glob("*/*") if not path.suffix)
    files[0].with_suffix(".json").unlink()
    files[1].with_suffix(".json").write_bytes(b"{")
    stores.folder.set_aside(files[2])
    stores.folder.set_aside(files[3].with_suffix(".json"))
    (stores.folder.pictures / "holiday.jpg").write_bytes(b"of the user")
    (root / "scratch" / "notes.txt").write_bytes(b"of the user, too")
    return {f"{shade}.png": file(shade) for shade in range(COUNT)}


def run(root: Path, kill_at: int) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", KILLER, str(kill_at)]
    return subprocess.run(
        [*command, "studio", "check", "--repair", "--data", str(root)],
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def all_contents(root: Path) -> set[bytes]:
    return {path.read_bytes() for path in root.rglob("*") if path.is_file()}


def killed(tmp_path: Path, times: int) -> None:
    original = tmp_path / "original"
    wanted = broken(original)
    damaged = (original / "nijigen.sqlite3").read_bytes()
    shutil.copytree(original, tmp_path / "whole")
    whole = run(tmp_path / "whole", 1_000_000)
    assert whole.returncode == 0, whole.stdout + whole.stderr
    steps = 1_000_000 - int(whole.stdout.split()[-1])
    assert steps > times
    for number in range(times):
        root = tmp_path / f"killed-{number}"
        shutil.copytree(original, root)
        at = 1 + number * (steps - 1) // max(times - 1, 1)
        ended = run(root, at)
        assert ended.returncode == -signal.SIGKILL, (at, ended.stdout, ended.stderr)
        there = all_contents(root)
        assert {*wanted.values(), damaged, b"of the user", b"of the user, too"} <= there
        again = run(root, 1_000_000)
        assert again.returncode == 0, (at, again.stdout, again.stderr)
        there = all_contents(root)
        assert {*wanted.values(), damaged, b"of the user", b"of the user, too"} <= there
        stores = Stores(root)
        found = stores.pictures.listed("newest", None, 1000)
        assert {p.name: stores.pictures.path(p.id).read_bytes() for p in found} == wanted
        stores.database.close()
        shutil.rmtree(root)


@pytest.mark.skipif(sys.platform == "win32", reason="kills by signals")
def test_killed_three_times(tmp_path: Path) -> None:
    killed(tmp_path, 3)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="kills by signals")
def test_killed_twenty_times(tmp_path: Path) -> None:
    killed(tmp_path, 20)
