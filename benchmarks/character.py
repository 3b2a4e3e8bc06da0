"""Characters: how fast they are drawn, and how near they are to real drawings.

    python benchmarks/character.py [PART ...] [--count N]

Parts, by default all but the slow ``distance``:

- ``speed``: complete training samples per second; the target is 25. A sample is the drawing with
  its line art, flat colors, shade, highlight, normals, region labels, parts, boxes, landmarks and
  tags. The clock starts with the first sample, when all processes are up.
- ``engine``: how many the LBP cascade finds, which learned from real anime faces.
- ``proportions``: of each style against those of real faces.
- ``distance``: Fréchet distance to real faces, against that of an earlier revision.

``--count`` is the number of samples, characters or faces of each part. Real pictures are in
../shared/data. ``character_rolls.py`` looks for stray shapes and for what does not go together.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from itertools import count, islice

import character_distance
import character_engine
import character_proportions

from nijigen.generate import stream
from nijigen.models.session import set_threads

BAR = 25.0
SIZE, WORKERS = 256, 2


def measure_speed(samples: int) -> list[str]:
    """Return how many samples are drawn in a second."""
    drawing = stream(count(), size=SIZE, workers=WORKERS)
    # Two warm-up batches per process: samples drawn while processes start do not count.
    warm = len(list(islice(drawing, 16 * WORKERS)))
    start = time.perf_counter()
    drawn = sum(1 for _ in islice(drawing, samples))
    rate = drawn / (time.perf_counter() - start)
    return [
        f"{drawn} samples of {SIZE}×{SIZE} by {WORKERS} processes after {warm} to warm up: "
        f"{rate:.1f} a second, {rate / BAR:.2f} of the bar of {BAR:g}"
    ]


PARTS: dict[str, tuple[Callable[[int], list[str]], int]] = {
    "speed": (measure_speed, 200),
    "engine": (character_engine.measure, 600),
    "proportions": (character_proportions.measure, 3000),
    "distance": (character_distance.measure, 5000),
}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("part", nargs="*", help=", ".join(PARTS))
    parser.add_argument("--count", type=int)
    options = parser.parse_args()
    if unknown := set(options.part) - set(PARTS):
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    # Small faces one by one: more threads only wait for each other.
    set_threads(1)
    os.environ.setdefault("NIJIGEN_CASCADE", str(character_engine.CASCADE))
    for part in options.part or [name for name in PARTS if name != "distance"]:
        run, usual = PARTS[part]
        print("\n".join(run(options.count or usual)), flush=True)


if __name__ == "__main__":
    main()
