"""Standard output that is full or closed: one line, and exit code 6."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from nijigen.imaging.files import encode
from pictures import drawing

SOURCE = Path(__file__).parents[2] / "src"
FULL = Path("/dev/full")
pytestmark = pytest.mark.skipif(not FULL.exists(), reason="a device of Linux")
COMMANDS = ("effects halftone {} -o -", "color palette {} -o -", "color palette {}", "list")


def run(command: str, output: str, stdout: int | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", "-c", f"exec {sys.executable} -m nijigen {command} {output}"],
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
        stderr=subprocess.PIPE,
        stdout=stdout,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture(scope="module")
def picture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pictures") / "a.png"
    path.write_bytes(encode(drawing(), "png"))
    return path


@pytest.mark.parametrize(("output", "why"), [(">/dev/full", "the disk is full"), (">&-", "closed")])
@pytest.mark.parametrize("command", COMMANDS)
def test_output_that_cannot_be_written(picture: Path, command: str, output: str, why: str) -> None:
    ended = run(command.format(picture), output)
    assert ended.returncode == 6, ended.stderr
    error, hint = ended.stderr.splitlines()
    assert error.startswith("error: the output cannot be written: ")
    assert why in error
    assert hint.startswith("hint: ")


@pytest.mark.parametrize("command", COMMANDS)
def test_a_reader_that_stops_is_no_error(picture: Path, command: str) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        # The exit code that a shell shows after `| head` is that of head.
        ended = run(command.format(picture), "", stdout=writer)
    finally:
        os.close(writer)
    assert (ended.returncode, ended.stderr) == (0, "")
