"""Measure how long uploads wait while hostile files are decoded.

A separate server receives 200 pictures from 16 clients, at first alone, then while other clients
keep sending files that take as long as the limits allow. Other load on the machine affects both
alike. Each hostile file is sent again as soon as it is answered.

    python benchmarks/uploads.py [--hostile 1 2]
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import numpy as np
from lanes import Server

from nijigen import Picture
from nijigen.imaging.files import encode

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from hostile import apng_of_frames, gif_of_frames, ora_of_references, plain_png

CLIENTS, UPLOADS, SIDE = 16, 200, 700
PATIENCE = 300.0


def pictures() -> list[bytes]:
    """Return files of noise, each different."""
    noise = np.random.default_rng(1).integers(0, 256, (SIDE, SIDE, 3), np.uint8)
    made = []
    for number in range(3 * UPLOADS):
        pixels = noise.copy()
        pixels[0, 0] = (number % 256, number // 256, 0)
        made.append(encode(Picture(pixels), "bmp"))
    return made


def another(server: Server) -> httpx.Client:
    """Return one more client of a server."""
    return httpx.Client(
        base_url=server.client.base_url, headers=server.client.headers, timeout=PATIENCE
    )


def send(server: Server, data: bytes) -> tuple[int, float]:
    """Upload a file; return the status and the seconds."""
    with another(server) as client:
        started = time.perf_counter()
        status = client.post("/api/pictures", files={"file": ("a", data)}).status_code
        return status, time.perf_counter() - started


def waits(server: Server, files: list[bytes]) -> list[float]:
    """Upload from many clients at once; return the seconds that each upload took."""

    def one_client(share: int) -> list[float]:
        found = []
        with another(server) as client:
            for data in files[share::CLIENTS]:
                started = time.perf_counter()
                answer = client.post("/api/pictures", files={"file": ("a.bmp", data)})
                assert answer.status_code == 201, answer.text
                found.append(time.perf_counter() - started)
        return found

    with ThreadPoolExecutor(CLIENTS) as pool:
        return [one for share in pool.map(one_client, range(CLIENTS)) for one in share]


def told(what: str, found: list[float]) -> None:
    """Print the distribution."""
    ordered = sorted(found)
    high = ordered[-len(ordered) // 20]
    print(
        f"{what}: median {statistics.median(ordered):.2f} s, 95 % {high:.2f} s,"
        f" longest {ordered[-1]:.2f} s; load {os.getloadavg()[0]:.1f}",
        flush=True,
    )


def main() -> None:
    """Print how long each kind of upload takes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hostile", type=int, nargs="*", default=[1, 2])
    asked = parser.parse_args()
    files = pictures()
    slow = plain_png(16_000, 16_000)
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder) / "data")
        for name, data in (
            ("the first upload", encode(Picture(np.zeros((9, 9), np.uint8)), "png")),
            ("ORA of 5,000 references", ora_of_references(5000)),
            ("GIF of 200,000 frames", gif_of_frames(200_000)),
            ("APNG of 16 frames of 4000²", apng_of_frames(16, 4000)),
            ("PNG of 16000²", slow),
        ):
            status, seconds = send(server, data)
            print(f"{name}, {len(data):,} bytes: {status} after {seconds:.2f} s", flush=True)
        told("alone", waits(server, files[:UPLOADS]))
        for turn, count in enumerate(asked.hostile, 1):
            over = threading.Event()
            sent: list[float] = []

            def disturb(
                number: int, over: threading.Event = over, sent: list[float] = sent
            ) -> None:
                """Send large files, each with other bytes at its end so that it is new."""
                while not over.is_set():
                    tail = f"{number} {time.perf_counter()}".encode()
                    sent.append(send(server, slow + tail)[1])

            threads = [threading.Thread(target=disturb, args=[n]) for n in range(count)]
            for thread in threads:
                thread.start()
            time.sleep(1)
            found = waits(server, files[turn * UPLOADS : (turn + 1) * UPLOADS])
            over.set()
            for thread in threads:
                thread.join()
            told(f"beside {count} hostile ({len(sent)} files, {max(sent):.1f} s each)", found)
        server.end()


if __name__ == "__main__":
    main()
