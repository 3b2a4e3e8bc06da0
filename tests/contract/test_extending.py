"""docs/extending.md, followed to the letter."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest

from nijigen import Animation, Picture
from nijigen.formats.animate import animate
from pictures import drawing

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "extending.md").read_text("utf-8")


@pytest.fixture
def plug_in(tmp_path: Path) -> Path:
    """The files that the page shows, installed as pip would install them."""
    shown = re.findall(r"<!-- file: (\S+) -->\n+```\w*\n(.*?)```", PAGE, re.DOTALL)
    for name, content in shown:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content, "utf-8")
    project = tomllib.loads((tmp_path / "pyproject.toml").read_text("utf-8"))["project"]
    info = tmp_path / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: 1\n")
    points = "".join(
        f"[{group}]\n" + "".join(f"{name} = {value}\n" for name, value in entries.items())
        for group, entries in project["entry-points"].items()
    )
    (info / "entry_points.txt").write_text(points)
    return tmp_path


def attempt(folder: Path, words: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *words],
        cwd=folder,
        env={
            "PYTHONPATH": f"{folder}:{ROOT / 'src'}",
            "NIJIGEN_HOME": str(folder / "home"),
            "PATH": "",
        },
        capture_output=True,
        text=True,
        check=False,
    )


def run(folder: Path, words: list[str]) -> str:
    done = attempt(folder, words)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_commands_of_the_page(plug_in: Path) -> None:
    frames = []
    for left in (4, 14, 24):
        pixels = np.full((24, 40, 3), 255, np.uint8)
        pixels[8:16, left : left + 8] = 0
        frames.append(Picture(pixels))
    animate(frames).save(plug_in / "bounce.gif")
    drawing().save(plug_in / "girl.png")
    block = next(b for b in re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL) if "trail" in b)
    printed = ""
    for line in block.splitlines():
        if line.startswith("$ nijigen"):
            printed += run(plug_in, shlex.split(line[2:]))
        elif not line.startswith("$"):
            assert line in printed
    trail = Animation.open(plug_in / "trail.webp")
    # The square of the first frame is still seen in the last one, fainter.
    left_over = trail.frames[2].pixels[12, 7, 0]
    assert 0 < left_over < 200
    assert (plug_in / "home" / "afterglow" / "summer.css").is_file()


def test_the_plug_in_is_described(plug_in: Path) -> None:
    assert "--fade" in run(plug_in, ["nijigen", "effects", "trail", "--help"])
    listed = run(plug_in, ["nijigen", "list"])
    assert "effects.trail" in listed
    assert "effects.keep_palette" in listed


def test_the_build_backend_finds_the_modules() -> None:
    # The folder is not named after the project, so hatchling must be given its name.
    shown = re.search(r"<!-- file: pyproject.toml -->\n+```toml\n(.*?)```", PAGE, re.DOTALL)
    assert shown is not None
    written = tomllib.loads(shown[1])
    packages = written["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    points = [p for group in written["project"]["entry-points"].values() for p in group.values()]
    assert {re.split("[.:]", point)[0] for point in points} == set(packages)


def test_the_command_stays_in_its_store(plug_in: Path) -> None:
    drawing().save(plug_in / "girl.png")
    done = attempt(plug_in, ["nijigen", "effects", "keep-palette", "girl.png", "../summer"])
    assert done.returncode == 2
    assert done.stderr.startswith("error: '../summer' is not a name\n")
    assert not list(plug_in.rglob("summer.css"))
