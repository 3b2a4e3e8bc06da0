"""What every command must do, whoever writes it."""

from __future__ import annotations

import doctest
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from nijigen.cli.command import command as command_line
from nijigen.cli.main import main
from nijigen.core import registry
from nijigen.core.command import Command
from nijigen.core.errors import InputError, SettingsError

ROOT = Path(__file__).parents[2]


@pytest.fixture(params=registry.command_ids())
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


def test_the_docstring_is_complete(command: Command[Any]) -> None:
    doc = command.doc
    assert 0 < len(doc.summary) <= 72, "the first line is the menu text"
    for port in command.ports:
        assert port.description, f"{port.name} stands in no Args line"
    for name, field in command.settings_model.model_fields.items():
        assert field.description, f"{name} has neither an Args line nor a description"
    strange = doc.args.keys() - command.parameters.keys() - {port.name for port in command.ports}
    assert not strange, f"Args lines for {strange}, which it does not take"


def test_the_example_is_a_dry_run_and_changes_nothing(command: Command[Any], home: Path) -> None:
    code = command.doc.sections["Example"]
    assert ".plan(" in code
    test = doctest.DocTestParser().get_doctest(code, {}, command.id, None, 0)
    assert doctest.DocTestRunner().run(test).failed == 0
    assert list(home.rglob("*")) == []


def test_what_changes_something_locks_it(command: Command[Any]) -> None:
    assert (command.lock is None) == (command.access == "read")


def test_missing_and_unknown_inputs(command: Command[Any], home: Path) -> None:
    with pytest.raises(InputError):
        command.apply({"no_such_input": "x"}, {})
    with pytest.raises(SettingsError):
        command.check({"no_such_setting": 1})
    if any(not port.optional for port in command.ports):
        with pytest.raises(InputError, match="needs"):
            command.apply({}, {})
    assert list(home.rglob("*")) == []


def test_it_has_a_command_line(command: Command[Any], capsys: pytest.CaptureFixture[str]) -> None:
    words = command.id.replace("_", "-").split(".")
    assert main([*words, "--help"]) == 0
    text = capsys.readouterr().out
    assert "--dry-run" in text
    flags = {option for parameter in command_line(command).params for option in parameter.opts}
    for name in (*command.parameters, *(port.name for port in command.ports if port.optional)):
        assert "--" + name.rstrip("_").replace("_", "-") in flags


def test_it_has_a_test_file_and_a_page(command: Command[Any]) -> None:
    folder = ROOT / "tests" / command.group / "commands"
    assert (folder / f"test_{command.name}.py").is_file()
    assert (ROOT / "docs" / "operations" / command.group / f"{command.name}.md").is_file()


def test_import_brings_no_heavy_library(command: Command[Any]) -> None:
    code = (
        f"import sys, {command.function.__module__}; "
        "heavy = {'onnxruntime', 'onnx', 'cv2', 'scipy', 'openvino', 'torch', 'av'}; "
        "print(sorted(heavy & set(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
