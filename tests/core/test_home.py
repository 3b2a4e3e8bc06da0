from __future__ import annotations

import errno
import json
import logging
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nijigen import __version__
from nijigen.core import _moving, home
from nijigen.core.errors import InputError, OutputError
from nijigen.core.home import MARKER, Store

RECIPES = Store(name="recipes", version=2, earlier="config/recipes", contents="*.toml")
CACHE = Store(name="cache", version=1, earlier="cache", contents="*.onnx", cache=True)
MODELS = Store(name="models", version=1, earlier="data/models")
FILES = {"one.toml": b"1" * 9000, "two.toml": b"", "ö drei.toml": b"3"}


class User:
    """A user's folders, and what an earlier version left in them."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        patch.delenv("NIJIGEN_HOME", raising=False)
        for kind in ("data", "config", "cache"):
            base = folder / kind
            patch.setattr(
                f"platformdirs.user_{kind}_path", lambda name, base=base, **_: base / name
            )
        self.home = folder / "data/nijigen"
        self.old = folder / "config/nijigen/recipes"

    def leave_recipes(self) -> None:
        self.old.mkdir(parents=True)
        for name, data in FILES.items():
            (self.old / name).write_bytes(data)
        (self.old / "notes.txt").write_text("mine")

    def tree(self) -> list[str]:
        return sorted(str(path.relative_to(self.folder)) for path in self.folder.rglob("*"))


@pytest.fixture
def user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> User:
    monkeypatch.setattr(home, "_warned", set())
    return User(tmp_path / "a user", monkeypatch)


def read(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("*.toml")}


def marker(folder: Path) -> Any:
    return json.loads((folder / MARKER).read_text())


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_home_is_what_the_environment_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, user: User
) -> None:
    assert home.home() == user.home
    monkeypatch.setenv("NIJIGEN_HOME", "")
    assert home.home() == user.home
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NIJIGEN_HOME", "a relative/../home")
    assert home.home() == tmp_path / "home"
    monkeypatch.setenv("HOME", str(tmp_path / "me"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "me"))
    monkeypatch.setenv("NIJIGEN_HOME", "~/of mine")
    assert home.home() == tmp_path / "me/of mine"


@pytest.mark.parametrize("store", [RECIPES, CACHE, MODELS])
def test_looking_makes_nothing(user: User, store: Store) -> None:
    assert store.find() == user.home / store.name
    assert user.tree() == []
    user.leave_recipes()
    before = user.tree()
    store.find()
    assert user.tree() == before


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o177])
def test_a_new_store_is_private_whatever_the_umask(user: User, mask: int) -> None:
    user.home.parent.mkdir(parents=True)
    before = os.umask(mask)
    try:
        place = CACHE.open()
    finally:
        os.umask(before)
    assert (mode(user.home), mode(place)) == (0o700, 0o700)
    assert marker(place) == {"store": "cache", "version": 1, "made_by": __version__}
    assert (place / "CACHEDIR.TAG").read_bytes().startswith(b"Signature: ")
    assert CACHE.open() == CACHE.find() == place


def test_a_folder_of_an_earlier_version_is_adopted_as_it_is(user: User) -> None:
    place = user.home / "models"
    place.mkdir(parents=True)
    place.chmod(0o755)
    (place / "anything").write_text("kept")
    assert MODELS.find() == place
    assert not (place / MARKER).exists()
    assert MODELS.open() == place
    assert marker(place)["version"] == 1
    assert mode(place) == 0o755
    assert (place / "anything").read_text() == "kept"


def test_a_foreign_folder_is_refused(
    user: User, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("NIJIGEN_HOME", str(tmp_path))
    (tmp_path / "models").mkdir()
    (tmp_path / "models/.DS_Store").touch()
    assert MODELS.find() == tmp_path / "models"
    (tmp_path / "models/thesis.txt").touch()
    for ask in (MODELS.find, MODELS.open):
        with pytest.raises(InputError, match="not a folder that Nijigen made") as caught:
            ask()
    assert not (tmp_path / "models" / MARKER).exists()
    # What the hint says works.
    (tmp_path / "models" / MARKER).write_text(caught.value.hint.split(" with ")[1])
    assert MODELS.open() == tmp_path / "models"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"store": "recipes", "version": 3, "made_by": "9.1"}', "newer Nijigen, 9.1"),
        ('{"store": "models", "version": 1}', "holds 'models', not recipes"),
        ("", "is damaged"),
        ("[" * 100_000, "is damaged"),
        ("{}", "is damaged"),
        ("[]", "is damaged"),
        ('{"store": "recipes", "version": "2"}', "is damaged"),
        ('{"store": "recipes", "version": 2, "moving_from": 3}', "is damaged"),
    ],
)
def test_a_store_that_is_not_understood_is_left_alone(user: User, text: str, message: str) -> None:
    place = user.home / "recipes"
    place.mkdir(parents=True)
    (place / MARKER).write_text(text)
    for ask in (RECIPES.find, RECIPES.open):
        with pytest.raises(InputError, match=message) as caught:
            ask()
        assert caught.value.hint
    assert (place / MARKER).read_text() == text


def test_a_store_of_an_earlier_version_is_opened(user: User) -> None:
    place = user.home / "recipes"
    place.mkdir(parents=True)
    (place / MARKER).write_text('{"store": "recipes", "version": 1}')
    assert RECIPES.open() == place
    assert marker(place)["version"] == 1
    shutil.rmtree(place)
    assert marker(RECIPES.open())["version"] == 2


def test_an_earlier_folder_is_read_where_it_is_and_moved_when_written_to(user: User) -> None:
    user.leave_recipes()
    assert RECIPES.find() == user.old
    place = RECIPES.open()
    assert place == RECIPES.find() == user.home / "recipes"
    assert read(place) == FILES
    # What has no version is of the first.
    assert marker(place) == {"store": "recipes", "version": 1, "made_by": __version__}
    assert mode(place) == 0o700
    # What is not ours stays where its owner put it.
    assert os.listdir(user.old) == ["notes.txt"]


def test_emptied_folders_go_with_it(user: User) -> None:
    user.leave_recipes()
    (user.old / "notes.txt").unlink()
    RECIPES.open()
    assert os.listdir(user.folder / "config") == []


def test_a_cache_is_moved_and_its_folder_goes(user: User) -> None:
    old = user.folder / "cache/nijigen"
    old.mkdir(parents=True)
    (old / "net.onnx").write_bytes(b"graph")
    assert CACHE.find() == old
    assert (CACHE.open() / "net.onnx").read_bytes() == b"graph"
    assert os.listdir(user.folder / "cache") == []


def test_a_home_of_ones_own_takes_nothing_from_the_users_folders(
    user: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    user.leave_recipes()
    before = user.tree()
    monkeypatch.setenv("NIJIGEN_HOME", str(tmp_path / "elsewhere"))
    assert RECIPES.find() == RECIPES.open() == tmp_path / "elsewhere/recipes"
    assert read(RECIPES.open()) == {}
    assert user.tree() == before


def test_two_places_with_content_stay_and_are_reported_once(
    user: User, caplog: pytest.LogCaptureFixture
) -> None:
    place = RECIPES.open()
    (place / "one.toml").write_text("new")
    user.leave_recipes()
    for _ in range(2):
        assert RECIPES.find() == RECIPES.open() == place
    assert len(caplog.messages) == 1
    assert "one.toml and 2 more" in caplog.messages[0]
    assert read(user.old) == FILES
    assert (place / "one.toml").read_text() == "new"


def test_links_are_the_users_own_arrangement(user: User) -> None:
    shelf = user.folder / "dotfiles"
    shelf.mkdir(parents=True)
    (shelf / "linked.toml").write_text("linked")
    user.old.mkdir(parents=True)
    (user.old / "linked.toml").symlink_to("../../../dotfiles/linked.toml")
    place = RECIPES.open()
    assert (place / "linked.toml").resolve() == shelf / "linked.toml"
    assert (user.old / "linked.toml").is_symlink()
    assert RECIPES.open() == place


def test_a_linked_folder_stays_where_it_is(user: User) -> None:
    shelf = user.folder / "dotfiles"
    user.leave_recipes()
    shutil.move(user.old, shelf)
    user.old.symlink_to("../../dotfiles")
    place = RECIPES.open()
    assert place.resolve() == shelf
    assert read(place) == read(shelf) == FILES
    assert RECIPES.open() == RECIPES.find() == place


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


def test_a_home_that_cannot_be_written(user: User, caplog: pytest.LogCaptureFixture) -> None:
    user.leave_recipes()
    user.home.parent.mkdir()
    user.home.write_text("a file in the way")
    assert RECIPES.find() == user.old
    assert RECIPES.open() == RECIPES.open() == user.old
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert "stays in use" in caplog.text
    with pytest.raises(OutputError, match="cannot be used") as caught:
        MODELS.open()
    assert "NIJIGEN_HOME" in caught.value.hint
    assert user.home.read_text() == "a file in the way"


def test_a_read_only_home(user: User) -> None:
    user.leave_recipes()
    user.home.mkdir(parents=True)
    user.home.chmod(0o500)
    if os.access(user.home, os.W_OK):
        pytest.skip("root and Windows write everywhere")
    assert RECIPES.open() == user.old
    with pytest.raises(OutputError):
        MODELS.open()
    user.home.chmod(0o700)
    assert RECIPES.open() == user.home / "recipes"


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
