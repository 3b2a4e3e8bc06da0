"""The home of what lasts: its stores, and those of earlier versions."""

from __future__ import annotations

import logging
import os
import shutil
from pathlib import Path

import pytest

from home_user import CACHE, FILES, MODELS, RECIPES, User, marker, mode, read
from nijigen import __version__
from nijigen.core import home
from nijigen.core.errors import InputError, OutputError
from nijigen.core.home import MARKER, Store


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
