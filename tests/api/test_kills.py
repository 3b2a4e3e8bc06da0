"""Killed at any moment: no job is lost, none is done twice, the queue goes on."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from serving import PATIENCE, SOURCE, Process, begun, enough, eventually, until

from nijigen.imaging.files import encode
from pictures import drawing

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kills by signals")
LANES = pytest.mark.parametrize("lane", ["interactive", "batch"])


def add_jobs(
    server: Process, count: int, seconds: float, lane: str, start: int = 0
) -> dict[str, int]:
    """Add jobs that take some time; return the shade that each is to make."""
    files = {"file": ("a.png", encode(drawing(64, 48), "png"))}
    picture = server.client.post("/api/pictures", files=files).json()["id"]
    made = {}
    for shade in range(start, start + count):
        body = {
            "operation": "tests.slow",
            "inputs": {"picture": picture},
            "settings": {"seconds": seconds, "shade": shade},
            "lane": lane,
        }
        made[server.client.post("/api/jobs", json=body).json()["id"]] = shade
    return made


def check(data: Path, server: Process, wanted: dict[str, int]) -> None:
    """Every job is done once, with its own right result; nothing else lies about."""
    jobs: list[dict[str, Any]] = server.client.get("/api/jobs").json()["jobs"]
    assert {job["id"] for job in jobs} == set(wanted)
    assert {job["state"] for job in jobs} == {"done"}
    results = [job["result"]["id"] for job in jobs]
    assert len(set(results)) == len(wanted)
    for job in jobs:
        answer = server.client.get(f"/api/pictures/{job['result']['id']}/file")
        assert len(answer.content) == job["result"]["bytes"]
        with_shade = f'"shade":{wanted[job["id"]]}}}'
        assert with_shade.encode() in answer.content.replace(b" ", b"")
    database = sqlite3.connect(data / "nijigen.sqlite3")
    known = {row[0] for row in database.execute("SELECT id FROM pictures")}
    assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    database.close()
    names = {path.name for path in (data / "pictures").glob("*/*")}
    assert names == known | {f"{id}.json" for id in known}


def killed(data: Path, plug_ins: Path, lane: str, *, times: int, jobs: int, seconds: float) -> None:
    server = Process(data, plug_ins)
    wanted = add_jobs(server, jobs, seconds, lane)
    done: set[str] = set()
    for number in range(times):
        # At ever other moments of a job: in its midst, at its end, while it is written.
        time.sleep(seconds * (0.6 + 0.13 * number))
        server.kill()
        server = Process(data, plug_ins)
        states = {job["id"]: job["state"] for job in server.client.get("/api/jobs").json()["jobs"]}
        assert set(states) == set(wanted)
        assert set(states.values()) <= {"done", "queued", "running"}
        now = {id for id, state in states.items() if state == "done"}
        assert done <= now, "a finished job was taken up again"
        done = now
    for id in wanted:
        until(server.client, id)
    check(data, server, wanted)
    assert server.end() == 0


@LANES
def test_killed_twice(tmp_path: Path, plug_ins: Path, lane: str) -> None:
    killed(tmp_path, plug_ins, lane, times=2, jobs=6, seconds=0.3)


@pytest.mark.slow
@LANES
def test_killed_ten_times(tmp_path: Path, plug_ins: Path, lane: str) -> None:
    killed(tmp_path, plug_ins, lane, times=10, jobs=40, seconds=0.4)


@LANES
def test_ctrl_c_ends_cleanly_and_the_next_start_goes_on(
    tmp_path: Path, plug_ins: Path, lane: str
) -> None:
    server = Process(tmp_path, plug_ins)
    wanted = add_jobs(server, 3, 1.0, lane)
    with server.client.stream("GET", "/api/jobs/events") as events:
        lines = events.iter_lines()
        assert next(lines).startswith("retry")
        assert server.process.poll() is None
        server.process.send_signal(signal.SIGINT)
        # It is brought to its end; one that is broken off raises here.
        list(lines)
    assert server.process.wait(PATIENCE) == 0
    server.end()
    server = Process(tmp_path, plug_ins)
    for id in wanted:
        until(server.client, id)
    check(tmp_path, server, wanted)
    assert server.end() == 0


def test_a_waiting_client_learns_of_the_end(tmp_path: Path, plug_ins: Path) -> None:
    server = Process(tmp_path, plug_ins)
    answers: list[httpx.Response] = []

    def ask() -> None:
        files = {"picture": ("a.png", encode(drawing(), "png"))}
        path = "/api/operations/tests.slow"
        data = {"seconds": 60, "shade": 101}
        answers.append(server.client.post(path, files=files, data=data))

    thread = threading.Thread(target=ask)
    thread.start()
    begun(plug_ins, 101)
    server.process.send_signal(signal.SIGINT)
    thread.join(PATIENCE)
    assert (answers[0].status_code, answers[0].json()["title"]) == (409, "Cancelled")
    assert server.process.stderr is not None
    assert server.process.wait(PATIENCE) == 0
    assert server.process.stderr.read() == ""
    server.end()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the next start ends it")
def test_no_suspended_worker_is_left_behind(tmp_path: Path, plug_ins: Path) -> None:
    server = Process(tmp_path, plug_ins)
    wanted = add_jobs(server, 1, 60, "batch", 103)
    begun(plug_ins, 103)
    worker = psutil.Process(json.loads((tmp_path / "worker.json").read_text())["pid"])
    # Suspended for as long as somebody else's job runs.
    wanted |= add_jobs(server, 1, 60, "interactive", 104)
    eventually(lambda: worker.status() == psutil.STATUS_STOPPED)
    server.kill()
    # Nobody may be there to collect it.
    eventually(lambda: not worker.is_running() or worker.status() == psutil.STATUS_ZOMBIE)
    server = Process(tmp_path, plug_ins)
    enough(plug_ins, 103)
    enough(plug_ins, 104)
    for id in wanted:
        until(server.client, id)
    check(tmp_path, server, wanted)
    assert server.end() == 0


def test_a_second_start_says_where_the_first_is(tmp_path: Path, plug_ins: Path) -> None:
    server = Process(tmp_path, plug_ins)
    second = subprocess.run(
        [sys.executable, "-m", "nijigen", "studio", "--no-browser", "--data", str(tmp_path)],
        env={"PYTHONPATH": str(SOURCE)},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert second.returncode == 2
    first, hint = second.stderr.splitlines()
    assert "in use by another Nijigen" in first
    assert str(server.client.base_url).rstrip("/") in hint
    assert server.end() == 0


def test_a_taken_port_is_not_the_end(tmp_path: Path, plug_ins: Path) -> None:
    from nijigen.api.server import listening_socket

    first = listening_socket("127.0.0.1", 0)
    second = listening_socket("127.0.0.1", first.getsockname()[1])
    assert second.getsockname()[1] not in (0, first.getsockname()[1])
    first.close()
    second.close()
