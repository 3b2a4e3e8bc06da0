"""The documentation says what the code does."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

from nijigen.cli.main import main
from nijigen.core import registry
from nijigen.recipes.commands.delete import delete
from nijigen.recipes.commands.save import save

ROOT = Path(__file__).parents[2]


def pages() -> dict[Path, str]:
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    generate = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generate)
    made: dict[Path, str] = generate.pages()
    return made


def test_pages_are_up_to_date() -> None:
    for path, text in pages().items():
        assert path.read_text("utf-8") == text, f"{path.name}: run `make docs`"


def test_pages_leave_out_your_own_recipes() -> None:
    save("mine", '[[steps]]\noperation = "effects.halftone"\n')
    try:
        assert "recipes.mine" in registry.ids()
        assert not [path for path in pages() if path.stem == "mine"]
    finally:
        delete("mine")


def test_describe_prints_the_page(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["describe", "effects.halftone"]) == 0
    page = ROOT / "docs" / "operations" / "effects" / "halftone.md"
    assert capsys.readouterr().out == page.read_text("utf-8")


def test_links_lead_somewhere() -> None:
    for page in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]:
        for link in re.findall(r"\]\(([^)#:]+)\)", page.read_text("utf-8")):
            assert (page.parent / link).exists(), f"{page.name} links to {link}"


def test_an_operation_and_a_command_in_three_files_each(tmp_path: Path) -> None:
    """Follow CONTRIBUTING to the letter in a copy: write the files it shows, run what it says."""
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    shown = re.findall(r"<!-- file: (\S+) -->\n+```\w*\n(.*?)```", text, re.DOTALL)
    assert [name for name, _ in shown] == [
        "src/nijigen/effects/negative.py",
        "tests/effects/test_negative.py",
        "src/nijigen/recipes/commands/rename.py",
        "tests/recipes/commands/test_rename.py",
    ]
    for folder in ("src", "docs", "tests"):
        _copy(ROOT / folder, tmp_path / folder)
    for name in ("pyproject.toml", "README.md", "CONTRIBUTING.md"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    for name, content in shown:
        (tmp_path / name).write_text(content, "utf-8")
    environment = {
        "PYTHONPATH": str(tmp_path / "src"),
        "PATH": "",
        "HOME": str(tmp_path),
        # Of others; importing them takes a second.
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
    }

    def run(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
        return done.stdout

    run("docs/generate.py")
    # The third files: the pages that `make docs` writes.
    pages = tmp_path / "docs" / "operations"
    assert "Invert all colors" in (pages / "effects" / "negative.md").read_text()
    assert "Rename one of your recipes" in (pages / "recipes" / "rename.md").read_text()
    assert "--strength" in run("-m", "nijigen", "effects", "negative", "--help")
    assert "--dry-run" in run("-m", "nijigen", "recipes", "rename", "--help")
    run(
        "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "negative or rename",
        "tests/contract", "tests/effects", "tests/recipes",
    )  # fmt: skip


def _copy(source: Path, target: Path) -> None:
    for path in source.rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            copy = target / path.relative_to(source)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
