"""Stores of earlier versions are moved: interrupted, refused, by two at once."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from home_user import FILES, RECIPES, User, marker, read
from nijigen.core import _moving, home


class Killed(BaseException):
    """Ends a test's process as far as the disk can tell."""


CALLS = ("mkdir", "chmod", "rename", "replace", "unlink", "rmdir", "symlink", "fsync", "utime")


class Disk:
    """Counts the calls that change the disk, and from a given one on refuses them all."""

    def __init__(self, patch: pytest.MonkeyPatch, fail: Callable[[], BaseException]) -> None:
        self.left = 1 << 30
        self.count = 0
        patch.setattr(os, "fsync", lambda _: None)  # Real ones take 3 s in all.
        for name in CALLS:
            patch.setattr(os, name, self._guarded(getattr(os, name), fail))

    def _guarded(self, call: Callable[..., Any], fail: Callable[[], BaseException]) -> Any:
        def guarded(*args: Any, **kwargs: Any) -> Any:
            self.count += 1
            if self.count > self.left:
                raise fail()
            return call(*args, **kwargs)

        return guarded


@pytest.fixture(params=["killed", "full", "forbidden"])
def failure(request: pytest.FixtureRequest) -> Callable[[], BaseException]:
    return {
        "killed": Killed,
        "full": lambda: OSError(errno.ENOSPC, "No space left on device"),
        "forbidden": lambda: PermissionError(errno.EACCES, "Permission denied"),
    }[request.param]


def all_recipes(user: User) -> dict[str, set[bytes]]:
    """Return what is in either place, whole files of the store's own names only."""
    found: dict[str, set[bytes]] = {}
    for folder in (user.old, user.home / "recipes"):
        for name, data in read(folder).items():
            found.setdefault(name, set()).add(data)
    return found


def test_a_move_that_stops_anywhere_loses_nothing_and_is_finished_later(
    user: User, failure: Callable[[], BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = {name: {data} for name, data in FILES.items()}
    with monkeypatch.context() as patch:
        disk = Disk(patch, failure)
        user.leave_recipes()
        disk.count = 0
        RECIPES.open()
        steps = disk.count
    assert steps > 15
    for step in range(steps):
        shutil.rmtree(user.folder)
        home._warned.clear()
        user.leave_recipes()
        with monkeypatch.context() as patch:
            disk = Disk(patch, failure)
            disk.left = step
            try:
                used = RECIPES.open()
            except Killed:
                used = RECIPES.find()
            # At every moment there is one folder that has everything.
            assert read(used) == FILES, step
            assert used == RECIPES.find(), step
        assert all_recipes(user) == whole, step
        assert RECIPES.open() == user.home / "recipes", step
        assert read(user.home / "recipes") == FILES, step
        assert os.listdir(user.old) == ["notes.txt"], step
        assert sorted(os.listdir(user.home)) == [home._LOCK, "recipes"], step
        assert "moving_from" not in marker(user.home / "recipes")


def test_a_file_that_changes_while_it_is_moved_is_kept(
    user: User, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    user.leave_recipes()
    clear = _moving.clear

    def edited(source: Path, place: Path, contents: str) -> None:
        (source / "one.toml").write_text("edited by an old version")
        clear(source, place, contents)

    monkeypatch.setattr(_moving, "clear", edited)
    place = RECIPES.open()
    assert read(place) == FILES
    assert (user.old / "one.toml").read_text() == "edited by an old version"
    RECIPES.find()
    assert "one.toml" in caplog.text


def test_a_move_that_takes_too_long_leaves_things_in_use(
    user: User, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    user.leave_recipes()
    user.home.mkdir(parents=True)
    monkeypatch.setattr(home, "_PATIENCE", 0.1)
    with home._locked_home():
        assert RECIPES.open() == user.old
    assert "another Nijigen" in caplog.text
    assert RECIPES.open() == user.home / "recipes"


OPENED = """
import sys
from pathlib import Path
import platformdirs
folder = Path(sys.argv[1])
for kind in ("data", "config", "cache"):
    setattr(platformdirs, f"user_{kind}_path", lambda name, base=folder / kind, **_: base / name)
from nijigen.core.home import Store
store = Store(name="recipes", version=2, earlier="config/recipes", contents="*.toml")
print("ready", flush=True)
sys.stdin.readline()
print(len(list(store.open().glob("*.toml"))))
"""


def test_two_processes_at_once_move_things_once(user: User) -> None:
    user.old.mkdir(parents=True)
    for number in range(100):
        (user.old / f"r{number}.toml").write_text(str(number))
    command = [sys.executable, "-c", OPENED, str(user.folder)]
    pipes: Any = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    both = [subprocess.Popen(command, text=True, **pipes) for _ in range(2)]
    for process in both:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
    for process in both:
        assert process.stdin
        process.stdin.write("\n")
        process.stdin.flush()
    assert [process.communicate() for process in both] == [("100\n", "")] * 2
    assert len(list((user.home / "recipes").glob("*.toml"))) == 100
    assert not (user.folder / "config/nijigen").exists()
