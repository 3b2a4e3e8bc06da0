"""Accuracy of rough drawings made clean; run by lines.py."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nijigen import Picture
from nijigen.lines.rough import rough
from nijigen.lines.simplify import simplify
from nijigen_training.lines.extract.pool import FIRST_SEED, draw
from nijigen_training.lines.extract.score import best_f1, counts
from nijigen_training.lines.simplify.clean import drawings

LEAST = 0.85
SEEDS = range(FIRST_SEED - 100, FIRST_SEED - 50)
"""Characters that nothing was trained on, nor the best weights chosen by."""
PENCILS: dict[str, dict[str, Any]] = {
    "careful": {"strokes": 1.5, "jitter": 0.3, "overshoot": 1.5, "construction": 0.2},
    "usual": {"strokes": 2.5, "jitter": 0.6, "overshoot": 3.0, "paper": "gray", "smudges": 0.6},
    "wild": {"strokes": 3.5, "jitter": 0.9, "overshoot": 5.0, "construction": 0.9, "length": 22},
    "photographed": {"shadow": 0.9, "paper": "cream", "smudges": 0.8, "pressure": 0.5},
    "notebook": {"paper": "squared", "pencil": "#3c5ac8", "pressure": 0.8},
    "on black": {"paper": "black", "pressure": 0.8},
}


def tell_simplify(characters: int) -> tuple[dict[str, float], bool]:
    """Print F1 of roughs and of what was made of them; return it, and whether it is enough."""
    clean = [draw(seed) for seed in SEEDS[:characters]]
    sets = {
        "characters": [np.maximum(maps.contour, maps.interior) for maps in clean],
        "drawings": list(drawings("held_out")),
    }
    figures, good = {}, True
    for title, inks in sets.items():
        print(f"{title} ({len(inks)})\n{'pencil':>14} {'rough':>7} {'clean':>7}")
        before, after = [], []
        for name, settings in PENCILS.items():
            pairs = [_scores(ink, settings, n) for n, ink in enumerate(inks)]
            own, made = (float(np.mean(column)) for column in zip(*pairs, strict=True))
            before.append(own)
            after.append(made)
            print(f"{name:>14} {own:7.3f} {made:7.3f}", flush=True)
        own, made = float(np.mean(before)), float(np.mean(after))
        good &= made >= LEAST
        print(f"{'mean':>14} {own:7.3f} {made:7.3f}  (at least {LEAST} wanted)")
        figures[f"{title}_f1"] = made
        figures[f"{title}_f1_of_roughs"] = own
    return figures, good


def _scores(ink: NDArray[np.uint8], settings: dict[str, Any], seed: int) -> tuple[float, float]:
    """Return the F1 of a rough at its best threshold, and of the clean page as it is."""
    sketch = rough(Picture(255 - ink), seed=seed, **settings)
    truth = ink > 127
    gray = sketch.gray().pixels[:, :, 0].astype(np.float32) / 255
    if settings.get("paper") == "black":
        gray = 1 - gray
    page = simplify(sketch)
    assert isinstance(page, Picture)
    drawn = (page.pixels[:, :, 0] < 128).astype(np.float32)
    return best_f1(counts(1 - gray, truth)), best_f1(counts(drawn, truth))
