"""How long somebody waits in the studio while a batch runs, and whether the batch is the same.

A server of its own enlarges a large picture in the lane of batches, one tile after the other.
Meanwhile previews and interactive jobs are asked for, and timed; before and after the same is
timed with no batch. At the end the batch has to have made the bytes that it makes alone.

    python benchmarks/lanes.py [--side 1500] [--rounds 7]
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
"""Between two that wait, so that the batch has gone on in between."""
BATCH = {"operation": "upscale.waifu2x", "settings": {"model": "cunet"}, "lane": "batch"}
CROP = [100, 100, 400, 400]


def drawing(side: int) -> bytes:
    """Return a drawn picture of a size, as PNG."""
    small = get("generate.character")(seed=3, width=512, height=512).rgb().pixels
    times = -(-side // 512)
    return encode(
        Picture(np.ascontiguousarray(np.tile(small, (times, times, 1))[:side, :side])), "png"
    )


class Server:
    """``nijigen studio`` in a folder of its own."""

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
        address = self.process.stdout.readline().split()[-1]
        self.client = httpx.Client(base_url=address, timeout=600)

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
        """Return a job as it stands."""
        return dict(self.client.get(f"/api/jobs/{id}").json())

    def until_over(self, id: str) -> dict[str, Any]:
        """Wait until a job has ended."""
        while (job := self.job(id))["state"] in ("queued", "running"):
            time.sleep(0.02)
        return job

    def worker(self) -> psutil.Process:
        """Return the process of the lane of batches."""
        return psutil.Process(json.loads((self.folder / "worker.json").read_text())["pid"])

    def end(self) -> None:
        """End it as Ctrl-C does."""
        self.client.close()
        self.process.terminate()
        self.process.wait()


def timed(rounds: int, ask: Callable[[int], Any]) -> list[float]:
    """Return the seconds that each of several questions took."""
    taken = []
    for number in range(rounds):
        time.sleep(SECONDS_BETWEEN)
        started = time.perf_counter()
        ask(number)
        taken.append(time.perf_counter() - started)
    return taken


def questions(server: Server, picture: str) -> dict[str, Callable[[int], Any]]:
    """Return what somebody may wait for. No two are the same: nothing is remembered."""

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
    parser.add_argument(
        "--side", type=int, default=1500, help="pixels a side of the batch's picture"
    )
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder))
        try:
            measure(server, options.side, options.rounds)
        finally:
            server.end()


def measure(server: Server, side: int, rounds: int) -> None:
    """Time what waits, without and with a batch, and compare what the batch made."""
    small, large = server.upload(drawing(512)), server.upload(drawing(side))
    asked = questions(server, small)
    for ask in asked.values():
        ask(0)
    alone = {name: timed(rounds, ask) for name, ask in asked.items()}
    body = {**BATCH, "inputs": {"picture": large}}
    id = server.add(body)
    while server.job(id)["progress"] == 0:
        time.sleep(0.05)
    began = time.perf_counter()
    beside = {name: timed(rounds, ask) for name, ask in asked.items()}
    shown = server.job(id)
    memory = server.client.get("/api/queue").json()["memory"]
    assert shown["state"] == "running", "the batch was over too soon: take a larger --side"
    print(
        f"{'':28}{'alone':>9}{'beside':>9}{'more':>9}{'slowest':>9}   seconds, medians of {rounds}"
    )
    for name in asked:
        one, other = statistics.median(alone[name]), statistics.median(beside[name])
        print(f"{name:28}{one:9.3f}{other:9.3f}{other - one:+9.3f}{max(beside[name]):9.3f}")
    print(
        f"memory with a batch: server {memory['server'] / 1e6:.0f} MB, "
        f"worker {memory['worker'] / 1e6:.0f} MB"
    )
    print(f"suspended: {suspended(server, small)}")
    print(f"batch went on to {shown['progress']:.0%} in {time.perf_counter() - began:.0f} s")
    made = server.until_over(id)
    again = server.until_over(server.add(body))
    same = made["result"]["id"] == again["result"]["id"]
    print(f"batch {made['state']}, the same bytes as without interruptions: {same}")


def suspended(server: Server, picture: str) -> str:
    """Return what the worker's CPU time and memory are before and after somebody is waited for."""
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
