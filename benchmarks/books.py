"""A comic of 400 pages of 3000×4500: memory and time of packing, stopped in between and resumed.

    python benchmarks/books.py [PAGES [cbz|pdf ...]]

Half of the pages are JPEGs, a quarter PNGs, a quarter WebPs, which a PDF cannot hold as they are.
Every book is killed halfway and resumed; one of few pages is also made in one go, to the same
bytes.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pypdfium2

from nijigen import Picture

SIZE = 3000, 4500
MOST = 1000
"""Megabytes that packing may take."""
STOPPED = 0.5
"""Share of the bytes after which the first run is killed."""
FEW = 40
"""Pages up to which a book is also made in one go."""


def page(number: int) -> Picture:
    """Return a page of panels, screentone and ink, as large as a scan in print resolution."""
    width, height = SIZE
    chance = np.random.default_rng(number)
    across, down = (np.sin(np.arange(side, dtype=np.float32) * 0.9) for side in SIZE)
    tone = np.outer(down, across) > chance.uniform(-0.5, 0.5)
    pixels = np.where(tone, 235, 250).astype(np.uint8)
    for ends in chance.integers(0, (width, height), (60, 2, 2)).tolist():
        cv2.line(pixels, *ends, int(chance.integers(0, 90)), 12)
    return Picture(np.stack([pixels, pixels, 255 - (255 - pixels) // 2], axis=2))


@dataclass(frozen=True)
class Cost:
    """What a run of the command took."""

    memory: int
    """Megabytes."""
    seconds: float
    cpu: float


def pack(folder: Path, target: Path, kill_at: int = 0) -> Cost:
    """Run the command, and kill it when so many bytes of the book are finished."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "nijigen", "formats", "pack", str(folder), "-o", str(target)]
    process = subprocess.Popen([*command, "-q"])
    while kill_at and process.poll() is None:
        part = list(target.parent.glob(".nijigen-*.part/whole"))
        if part and part[0].stat().st_size >= kill_at:
            process.send_signal(signal.SIGKILL)
            break
        time.sleep(0.2)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == (-signal.SIGKILL if kill_at else 0), process.returncode
    cpu = usage.ru_utime + usage.ru_stime
    return Cost(usage.ru_maxrss // 1024, time.perf_counter() - began, cpu)


def pages_in(book: Path) -> int:
    """Return the number of pages of a finished book, by readers that are not ours."""
    if book.suffix == ".cbz":
        with zipfile.ZipFile(book) as archive:
            return sum(not name.endswith(".xml") for name in archive.namelist())
    return len(pypdfium2.PdfDocument(book))


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 400
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "book"
        endings = ("jpg", "png", "jpg", "webp")
        for n in range(min(8, count)):
            page(n).save(folder / f"page {n}.{endings[n % 4]}")
        for n in range(8, count):
            os.link(
                folder / f"page {n % 8}.{endings[n % 4]}", folder / f"page {n}.{endings[n % 4]}"
            )
        total = sum(path.stat().st_size for path in folder.iterdir())
        print(f"{count} pages of {SIZE[0]}×{SIZE[1]}, {total / 1e6:.0f} MB", flush=True)
        for ending in sys.argv[2:] or ("cbz", "pdf"):
            target = Path(scratch) / f"book.{ending}"
            killed = pack(folder, target, kill_at=int(total * STOPPED))
            resumed = pack(folder, target)
            memory = max(killed.memory, resumed.memory)
            size = target.stat().st_size
            print(
                f"{ending}: killed after {killed.seconds:.0f} s, of which {killed.cpu:.0f} s of "
                f"CPU, and resumed for {resumed.seconds:.0f} s ({resumed.cpu:.0f} s of CPU); "
                f"{memory} MB of memory, {size / 1e6:.0f} MB",
                flush=True,
            )
            assert memory < MOST, memory
            assert pages_in(target) == count
            if count <= FEW:
                content = target.read_bytes()
                target.unlink()
                whole = pack(folder, target)
                assert target.read_bytes() == content
                print(f"{ending}, in one go: the same bytes, {whole.cpu:.0f} s of CPU", flush=True)
                assert resumed.cpu < 0.8 * whole.cpu
            target.unlink()


if __name__ == "__main__":
    main()
