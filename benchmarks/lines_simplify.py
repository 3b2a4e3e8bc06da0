"""Accuracy of rough drawings made clean, and strokes left for a line; run by lines.py."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from nijigen import Picture
from nijigen.imaging.line_art.ink import line_art, lines_of
from nijigen.imaging.line_art.skeleton import skeleton
from nijigen.lines.rough import rough
from nijigen.lines.simplify import simplify
from nijigen_training.lines.extract.pool import FIRST_SEED, draw
from nijigen_training.lines.extract.score import best_f1, counts
from nijigen_training.lines.simplify.clean import drawings

LEAST = 0.85
SEEDS = range(FIRST_SEED - 100, FIRST_SEED - 50)
"""Characters that nothing was trained on, nor the best weights chosen by."""
BESIDE = 5
"""Distance in pixels from a line within which a stroke is one of its own."""
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
        print(f"{title} ({len(inks)}): F1, strokes for each line")
        print(f"{'pencil':>14} {'rough':>7} {'clean':>7} {'rough':>7} {'clean':>7}")
        rows = []
        for name, settings in PENCILS.items():
            pairs = [_scores(ink, settings, n) for n, ink in enumerate(inks)]
            rows.append(np.mean(pairs, axis=0))
            print(f"{name:>14} " + " ".join(f"{value:7.3f}" for value in rows[-1]), flush=True)
        own, made, doubled, single = np.mean(rows, axis=0).tolist()
        good &= made >= LEAST
        print(f"{'mean':>14} {own:7.3f} {made:7.3f} {doubled:7.3f} {single:7.3f}", end="")
        print(f"  (an F1 of at least {LEAST} wanted)")
        figures[f"{title}_f1"] = made
        figures[f"{title}_f1_of_roughs"] = own
    return figures, good


def _scores(
    ink: NDArray[np.uint8], settings: dict[str, Any], seed: int
) -> tuple[float, float, float, float]:
    """Return the F1 of a rough at its best threshold and of the clean page, and their strokes."""
    sketch = rough(Picture(255 - ink), seed=seed, **settings)
    truth = ink > 127
    gray = sketch.gray().pixels[:, :, 0].astype(np.float32) / 255
    if settings.get("paper") == "black":
        gray = 1 - gray
    page = simplify(sketch)
    assert isinstance(page, Picture)
    drawn = page.pixels[:, :, 0] < 128
    return (
        best_f1(counts(1 - gray, truth)),
        best_f1(counts(drawn.astype(np.float32), truth)),
        _strokes(lines_of(line_art(sketch).ink), truth),
        _strokes(drawn, truth),
    )


def _strokes(drawn: NDArray[np.bool_], truth: NDArray[np.bool_]) -> float:
    """Return the length of the strokes along true lines, relative to the lines that they draw."""
    one, two = skeleton(drawn), skeleton(truth)
    near_truth, near_drawn = (
        cv2.distanceTransform((~mask).view(np.uint8), cv2.DIST_L2, 5) <= BESIDE
        for mask in (two, one)
    )
    return float((one & near_truth).sum() / max((two & near_drawn).sum(), 1))
