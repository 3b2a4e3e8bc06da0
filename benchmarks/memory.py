"""Measure how the memory of a server and its processes grows over 500 jobs.

A separate server runs jobs in both lanes: enlarge, halftone, colors as data. After a warm-up of 100
jobs, the memory of the server and of all its processes is measured before and after 500 more.

    python benchmarks/memory.py [--jobs 500]
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import httpx
import numpy as np
import psutil
from lanes import Server

from nijigen import Picture, get
from nijigen.imaging.files import encode

JOBS = (
    ("effects.halftone", "interactive"),
    ("effects.halftone", "batch"),
    ("color.palette", "interactive"),
    ("color.palette", "batch"),
)


def resident(server: psutil.Process) -> dict[str, float]:
    """Return the MB of memory of the server and of its processes, by kind."""
    found = {"server": server.memory_info().rss / 1e6}
    for child in server.children(recursive=True):
        kind = "decoders" if "nijigen.jobs.decoding.worker" in child.cmdline() else "worker"
        found[kind] = found.get(kind, 0) + child.memory_info().rss / 1e6
    return found


def run(client: httpx.Client, count: int, start: int) -> None:
    """Upload a picture for each job, run the jobs, and wait for all."""
    shade = get("generate.character")(seed=5, width=256, height=256).rgb().pixels.copy()
    ids = []
    for number in range(start, start + count):
        shade[0, 0] = (number % 256, number // 256, 0)
        data = encode(Picture(np.ascontiguousarray(shade)), "png")
        picture = client.post("/api/pictures", files={"file": ("a.png", data)}).json()["id"]
        client.get(f"/api/pictures/{picture}/thumbnail").raise_for_status()
        operation, lane = JOBS[number % len(JOBS)]
        body = {"operation": operation, "inputs": {"picture": picture}, "lane": lane}
        answer = client.post("/api/jobs", json=body)
        assert answer.status_code == 202, answer.text
        ids.append(answer.json()["id"])
    for id in ids:
        while (state := client.get(f"/api/jobs/{id}").json()["state"]) in ("queued", "running"):
            time.sleep(0.1)
        assert state == "done", state


def main() -> None:
    """Print the memory before and after."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=500)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        made = Server(Path(folder) / "data")
        server = psutil.Process(made.process.pid)
        run(made.client, 100, 0)
        before = resident(server)
        print("after 100 jobs:", {k: f"{v:.0f} MB" for k, v in before.items()}, flush=True)
        run(made.client, asked.jobs, 100)
        after = resident(server)
        print(f"after {asked.jobs} more:", {k: f"{v:.0f} MB" for k, v in after.items()})
        growth = sum(after.values()) / sum(before.values()) - 1
        print(f"growth of all together: {100 * growth:.1f} %")
        made.end()


if __name__ == "__main__":
    main()
