"""The table of extras says what the packaging says."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from nijigen.core.extras import EXTRAS, install, install_module

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def test_extras_are_those_of_the_project() -> None:
    assert EXTRAS.keys() == PROJECT["optional-dependencies"].keys()


@pytest.mark.parametrize("name", EXTRAS)
def test_packages_are_those_of_the_project(name: str) -> None:
    stated = {re.split("[<>=]", line)[0] for line in PROJECT["optional-dependencies"][name]}
    listed = set(EXTRAS[name].packages.values())
    # Tests import few of the packages that developers need; users may need all of the others.
    assert listed <= stated if name == "dev" else listed == stated


def test_command() -> None:
    assert install("fast") == 'pip install "nijigen[fast]"'
    assert install_module("openvino") == install("fast")


def test_nobody_else_writes_the_command() -> None:
    files = [*(ROOT / "src").rglob("*.py"), *(ROOT / "docs").glob("*.py")]
    written = [path for path in files if "nijigen[" in path.read_text("utf-8")]
    assert [path.name for path in written] == ["extras.py"]


@pytest.mark.parametrize("path", [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")], ids=str)
def test_commands_in_the_docs_are_those_of_the_table(path: Path) -> None:
    for name in re.findall(r"nijigen\[([^\]]*)\]", path.read_text("utf-8")):
        assert name in EXTRAS
