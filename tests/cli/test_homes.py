"""What the commands find and leave in the folders of a user's account."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from nijigen.core.home import MARKER

pytestmark = pytest.mark.skipif(
    sys.platform in ("win32", "darwin"), reason="the folders are named as on Linux"
)


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Of a user with an empty account."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("XDG_", "NIJIGEN_"))
    }
    return {**kept, "HOME": str(tmp_path), "PYTHONUNBUFFERED": "1"}


def nijigen(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "nijigen", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


def test_looking_leaves_nothing(environment: dict[str, str], tmp_path: Path) -> None:
    for arguments in (["--help"], ["list"], ["models", "list"], ["models", "show", "anime4k"]):
        nijigen(environment, *arguments)
        assert os.listdir(tmp_path) == []
    found = nijigen(environment, "models", "list")
    assert str(tmp_path / ".local/share/nijigen/models") in found.stderr


def test_what_an_earlier_version_left_is_seen(environment: dict[str, str], tmp_path: Path) -> None:
    recipe = tmp_path / ".config/nijigen/recipes/mine.toml"
    recipe.parent.mkdir(parents=True)
    recipe.write_text('summary = "Mine"\n[[steps]]\noperation = "effects.halftone"\n')
    assert "recipes.mine" in nijigen(environment, "list").stdout
    assert recipe.is_file()


def test_a_store_of_a_newer_version_hinders_only_its_users(
    environment: dict[str, str], tmp_path: Path
) -> None:
    for store in ("models", "recipes", "studio"):
        place = tmp_path / "home" / store
        place.mkdir(parents=True)
        (place / MARKER).write_text(f'{{"store": "{store}", "version": 99, "made_by": "9.0"}}')
    environment["NIJIGEN_HOME"] = str(tmp_path / "home")
    shown = nijigen(environment, "--help")
    assert shown.returncode == 0
    assert shown.stderr.count("\n") == 1
    for arguments in (["models", "list"], ["studio", "--port", "0", "--no-browser"]):
        refused = nijigen(environment, *arguments)
        assert refused.returncode == 2
        assert "newer Nijigen, 9.0" in refused.stderr
        assert "hint: update Nijigen" in refused.stderr


def test_a_studio_makes_its_store(environment: dict[str, str], tmp_path: Path) -> None:
    command = [sys.executable, "-m", "nijigen", "studio", "--no-browser", "--port", "0"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment
    ) as process:
        assert process.stdout
        assert "http://" in process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
    place = tmp_path / ".local/share/nijigen/studio"
    assert (place / MARKER).is_file()
    assert stat.S_IMODE(place.stat().st_mode) == 0o700
