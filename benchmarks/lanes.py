"""Measure how much a running batch slows down interactive work, and check the batch's result.

A separate server enlarges a large picture in the lane `batch`. Meanwhile previews and interactive
jobs are requested and timed in pairs: once with the batch suspended, so that they have the machine
to themselves, and once while it runs. So other load affects both equally. At the end, a smaller
batch must give the same bytes with and without interruptions.

    python benchmarks/lanes.py [--rounds 7]
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import psutil

from nijigen import Picture, get
from nijigen.imaging.files import encode

ROOT = Path(__file__).parents[1]
SECONDS_BETWEEN = 1.0
"""Pause between two requests, so that the batch resumes in between."""
BATCH = {"operation": "upscale.waifu2x", "settings": {"model": "cunet"}, "lane": "batch"}
LARGE = 3500
"""Side of the batch's picture in pixels: it takes longer than all requests."""
CROP = [100, 100, 400, 400]


def drawing(side: int) -> bytes:
    """Return a drawn picture of a size, as PNG."""
    small = get("generate.character")(seed=3, width=512, height=512).rgb().pixels
    times = -(-side // 512)
    return encode(
        Picture(np.ascontiguousarray(np.tile(small, (times, times, 1))[:side, :side])), "png"
    )


class Server:
    """``nijigen studio`` in its own folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, "-m", "nijigen", "studio", "--no-browser", "--port", "0"]
            + ["--data", str(folder)],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        assert self.process.stdout is not None
        address = self.process.stdout.readline().split()[-1].partition("#")[0]
        token = (folder / "token").read_text().strip()
        headers = {"Authorization": f"Bearer {token}"}
        self.client = httpx.Client(base_url=address, headers=headers, timeout=600)

    def upload(self, content: bytes) -> str:
        """Upload a picture and return its id."""
        answer = self.client.post("/api/pictures", files={"file": ("a.png", content)})
        return str(answer.json()["id"])

    def add(self, body: dict[str, Any]) -> str:
        """Add a job and return its id."""
        answer = self.client.post("/api/jobs", json=body)
        answer.raise_for_status()
        return str(answer.json()["id"])

    def job(self, id: str) -> dict[str, Any]:
        """Return the current state of a job."""
        return dict(self.client.get(f"/api/jobs/{id}").json())

    def until_over(self, id: str) -> dict[str, Any]:
        """Wait until a job has ended."""
        while (job := self.job(id))["state"] in ("queued", "running"):
            time.sleep(0.02)
        return job

    def worker(self) -> psutil.Process:
        """Return the worker process of the lane ``batch``."""
        return psutil.Process(json.loads((self.folder / "worker.json").read_text())["pid"])

    def end(self) -> None:
        """Stop it as Ctrl-C does."""
        self.client.close()
        self.process.terminate()
        self.process.wait()


def timed(ask: Callable[[], None]) -> float:
    """Return the seconds that a request takes, after a pause."""
    time.sleep(SECONDS_BETWEEN)
    started = time.perf_counter()
    ask()
    return time.perf_counter() - started


def in_pairs(worker: psutil.Process, ask: Callable[[int], Any], rounds: int) -> list[list[float]]:
    """Return the seconds that a request takes without and with the batch, per round.

    The order alternates.
    """
    pairs = []
    for number in range(rounds):
        pair = [0.0, 0.0]
        for running in (False, True) if number % 2 else (True, False):
            if not running:
                worker.suspend()
            pair[running] = timed(lambda: ask(number))  # noqa: B023
            if not running:
                # Not before the server lets it go on: it does not know of us.
                time.sleep(SECONDS_BETWEEN)
                worker.resume()
        pairs.append(pair)
    return pairs


def questions(server: Server, picture: str) -> dict[str, Callable[[int], Any]]:
    """Return the requests to time. All differ, so that none is cached."""

    def preview(operation: str, **settings: Any) -> None:
        body = {"operation": operation, "inputs": {"picture": picture}, "box": CROP}
        server.client.post("/api/previews", json=body | {"settings": settings}).raise_for_status()

    def job(operation: str, **settings: Any) -> None:
        body = {"operation": operation, "inputs": {"picture": picture}, "settings": settings}
        assert server.until_over(server.add(body))["state"] == "done"

    return {
        "preview effects.halftone": lambda n: preview("effects.halftone", cell=6 + n % 9),
        "preview upscale.waifu2x": lambda n: preview("upscale.waifu2x", denoise=str(n % 4)),
        "job effects.halftone": lambda n: job("effects.halftone", cell=6 + n % 9),
        "job upscale.anime4k": lambda n: job("upscale.anime4k"),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder))
        try:
            measure(server, options.rounds)
        finally:
            server.end()


def measure(server: Server, rounds: int) -> None:
    """Time the requests without and with a batch, and compare the batch's results."""
    small, large = server.upload(drawing(512)), server.upload(drawing(LARGE))
    asked = questions(server, small)
    for ask in asked.values():
        ask(0)
    body = {**BATCH, "inputs": {"picture": large}}
    id = server.add(body)
    while server.job(id)["progress"] == 0:
        time.sleep(0.05)
    worker = server.worker()
    print(f"{'':28}{'alone':>9}{'beside':>9}{'more':>9}{'most':>9}   seconds, medians of {rounds}")
    for name, ask in asked.items():
        pairs = in_pairs(worker, ask, rounds)
        more = [beside - alone for alone, beside in pairs]
        alone, beside = (statistics.median(column) for column in zip(*pairs, strict=True))
        middle = statistics.median(more)
        print(f"{name:28}{alone:9.3f}{beside:9.3f}{middle:+9.3f}{max(more):+9.3f}")
    time.sleep(SECONDS_BETWEEN)
    memory = server.client.get("/api/queue").json()["memory"]
    print(f"memory: server {memory['server'] / 1e6:.0f} MB, worker {memory['worker'] / 1e6:.0f} MB")
    print(f"suspended worker: {suspended(server, small)}")
    print(f"the batch reached {server.job(id)['progress']:.1%} and is now cancelled")
    server.client.delete(f"/api/jobs/{id}")
    body["inputs"] = {"picture": small}
    id = server.add(body)
    count = 0
    while server.job(id)["state"] != "done":
        timed(lambda: asked["preview effects.halftone"](0))
        count += 1
    again = server.until_over(server.add(body))
    same = server.job(id)["result"]["id"] == again["result"]["id"]
    print(f"the same bytes with {count} interruptions as without: {same}")


def suspended(server: Server, picture: str) -> str:
    """Return the worker's CPU time and memory while it should be suspended."""
    worker = server.worker()
    id = server.add(
        {"operation": "upscale.waifu2x", "inputs": {"picture": picture}, "settings": {"tta": True}}
    )
    while worker.status() != psutil.STATUS_STOPPED:
        time.sleep(0.01)
    before = worker.cpu_times()
    time.sleep(1)
    after = worker.cpu_times()
    stopped = worker.status() == psutil.STATUS_STOPPED
    used = after.user + after.system - before.user - before.system
    told = f"{used:.2f} CPU seconds in 1 s, {worker.memory_info().rss / 1e6:.0f} MB"
    server.client.delete(f"/api/jobs/{id}")
    return told if stopped else f"{told}, but not for all of it"


if __name__ == "__main__":
    main()
