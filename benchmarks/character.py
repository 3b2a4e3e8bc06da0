"""Complete training samples per second from generate.character; the target is 25.

    python benchmarks/character.py [--count 200] [--size 256] [--workers 2]

A sample is the drawing with its line art, flat colors, shade, highlight, normals, region labels,
parts, boxes, landmarks and tags. The clock starts with the first sample, when all processes are up.
"""

from __future__ import annotations

import argparse
import time
from itertools import count, islice

from nijigen.generate import stream

BAR = 25.0


def main() -> int:
    """Measure, print, and return 1 if the target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--size", type=int, default=256)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    samples = stream(count(), size=options.size, workers=options.workers)
    # Two warm-up batches per process: samples drawn while processes start do not count.
    warm = list(islice(samples, 16 * options.workers))
    start = time.perf_counter()
    drawn = sum(1 for _ in islice(samples, options.count))
    seconds = time.perf_counter() - start
    rate = drawn / seconds
    print(
        f"{drawn} samples of {options.size}×{options.size} by {options.workers} processes "
        f"after {len(warm)} to warm up: {rate:.1f} a second, {rate / BAR:.2f} of the bar of {BAR:g}"
    )
    return 0 if rate >= BAR else 1


if __name__ == "__main__":
    raise SystemExit(main())
