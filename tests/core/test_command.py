from __future__ import annotations

import errno
import json
import os
import threading
from pathlib import Path

import pytest

from nijigen import SILENT, Change, Plan, Run, command
from nijigen.cli.command import command as command_line
from nijigen.core.errors import Cancelled, InputError, OutputError, SettingsError
from nijigen.core.lock import FolderLock
from nijigen.core.values import FolderPath

SHELF: list[Path] = []
"""The folder that the command below works on; tests set it."""


def shelf() -> Path:
    return SHELF[-1]


@command(access="change", lock=shelf)
def fill(prefix: str, *, count: int = 3, run: Run = SILENT) -> Plan:
    """Fill a shelf with empty files.

    Args:
        prefix: How their names begin.
        count: How many there are to be.
    """
    wanted = [shelf() / f"{prefix}{number}" for number in range(count)]
    missing = [path for path in wanted if not path.exists()]
    return Plan(
        [Change(f"write {path.name}", lambda run, path=path: path.touch()) for path in missing],
        lambda: len(wanted),
    )


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Path:
    SHELF[:] = [tmp_path]
    return tmp_path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))


def test_a_dry_run_says_what_a_run_does(folder: Path) -> None:
    plan = fill.plan({"prefix": "a"}, {"count": 2})
    assert (plan.dry_run, plan.changes) == (True, ("write a0", "write a1"))
    assert list(folder.iterdir()) == []
    done = fill("a", count=2)
    assert (done.changes, done.result) == (plan.changes, 2)
    assert names(folder) == ["a0", "a1"]
    assert fill("a", count=2).changes == ()


def test_progress_and_cancel_and_going_on(folder: Path) -> None:
    seen: list[float] = []
    stop = threading.Event()

    def listener(done: float) -> None:
        seen.append(done)

    @command(access="change", lock=shelf)
    def stopping(*, run: Run = SILENT) -> Plan:
        """Stop after the second file."""

        def write(number: int) -> None:
            (folder / str(number)).touch()
            if number == 1:
                stop.set()

        left = [n for n in range(4) if not (folder / str(n)).exists()]
        return Plan([Change(f"write {n}", lambda run, n=n: write(n)) for n in left])

    with pytest.raises(Cancelled):
        stopping.apply({}, {}, Run(listener, stop))
    assert names(folder) == ["0", "1"]
    assert stopping.plan({}, {}).changes == ("write 2", "write 3")
    stop.clear()
    stopping.apply({}, {}, Run(listener))
    assert names(folder) == ["0", "1", "2", "3"]
    assert seen[-1] == 1


def test_one_process_at_a_time(folder: Path) -> None:
    held = FolderLock(folder, file=".lock")
    with pytest.raises(InputError, match="in use"):
        fill("a")
    assert names(folder) == []
    held.release()
    fill("a")


def test_the_error_says_which_process_it_is(folder: Path) -> None:
    held = FolderLock(folder, file=".lock")
    held.note("stop process 1 (shelf.fill)")
    with pytest.raises(InputError) as caught:
        fill("a")
    assert caught.value.hint == "stop process 1 (shelf.fill), or wait until it has ended"
    held.release()


def test_a_full_disk_does_not_keep_the_lock(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(file: int, data: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        fill("a")
    fill("b")
    assert names(folder) == ["a0", "a1", "a2", "b0", "b1", "b2"]


def test_where_no_lock_can_be_made_the_hint_is_about_the_folder(folder: Path) -> None:
    (folder / ".lock").mkdir()
    with pytest.raises(OutputError) as caught:
        fill("a")
    assert "wait" not in caught.value.hint


def test_inputs_and_settings_are_checked() -> None:
    with pytest.raises(InputError, match="needs prefix"):
        fill()  # type: ignore[call-arg]
    with pytest.raises(SettingsError):
        fill("a", count="many")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="no input"):
        fill.apply({"prefix": "a", "suffix": "b"}, {})


def test_the_command_line_comes_from_the_declaration(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = command_line(fill)
    assert line.main(["--help"], standalone_mode=False) == 0
    text = capsys.readouterr().out
    assert "PREFIX" in text
    assert "--count" in text
    line.main(["b", "--count", "1", "--dry-run"], standalone_mode=False)
    assert capsys.readouterr().out == "would do:\n  write b0\n"
    line.main(["b", "--count", "1", "--json"], standalone_mode=False)
    assert json.loads(capsys.readouterr().out)["changes"] == ["write b0"]
    assert names(folder) == ["b0"]


@command(access="change", lock=lambda place: place or shelf())
def fill_elsewhere(*, place: FolderPath | None = None) -> Plan:
    """Write a file into a folder that a setting names.

    Args:
        place: The folder.
    """
    return Plan([Change("write", lambda run: ((place or shelf()) / "written").touch())])


def test_a_setting_may_name_the_folder_to_lock(folder: Path, tmp_path: Path) -> None:
    (other := tmp_path / "other").mkdir()
    held = FolderLock(other, file=".lock")
    with pytest.raises(InputError, match="in use"):
        fill_elsewhere(place=other)
    fill_elsewhere()
    held.release()
    fill_elsewhere(place=other)
    assert (other / "written").exists()
    assert (folder / "written").exists()
