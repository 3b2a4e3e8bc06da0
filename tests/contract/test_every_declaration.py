"""What every operation and command must say of itself, and what it refuses."""

from __future__ import annotations

import doctest
import subprocess
import sys
from pathlib import Path
from typing import Literal, get_origin

import pytest
from cases import BUILT_IN, COMMANDS, IDS, declared, inputs, needed

from nijigen import NijigenError
from nijigen.cli.command import command as command_of_command
from nijigen.cli.operation import command as command_of_operation
from nijigen.cli.settings import bare
from nijigen.core import registry
from nijigen.core.errors import InputError, SettingsError
from nijigen.core.settings import setting_of
from pictures import drawing

ROOT = Path(__file__).parents[2]
HEAVY = {"av", "cv2", "ncnn", "onnx", "onnxruntime", "openvino", "pyanime4k", "scipy", "torch"}


@pytest.mark.parametrize("id", [*BUILT_IN, *COMMANDS])
def test_out_of_range_is_a_settings_error(id: str) -> None:
    declaration = declared(id)
    for name, (annotation, _) in declaration.parameters.items():
        limits, kind = setting_of(annotation), bare(annotation)
        wrong = [v + step for v, step in ((limits.ge, -1), (limits.le, 1)) if v is not None]
        if get_origin(kind) is Literal:
            wrong.append("no such choice")
        for value in wrong:
            with pytest.raises(SettingsError) as caught:
                declaration.check({name: value})
            assert caught.value.field == name
    with pytest.raises(SettingsError):
        declaration.check({"no_such_setting": 1})


@pytest.mark.parametrize("id", [*IDS, *COMMANDS])
def test_inputs_are_checked(id: str) -> None:
    declaration = declared(id)
    with pytest.raises(InputError, match="no_such_port"):
        declaration.check_inputs({"no_such_port": 1})
    for port in needed(declaration):
        others = inputs(declaration, drawing())
        with pytest.raises(InputError, match=port.name):
            declaration.check_inputs(others | {port.name: object()})
        del others[port.name]
        with pytest.raises(InputError, match=f"needs {port.name}"):
            declaration.check_inputs(others)


@pytest.mark.parametrize("id", [*BUILT_IN, *COMMANDS])
def test_docstring_says_everything(id: str) -> None:
    declaration = declared(id)
    doc = declaration.doc
    assert doc.summary
    assert len(doc.summary) <= 72, f"{id}: the first line is the menu text"
    for port in declaration.ports:
        assert port.description, f"{id}: {port.name} stands in no Args line"
    for name, field in declaration.settings_model.model_fields.items():
        assert field.description, f"{id}: {name} has neither an Args line nor a description"
    known = declaration.parameters.keys() | {port.name for port in declaration.ports}
    strange = doc.args.keys() - known
    assert not strange, f"{id}: Args lines for {strange}, which it does not take"
    assert "Example" in doc.sections


@pytest.mark.parametrize("id", [id for id in BUILT_IN if registry.get(id).access != "network"])
def test_example_runs(id: str) -> None:
    code = registry.get(id).doc.sections["Example"]
    test = doctest.DocTestParser().get_doctest(code, {}, id, None, 0)
    assert doctest.DocTestRunner().run(test).failed == 0


@pytest.mark.parametrize("id", BUILT_IN)
def test_operation_has_a_test_file_and_a_docs_page(id: str) -> None:
    group, _, name = id.partition(".")
    assert (ROOT / "tests" / group / f"test_{name}.py").is_file()
    assert (ROOT / "docs" / "operations" / group / f"{name}.md").is_file()


@pytest.mark.parametrize("id", COMMANDS)
def test_command_has_a_test_file_and_a_docs_page(id: str) -> None:
    group, _, name = id.partition(".")
    assert (ROOT / "tests" / group / "commands" / f"test_{name}.py").is_file()
    assert (ROOT / "docs" / "operations" / group / f"{name}.md").is_file()


@pytest.mark.parametrize("id", [*IDS, *COMMANDS])
def test_settings_are_options_of_the_command_line(id: str) -> None:
    if id in COMMANDS:
        made = command_of_command(registry.get_command(id))
    else:
        made = command_of_operation(registry.get(id))
    flags = {option for parameter in made.params for option in parameter.opts}
    beside = [port.name for port in declared(id).ports if port not in declared(id).arguments]
    assert ("inputs" in flags) == bool(declared(id).arguments)
    for name in [*declared(id).parameters, *beside]:
        assert "--" + name.rstrip("_").replace("_", "-") in flags


def test_import_brings_no_heavy_library() -> None:
    """One process imports all, one after another: who is the first to bring a library is named."""
    modules = [declared(id).function.__module__ for id in [*BUILT_IN, *COMMANDS]]
    code = (
        "import importlib, sys\n"
        f"heavy = {HEAVY!r}\n"
        f"for name in {modules!r}:\n"
        "    before = heavy & set(sys.modules)\n"
        "    importlib.import_module(name)\n"
        "    for brought in (heavy & set(sys.modules)) - before:\n"
        "        print(name, 'imports', brought)\n"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout == ""


def test_unknown_operation_names_the_nearest() -> None:
    with pytest.raises(NijigenError, match="no operation") as caught:
        registry.get("effects.halfton")
    assert "effects.halftone" in caught.value.hint
