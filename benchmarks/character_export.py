"""How far files of a character depart from its PNG: flattened PSD and ORA, rasterized SVG.

    python benchmarks/character_export.py [--count 200] [--size 256]

Each file is saved and opened again: the PSD by psd-tools, the ORA and the SVG by this project. The
share of pixels that depart by more than 8 of 255 must be under 0.0005 for PSD and ORA. Edges of an
SVG are anti-aliased by its viewer: a pixel of it departs if it is outside of the range of the same
3×3 pixels of the PNG, and the other way round. Lines thinner than a pixel are anti-aliased in yet
another way, pixel by pixel: ``svg beyond single pixels`` counts what is at least two pixels wide.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from nijigen import Artwork, Picture, get

BAR = 0.0005
_NEAR = np.ones((3, 3), np.uint8)


def off(first: NDArray[Any], second: NDArray[Any]) -> NDArray[Any]:
    """Return the largest difference of the channels of each pixel."""
    far: NDArray[Any] = np.abs(first.astype(int) - second).max(axis=2)
    return far


def beyond_edges(first: NDArray[Any], second: NDArray[Any]) -> NDArray[Any]:
    """Return how far each pixel is outside of the range of its neighborhood in the other."""
    far = []
    for here, there in ((first, second), (second, first)):
        low, high = cv2.erode(there, _NEAR).astype(int), cv2.dilate(there, _NEAR).astype(int)
        far.append(np.maximum(low - here, here - high).max(axis=2))
    most: NDArray[Any] = np.maximum(*far).clip(0)
    return most


def departures(seed: int, size: int, folder: Path, **given: Any) -> dict[str, NDArray[Any]]:
    """Return how far each kind of file departs from the PNG, for each pixel."""
    drawing = get("generate.character")(seed=seed, width=size, height=size, **given)
    png = drawing.rgb().pixels
    made = {}
    drawing.save(folder / "girl.psd")
    from psd_tools import PSDImage

    shown = PSDImage.open(folder / "girl.psd").composite(force=True)
    made["psd"] = off(png, np.asarray(shown.convert("RGB")))
    drawing.save(folder / "girl.ora")
    made["ora"] = off(png, Artwork.open(folder / "girl.ora").flatten().rgb().pixels)
    drawing.save(folder / "girl.svg")
    vectors = Picture.open(folder / "girl.svg").rgb().pixels
    made["svg"] = off(png, vectors)
    beyond = beyond_edges(np.ascontiguousarray(png), vectors)
    made["svg beyond edges"] = beyond
    # A gray opening: what is left of departures in each square of two pixels.
    opened = cv2.morphologyEx(beyond.astype(np.uint8), cv2.MORPH_OPEN, np.ones((2, 2), np.uint8))
    made["svg beyond single pixels"] = opened
    return made


def main() -> int:
    """Measure, print, and return 1 if a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--size", type=int, default=256)
    options = parser.parse_args()
    found: dict[str, list[tuple[float, float, int]]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(options.count):
            each = departures(seed, options.size, Path(folder), background="gradient")
            for kind, far in each.items():
                shares = float((far > 3).mean()), float((far > 8).mean()), int(far.max())
                found.setdefault(kind, []).append(shares)
    for kind, rows in found.items():
        over3, over8, most = (np.array(column) for column in zip(*rows, strict=True))
        print(
            f"{kind}: over 3 {over3.mean():.6f}, over 8 {over8.mean():.6f} "
            f"(worst picture {over8.max():.6f}), largest {most.max()}"
        )
    exact = [row[1] for kind in ("psd", "ora") for row in found[kind]]
    return 0 if max(exact) < BAR else 1


if __name__ == "__main__":
    raise SystemExit(main())
