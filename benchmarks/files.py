"""Speed of opening and saving a picture of 12 megapixels, against Pillow and psd-tools, in one run.

Both sides of a pair work in turn in one process, over several rounds, so that load on the machine
affects both alike. It counts CPU seconds (user and system); a ratio is the median of the ratios
round by round, below 1 where Nijigen is faster. Both sides open to numpy arrays and save from them.
Pillow has the quality that is our default; its other options are its own defaults.

    python benchmarks/files.py [--rounds 5] [--only png] [--pictures FOLDER]
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from itertools import cycle
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from nijigen import Picture
from nijigen.core.artwork import Artwork, Layer
from nijigen.imaging import files

ROOT = Path(__file__).parents[1]
PICTURES = ROOT.parent / "shared" / "data" / "backgrounds"
WIDTH, HEIGHT, BAND = 4000, 3000, 500
Work = Callable[[], object]

SAVED: dict[str, dict[str, Any]] = {
    "png": {},
    "jpeg": {"quality": 92, "subsampling": "4:4:4"},
    "webp": {"quality": 90},
}
"""Pillow's options that give the quality of our defaults."""


def sheet(folder: Path) -> Picture:
    """Return 12 megapixels of drawings side by side, in bands."""
    kinds = {".png", ".webp", ".jpg"}
    paths = [path for path in sorted(folder.rglob("*")) if path.suffix in kinds]
    pixels = np.full((HEIGHT, WIDTH, 3), 255, np.uint8)
    left, top = 0, 0
    for path in cycle(paths or sorted((ROOT / "samples").glob("*.png"))):
        part = Picture.open(path).rgb().pixels[:BAND, : WIDTH - left]
        pixels[top : top + part.shape[0], left : left + part.shape[1]] = part
        left += part.shape[1]
        if left == WIDTH:
            left, top = 0, top + BAND
        if top >= HEIGHT:
            return Picture(pixels)
    raise AssertionError("the paths never end")


def layered(picture: Picture) -> Artwork:
    """Return the picture below a copy of it that is transparent around a disk."""
    down, across = np.ogrid[:HEIGHT, :WIDTH]
    inside = (down - HEIGHT / 2) ** 2 + (across - WIDTH / 2) ** 2 < (HEIGHT / 3) ** 2
    alpha = np.where(inside, 255, 0).astype(np.uint8)
    above = Picture(np.dstack([picture.pixels, alpha]))
    layers = (Layer("below", picture), Layer("above", above, blend="multiply", opacity=0.5))
    return Artwork(picture.size, layers)


def pairs(picture: Picture, folder: Path) -> dict[str, tuple[Work, Work]]:
    """Return what is done by us and by the peer, by name."""
    found: dict[str, tuple[Work, Work]] = {}
    for kind, options in SAVED.items():
        path, other = folder / f"ours.{kind}", folder / f"pillow.{kind}"
        picture.pil().save(other, **options)
        found[f"{kind} open, Pillow"] = (
            lambda path=other: files.read(path),  # type: ignore[misc]
            lambda path=other: np.asarray(Image.open(path)),  # type: ignore[misc]
        )
        found[f"{kind} save, Pillow"] = (
            lambda path=path: files.write(picture, path),  # type: ignore[misc]
            lambda path=other, options=options: picture.pil().save(path, **options),  # type: ignore[misc]
        )
    return found | psd_pairs(picture, folder)


def psd_pairs(picture: Picture, folder: Path) -> dict[str, tuple[Work, Work]]:
    """Return the same for documents of two layers, with psd-tools."""
    from psd_tools import PSDImage
    from psd_tools.constants import BlendMode

    artwork, path = layered(picture), folder / "layers.psd"
    files.write(artwork, path)
    layers = [layer.pixels.pil() for _, layer in artwork.leaves()]

    def peer_layers() -> object:
        return [layer.numpy() for layer in PSDImage.open(path)]

    def peer_save() -> None:
        document = PSDImage.new("RGB", picture.size)
        for index, layer in enumerate(layers):
            made = document.create_pixel_layer(layer, name=f"layer {index}")
            made.blend_mode = BlendMode.MULTIPLY if index else BlendMode.NORMAL
        document.save(folder / "peer.psd")

    return {
        "psd layers, psd-tools": (lambda: files.read(path), peer_layers),
        "psd flattened, psd-tools": (
            lambda: files.read_picture(path),
            lambda: PSDImage.open(path).composite(force=True),
        ),
        "psd save, psd-tools": (lambda: files.write(artwork, folder / "ours.psd"), peer_save),
    }


def cpu_seconds(work: Work) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="", help="only pairs whose name contains this")
    parser.add_argument("--pictures", type=Path, default=PICTURES)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = pairs(sheet(options.pictures), Path(folder))
        print(f"{'':26} {'ours, s':>8} {'peer, s':>8} {'ratio':>6}")
        for name, works in found.items():
            if options.only not in name:
                continue
            rounds = [tuple(map(cpu_seconds, works)) for _ in range(options.rounds)]
            ours, peer = (statistics.median(row[side] for row in rounds) for side in (0, 1))
            ratios = [row[0] / row[1] for row in rounds]
            low, high = min(ratios), max(ratios)
            middle = statistics.median(ratios)
            print(f"{name:26} {ours:8.2f} {peer:8.2f} {middle:6.2f}  ({low:.2f} to {high:.2f})")
        print(f"\n{len(found)} pairs, {WIDTH}×{HEIGHT} RGB, {options.rounds} rounds")


if __name__ == "__main__":
    main()
