"""Draw the pictures of characters in docs: `python docs/character_pictures.py`.

To be run, and looked at, whenever characters are drawn in another way.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from nijigen import Picture, Run, get
from nijigen.cli.demo_colors import color_lines
from nijigen.generate._character.traits.parameters import CHOICES

PICTURES = Path(__file__).parent / "pictures"
SIDE = 144
KINDS: list[tuple[int, dict[str, Any]]] = [
    (2000, {"femininity": 0.05}),
    (2100, {"age": "elderly"}),
    (2200, {"age": "child"}),
    (2300, {"skin": "#6b4226"}),
    (2400, {"maturity": 0.0}),
    (2510, {"yaw": -33.0}),
]
"""First seed of a row, and what all in it share."""
POSE: dict[str, Any] = {
    "framing": "face",
    "background": "plain",
    "headwear": "none",
    "glasses": "none",
    "yaw": 8.0,
    "pitch": 0.0,
    "roll": 0.0,
    "skin": "#fde0cb",
    "hair_coloring": "plain",
}
FACES: list[tuple[int, dict[str, Any]]] = [
    (2601, {"femininity": 0.95, "age": "teen"}),
    (2602, {"femininity": 0.05, "age": "adult", "beard": "none"}),
]
RENDERINGS = ("color", "flat", "lines", "pencil", "manga", "gray")


def one(seed: int, settings: Mapping[str, Any], side: int = SIDE) -> np.ndarray:
    """Return a character as RGB pixels ``(side, side, 3)``."""
    drawn = get("generate.character")(seed=seed, width=side, height=side, **settings)
    return np.asarray(drawn.rgb().pixels)


def save(name: str, tiles: list[np.ndarray], columns: int) -> None:
    """Write tiles row by row as one picture."""
    rows = [np.hstack(tiles[n : n + columns]) for n in range(0, len(tiles), columns)]
    Image.fromarray(np.vstack(rows)).save(PICTURES / f"{name}.webp", quality=62, method=6)


def coloring() -> None:
    """Show the steps of the demo's coloring side by side."""
    with tempfile.TemporaryDirectory() as folder:
        files = [step.file for step in color_lines(Path(folder), Run())[:4]]
        steps = [Picture.open(Path(folder) / file).rgb().pil() for file in files]
        steps = [step.resize((400, 400), Image.Resampling.LANCZOS) for step in steps]
    save("coloring", [np.asarray(step) for step in steps], len(steps))


def main() -> None:
    """Draw all."""
    coloring()
    moods = CHOICES["expression"]
    save("characters", [one(seed, {}) for seed in range(100)], 10)
    kinds = [one(first + n, given) for first, given in KINDS for n in range(8)]
    save("characters-kinds", kinds, 8)
    styles = [
        one(2700 + n, {"style": style, "framing": "bust"})
        for style in CHOICES["style"]
        for n in range(8)
    ]
    save("characters-styles", styles, 8)
    faces = [
        one(seed, {**POSE, **given, "expression": mood}, 120)
        for seed, given in FACES
        for mood in moods
    ]
    save("characters-moods", faces, len(moods) // 2)
    ways = [one(seed, {"rendering": way}, 192) for seed in (3, 38) for way in RENDERINGS]
    save("characters-renderings", ways, len(RENDERINGS))


if __name__ == "__main__":
    main()
