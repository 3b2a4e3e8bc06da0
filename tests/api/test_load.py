"""Many clients at once: nothing is lost, memory is bounded, the page stays responsive."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from serving import Process, new_client, token_of, until

from nijigen import Picture
from nijigen.imaging.files import encode

CLIENTS, UPLOADS, SIDE = 16, 200, 700


def resident(process: Process) -> float:
    """Return the MB of memory that a process has."""
    status = Path(f"/proc/{process.process.pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


@pytest.fixture(scope="module")
def pictures() -> list[bytes]:
    """Files of noise: each as large as a picture can be, and like no other."""
    noise = np.random.default_rng(1).integers(0, 256, (SIDE, SIDE, 3), np.uint8)
    made = []
    for number in range(UPLOADS):
        pixels = noise.copy()
        pixels[0, 0] = (number, number // 256, 0)
        made.append(encode(Picture(pixels), "bmp"))
    return made


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
def test_200_uploads_from_16_clients(tmp_path: Path, plug_ins: Path, pictures: list[bytes]) -> None:
    server = Process(tmp_path, plug_ins)
    before = resident(server)
    highest, slowest, looks, over = before, 0.0, 0, threading.Event()

    def watch() -> None:
        nonlocal highest, slowest, looks
        with new_client(str(server.client.base_url), token_of(tmp_path)) as client:
            while not over.is_set():
                started = time.monotonic()
                assert client.get("/healthz").status_code == 200
                slowest = max(slowest, time.monotonic() - started)
                highest = max(highest, resident(server))
                looks += 1
                over.wait(0.05)

    watcher = threading.Thread(target=watch)
    watcher.start()

    def upload(share: int) -> list[str]:
        ids = []
        with new_client(str(server.client.base_url), token_of(tmp_path)) as client:
            for number in range(share, UPLOADS, CLIENTS):
                files = {"file": (f"{number}.bmp", pictures[number])}
                answer = client.post("/api/pictures", files=files)
                assert answer.status_code == 201, answer.text
                ids.append(answer.json()["id"])
                body = {
                    "operation": "tests.slow",
                    "inputs": {"picture": ids[-1]},
                    "settings": {"seconds": 0},
                    "batch": str(share),
                }
                if number % 10 == 0:
                    assert client.post("/api/jobs", json=body).status_code == 202
        return ids

    with ThreadPoolExecutor(CLIENTS) as pool:
        ids = [id for share in pool.map(upload, range(CLIENTS)) for id in share]
    over.set()
    watcher.join()
    assert len(set(ids)) == UPLOADS
    for id in ids:
        assert server.client.get(f"/api/pictures/{id}").status_code == 200
    for job in server.client.get("/api/jobs").json()["jobs"]:
        assert until(server.client, job["id"])["state"] == "done"
    print(f"\nmemory {before:.0f} MB → {highest:.0f} MB; healthz at worst {slowest * 1000:.0f} ms")
    # All files together are 294 MB; two decode at once, 16 are on their way.
    assert highest - before < 150
    # Counted, not timed, since others may be at work on the same machine: were the page to wait
    # for the uploads, hardly any of these would have come through between them.
    assert looks >= 20
    assert server.end() == 0
