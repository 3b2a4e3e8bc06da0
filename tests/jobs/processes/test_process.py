"""The worker process: it ends with its server, and no leftover outlives the next start."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from nijigen.jobs.lanes.runners import WORKER
from nijigen.jobs.processes.process import WorkerDied, WorkerProcess, end_leftover

PATIENCE = 120


@pytest.fixture
def leftover() -> Iterator[psutil.Process]:
    """A process that looks like a worker, as it stays where nobody ends it with its server."""
    sleep = "import time; time.sleep(600)"
    with subprocess.Popen([sys.executable, "-c", sleep, WORKER]) as process:
        found = psutil.Process(process.pid)
        # The system names its arguments a moment after it has started.
        while WORKER not in found.cmdline():
            assert process.poll() is None
        yield found
        process.kill()


def note_of(folder: Path, process: psutil.Process, later: float = 0) -> Path:
    note = folder / "worker.json"
    note.write_text(json.dumps({"pid": process.pid, "created": process.create_time() + later}))
    return note


def test_a_suspended_leftover_is_ended(tmp_path: Path, leftover: psutil.Process) -> None:
    note = note_of(tmp_path, leftover)
    leftover.suspend()
    end_leftover(WORKER, note)
    leftover.wait(PATIENCE)
    assert not note.exists()


def test_another_process_of_that_number_is_left_alone(
    tmp_path: Path, leftover: psutil.Process
) -> None:
    end_leftover(WORKER, note_of(tmp_path, leftover, later=3600))
    assert leftover.is_running()
    end_leftover(WORKER, note_of(tmp_path, psutil.Process()))
    for text in ("", "[]", '{"pid": "x", "created": 0}', '{"pid": 4194305, "created": 0}'):
        note = tmp_path / "worker.json"
        note.write_text(text)
        end_leftover(WORKER, note)
        assert not note.exists()
    end_leftover(WORKER, tmp_path / "none")


def test_a_worker_is_suspended_once_it_is_ready_and_ended_with_its_files(tmp_path: Path) -> None:
    folder, note = tmp_path / "files", tmp_path / "worker.json"
    worker = WorkerProcess(WORKER, folder, note)
    process = psutil.Process(json.loads(note.read_text())["pid"])
    worker.hold(True)
    while process.status() != psutil.STATUS_STOPPED:
        assert process.is_running()
    assert worker.memory()
    # A message waits until it goes on.
    worker.send({"cancel": "nobody"})
    assert worker.receive(0.01) is None
    (folder / "half").touch()
    worker.end()
    assert not process.is_running()
    assert worker.memory() is None
    assert not folder.exists()
    assert not note.exists()


def test_the_end_of_the_pipe_ends_the_worker(tmp_path: Path) -> None:
    worker = WorkerProcess(WORKER, tmp_path / "files", tmp_path / "worker.json")
    process = psutil.Process(json.loads((tmp_path / "worker.json").read_text())["pid"])
    assert worker._process.stdin is not None
    worker._process.stdin.close()
    with pytest.raises(WorkerDied, match="exit code 0"):
        worker.receive(PATIENCE)
    assert not process.is_running()
    worker.end()


def test_a_folder_named_like_a_module_misleads_no_worker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody may stand in any folder, and what lies there is not to be run."""
    (tmp_path / "queue.py").write_text("raise SystemExit(7)")
    monkeypatch.chdir(tmp_path)
    worker = WorkerProcess(WORKER, tmp_path / "files", tmp_path / "worker.json")
    worker.hold(True)
    while not worker.hold(True):
        assert worker.memory()
    worker.end()


def test_a_package_that_is_searched_in_misleads_no_worker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """OpenCV puts its own folder first while it is imported; a ``typing`` lies in it."""
    package = tmp_path / "package"
    (package / "typing").mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "typing" / "__init__.py").write_text("raise RuntimeError('the wrong one')")
    monkeypatch.setattr(sys, "path", [str(package), *sys.path])
    worker = WorkerProcess(WORKER, tmp_path / "scratch", tmp_path / "worker.json")
    worker.hold(True)
    while not worker.hold(True):
        assert worker.memory()
    worker.end()
