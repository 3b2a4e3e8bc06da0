"""Measure the speed and the quality of effects beside their peers.

    python benchmarks/effects.py [NAME ...] [--peers FOLDER]

Peers are packages of PyPI that the project does not depend on; install them into a folder of their
own with `pip install --no-deps --target FOLDER pixelsort==1.0.2` and name it with --peers. What is
missing there is left out, and said. Times are CPU seconds, the best of three.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import PIL
from PIL import Image

from nijigen import Picture, get

DATA = Path(__file__).parents[2] / "shared" / "data"
MEGA = 1_000_000


def seconds(work: Callable[[], object], times: int = 3) -> float:
    """Return the CPU time of the fastest of several calls."""
    found = []
    for _ in range(times):
        start = time.process_time()
        work()
        found.append(time.process_time() - start)
    return min(found)


def real(width: int, height: int) -> Picture:
    """Return a painted background of that size; a drawn gradient with noise if there is none."""
    paths = sorted((DATA / "backgrounds").rglob("*.webp"))
    if paths:
        with Image.open(paths[len(paths) // 2]) as image:
            return Picture(np.asarray(image.convert("RGB").resize((width, height))))
    random = np.random.default_rng(1)
    ramp = np.linspace(0, 200, width)[None, :, None] + random.integers(0, 55, (height, width, 3))
    return Picture(ramp.astype(np.uint8))


def pixel_sort() -> None:
    """Sort 4 megapixels by brightness, as `pixelsort` does with the same threshold."""
    picture = real(2000, 2000)
    glitch = get("effects.glitch")
    ours = seconds(lambda: glitch(picture, stack=("pixel_sort",)))
    print(f"pixel-sort: 4 megapixels by brightness in {ours:.2f} s")
    # It asks for a module that Pillow 12 does not have any more, for annotations only.
    vars(PIL).setdefault("PyAccess", SimpleNamespace(PyAccess=object))
    try:
        import pixelsort
    except ImportError:
        print("pixel-sort: pixelsort is not there")
        return
    image = picture.pil()
    theirs = seconds(lambda: pixelsort.pixelsort(image), 1)
    print(f"pixel-sort: pixelsort takes {theirs:.2f} s: {theirs / ours:.0f} times as long")


ALL: dict[str, Callable[[], None]] = {"pixel-sort": pixel_sort}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(ALL))
    parser.add_argument("--peers", type=Path, help="folder with packages to compare with")
    asked = parser.parse_args()
    if asked.peers:
        sys.path.append(str(asked.peers))
    for name in asked.names or ALL:
        ALL[name]()


if __name__ == "__main__":
    main()
