"""What every command must do: say what it would do, and change nothing that it refuses."""

from __future__ import annotations

import contextlib
import doctest
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from cases import COMMANDS, inputs, needed

sys.path.insert(0, str(Path(__file__).parents[1] / "api"))

from serving import serving

from nijigen import NijigenError
from nijigen.api.config import Config
from nijigen.cli.main import main
from nijigen.core import registry
from nijigen.core.command import Command
from nijigen.core.errors import InputError
from pictures import drawing


@pytest.fixture(params=COMMANDS)
def command(request: pytest.FixtureRequest) -> Command[Any]:
    return registry.get_command(request.param)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with serving(Config(data=tmp_path_factory.mktemp("data"))) as made:
        yield made


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


def test_over_http_it_says_what_it_would_do_and_needs_an_agreement(
    command: Command[Any], client: httpx.Client
) -> None:
    """Texts flow into the commands of ours; what takes pictures is in tests/api.

    Paths outside of roots are refused: test_every_path_over_http.py.
    """
    if any(port.path is not None for port in needed(command)):
        return
    inputs = {port.name: ["text"] if port.several else "text" for port in needed(command)}
    address = f"/api/commands/{command.id}"
    told = client.get(address).json()
    assert (told["access"], told["summary"]) == (command.access, command.doc.summary)
    dry = client.post(address, json={"inputs": inputs, "dry_run": True})
    body = dry.json()
    assert (dry.status_code, body.get("changes", body.get("detail"))) == _planned(command, inputs)
    done = client.post(address, json={"inputs": inputs})
    assert done.status_code == 403 if command.access != "read" else done.status_code != 403
    assert client.post("/api/jobs", json={"operation": command.id}).status_code == 404


def _planned(command: Command[Any], inputs: dict[str, Any]) -> tuple[int, Any]:
    try:
        return 200, list(command.plan(inputs, {}).changes)
    except NijigenError as error:
        return error.http_status, error.message
