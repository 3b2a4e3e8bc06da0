"""Measure the upscaling models, and write the figures into their cards.

The samples of this repository are downscaled by averaging and enlarged by the model's default
network; reported are the mean PSNR and its gain over Pillow's Lanczos. Clean downscaling favors
faithful networks over those trained to repaint, as their cards note.

    python benchmarks/cards.py [NAME ...]           print
    python benchmarks/cards.py --write [NAME ...]   write into the bundled cards
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import numpy as np

from nijigen import Picture, Run
from nijigen.imaging.resize import resize
from nijigen.imaging.rows import Rows
from nijigen.imaging.tiling import run_tiled
from nijigen.models.card import BUNDLED, CARD, card_names, load_card
from nijigen.models.session import open_session

SAMPLES = Path(__file__).parents[1] / "samples"
TILE = 128


def psnr(a: Picture, b: Picture) -> float:
    """Return the peak signal-to-noise ratio in dB."""
    error = ((a.pixels.astype(float) - b.pixels.astype(float)) ** 2).mean()
    return float(10 * np.log10(255**2 / error))


def measure(name: str) -> dict[str, float]:
    """Return the metrics of a model by their names on the card."""
    session = open_session(name)
    scale = session.geometry.scale
    gains, levels = [], []
    for path in sorted(SAMPLES.glob("*.png")):
        pixels = Picture.open(path).rgb().pixels
        sides = [side // (2 * scale) * 2 * scale for side in pixels.shape[:2]]
        truth = Picture(pixels[: sides[0], : sides[1]])
        small = resize(truth, (truth.width // scale, truth.height // scale), "box")
        rows = Rows.of(small.widened().pixels)
        made = run_tiled(session, rows, session.geometry, tile=TILE, run=Run()).whole()
        level = psnr(Picture(made).reduced(), truth)
        levels.append(level)
        gains.append(level - psnr(resize(small, truth.size), truth))
    return {
        f"psnr_{scale}x": round(float(np.mean(levels)), 2),
        f"gain_over_lanczos_{scale}x": round(float(np.mean(gains)), 2),
    }


def write(name: str, metrics: dict[str, float]) -> None:
    """Replace the metrics of a bundled card, at its end."""
    path = BUNDLED / name / CARD
    text = re.sub(r"\n\[metrics\..*", "", path.read_text("utf-8"), flags=re.DOTALL).rstrip()
    for metric, value in metrics.items():
        text += f'\n\n[metrics.{metric}]\nvalue = {value}\nunit = "dB"\n'
        text += f'command = "python benchmarks/cards.py {name}"'
    path.write_text(text + "\n", "utf-8")


def main() -> None:
    """Measure the named models, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", default=[])
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    for name in options.names or card_names():
        if load_card(name).task == "upscale":
            metrics = measure(name)
            print(name, " ".join(f"{metric} {value:.2f}" for metric, value in metrics.items()))
            if options.write:
                write(name, metrics)


if __name__ == "__main__":
    main()
