"""When results of a batch are reported, and what goes on meanwhile."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import numpy as np
import pytest

from nijigen import Picture
from nijigen.core import disk, registry
from nijigen.jobs.batches import batch
from nijigen.jobs.batches.batch import Job, run_batch
from nijigen.jobs.batches.plan import Task


def tasks(folder: Path, count: int) -> list[Task]:
    found = []
    for number in range(count):
        source = folder / "in" / f"{number}.png"
        Picture(np.full((8, 8, 3), number, np.uint8)).save(source)
        found.append(Task(source, folder / "out" / source.name, number))
    return found


def halftone() -> Job:
    return Job(registry.get("effects.halftone"), {}, {})


def test_the_next_file_is_processed_while_the_disk_writes_the_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    to_do = tasks(tmp_path, 2)
    second_is_read = threading.Event()
    read = batch.read_source

    def noticed(source: Path, *rest: object, **more: object) -> object:
        if source == to_do[1].source:
            second_is_read.set()
        return read(source, *rest, **more)  # type: ignore[arg-type]

    def slow(file: int) -> None:
        assert second_is_read.wait(30)

    monkeypatch.setattr(batch, "read_source", noticed)
    monkeypatch.setattr(disk, "_flush", slow)
    assert [outcome.status for outcome in run_batch(to_do, halftone())] == ["done", "done"]


@pytest.mark.parametrize("workers", [1, 3])
def test_no_more_files_are_processed_at_once_than_there_are_workers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workers: int
) -> None:
    at_work: list[Path] = []
    most = 0
    read, write = batch.read_source, batch.writing

    def begun(source: Path, *rest: object, **more: object) -> object:
        nonlocal most
        at_work.append(source)
        most = max(most, len(at_work))
        time.sleep(0.05)
        return read(source, *rest, **more)  # type: ignore[arg-type]

    def ended(*arguments: object) -> object:
        at_work.pop()
        return write(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(batch, "read_source", begun)
    monkeypatch.setattr(batch, "writing", ended)
    assert len(list(run_batch(tasks(tmp_path, 8), halftone(), workers=workers))) == 8
    assert most == workers


def test_a_single_worker_reports_in_order_and_after_writing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    to_do = tasks(tmp_path, 6)
    write = batch.write_result

    def uneven(target: Path, *rest: object) -> None:
        time.sleep(0.1 if int(target.stem) % 2 == 0 else 0)
        write(target, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(batch, "write_result", uneven)
    reported = []
    for outcome in run_batch(to_do, halftone()):
        assert outcome.task.target.exists()
        reported.append(outcome.task)
    assert reported == to_do
