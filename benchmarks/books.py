"""A comic of 400 pages of 3000×4500: memory and time of packing, stopped in between and resumed.

    python benchmarks/books.py [PAGES]

Half of the pages are JPEGs, a quarter PNGs, a quarter WebPs, which a PDF cannot hold as they are.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from nijigen import Picture

SIZE = 3000, 4500
MOST = 1000
"""Megabytes that packing may take."""
STOPPED = 0.5
"""Share of the pages after which the first run is killed."""


def page(number: int) -> Picture:
    """Return a page of panels, screentone and ink, as large as a scan in print resolution."""
    width, height = SIZE
    chance = np.random.default_rng(number)
    y, x = np.mgrid[:height, :width].astype(np.float32)
    tone = np.sin(x * 0.9) * np.sin(y * 0.9) > chance.uniform(-0.5, 0.5)
    pixels = np.where(tone, 235, 250).astype(np.uint8)
    for _ in range(60):
        a, b, c = chance.uniform(-1, 1, 3)
        pixels[np.abs(a * x + b * y + c * width) < 6] = chance.integers(0, 90)
    return Picture(np.stack([pixels, pixels, 255 - (255 - pixels) // 2], axis=2))


def pack(folder: Path, target: Path, kill_at: int = 0) -> tuple[int, float]:
    """Run the command; return its peak memory in MB and its seconds."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "nijigen", "formats", "pack", str(folder), "-o", str(target)]
    process = subprocess.Popen([*command, "-q"])
    while kill_at and process.poll() is None:
        part = list(target.parent.glob(".nijigen-*.part/whole"))
        if part and part[0].stat().st_size >= kill_at:
            process.send_signal(signal.SIGKILL)
            break
        time.sleep(0.05)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == (-signal.SIGKILL if kill_at else 0), process.returncode
    return usage.ru_maxrss // 1024, time.perf_counter() - began


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 400
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "book"
        endings = ("jpg", "png", "jpg", "webp")
        for n in range(min(8, count)):
            page(n).save(folder / f"page {n}.{endings[n % 4]}")
        for n in range(8, count):
            source = folder / f"page {n % 8}.{endings[n % 4]}"
            os.link(source, folder / f"page {n}.{endings[n % 4]}")
        total = sum(path.stat().st_size for path in folder.iterdir())
        print(f"{count} pages of {SIZE[0]}×{SIZE[1]}, {total / 1e6:.0f} MB")
        for ending in ("cbz", "pdf"):
            target = Path(scratch) / f"book.{ending}"
            memory, seconds = pack(folder, target)
            whole = target.read_bytes() if count <= 40 else None
            size = target.stat().st_size
            print(f"{ending}: {seconds:.0f} s, {memory} MB of memory, {size / 1e6:.0f} MB")
            assert memory < MOST, memory
            target.unlink()
            pack(folder, target, kill_at=int(size * STOPPED))
            memory, again = pack(folder, target)
            print(f"{ending}, killed at half and resumed: {again:.0f} s, {memory} MB of memory")
            assert target.stat().st_size == size
            assert whole is None or target.read_bytes() == whole
            assert again < 0.8 * seconds
            target.unlink()


if __name__ == "__main__":
    main()
