"""What every command must do: say what it would do, and change nothing that it refuses."""

from __future__ import annotations

import contextlib
import doctest
from pathlib import Path
from typing import Any

import pytest
from cases import COMMANDS, inputs

from nijigen import NijigenError
from nijigen.cli.main import main
from nijigen.core import registry
from nijigen.core.command import Command
from nijigen.core.errors import InputError
from pictures import drawing


@pytest.fixture(params=COMMANDS)
def command(request: pytest.FixtureRequest) -> Command[Any]:
    return registry.get_command(request.param)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home, in which all that lasts lies."""
    monkeypatch.setenv("NIJIGEN_HOME", str(tmp_path / "home"))
    for name in ("NIJIGEN_MODELS", "NIJIGEN_RECIPES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_example_is_a_dry_run_and_changes_nothing(command: Command[Any], home: Path) -> None:
    code = command.doc.sections["Example"]
    assert ".plan(" in code
    test = doctest.DocTestParser().get_doctest(code, {}, command.id, None, 0)
    assert doctest.DocTestRunner().run(test).failed == 0
    assert list(home.rglob("*")) == []


def test_what_changes_something_locks_it(command: Command[Any]) -> None:
    assert (command.lock is None) == (command.access == "read")


def test_what_is_missing_is_asked_for(command: Command[Any], home: Path) -> None:
    if any(not port.optional for port in command.ports):
        with pytest.raises(InputError, match="needs"):
            command.apply({}, {})
    assert list(home.rglob("*")) == []


def test_a_dry_run_changes_nothing(command: Command[Any], home: Path) -> None:
    # What the test names may not be there, or not fit.
    with contextlib.suppress(NijigenError):
        report = command.plan(inputs(command, drawing()), {})
        assert report.dry_run
        assert command.access != "read" or not report.changes
    assert list(home.rglob("*")) == []


def test_what_is_refused_changes_nothing(command: Command[Any], home: Path) -> None:
    try:
        command.plan(inputs(command, drawing()), {})
    except NijigenError:
        with pytest.raises(NijigenError):
            command.apply(inputs(command, drawing()), {})
        # Stores are made for whoever writes; nothing is in them but what marks and locks them.
        made = {path.name for path in home.rglob("*") if path.is_file()}
        assert all(name.startswith(".") or name == "CACHEDIR.TAG" for name in made)


def test_it_has_a_command_line(command: Command[Any], capsys: pytest.CaptureFixture[str]) -> None:
    words = command.id.replace("_", "-").split(".")
    assert main([*words, "--help"]) == 0
    assert "--dry-run" in capsys.readouterr().out
