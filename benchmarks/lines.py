"""Measure line art: how well it is taken out of pictures, and what it costs.

    python benchmarks/lines.py [lines-extract|lines-simplify|speed|loop|hed …] [--write]

lines-extract: F1 of pixels within two pixels of each other, each method at its own best threshold,
on generated characters that were never trained on, in dark areas of these, on line art by artists
that was colored (``lineart`` s23 to s30 of ../shared/data), and on real pairs kept aside: s43 to
s47 and the animation sequence ``laughing_girl``. False ink is what a method draws, at that
threshold, farther than four pixels from any line. Peers: the high-pass of sketchKeras'
preprocessing, XDoG, flow DoG, Canny.

lines-simplify: F1 of rough drawings, made with six pencils and papers of characters and drawings
that were not trained on, and of the clean lines made of them; and how long the strokes along true
lines are, relative to these: 1 is a single line, of two side by side it is 2.

speed: CPU seconds of the network, against those of waifu2x upconv_7 for the same input pixels.

loop: lines out of 24 colored drawings, colored again by color.flat with hints sampled from them.

hed: the same for HED, on the characters only, where it is installed: see lines_hed.py.

--write writes the figures of a model into its card.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from lines_extract import tell_extract, tell_hed, tell_speed
from lines_loop import tell_loop
from lines_simplify import tell_simplify

from nijigen.models.card import BUNDLED, Metric
from nijigen_training.card import write_metrics

CHARACTERS = 24
Tell = Callable[[int], tuple[dict[str, float], bool]]
MODELS: dict[str, Tell] = {"lines-extract": tell_extract, "lines-simplify": tell_simplify}
OTHERS = {"speed": tell_speed, "loop": tell_loop, "hed": tell_hed}


def measure(name: str) -> dict[str, float]:
    """Return the metrics of a model by their names on the card."""
    figures, _ = MODELS[name](CHARACTERS)
    return {metric: round(value, 4) for metric, value in figures.items()}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="*", help="by default all")
    parser.add_argument("--write", action="store_true", help="write figures to the models' cards")
    given = parser.parse_args()
    reached = [tell() for name, tell in OTHERS.items() if name in (given.what or OTHERS)]
    for name in given.what or MODELS:
        if name in MODELS:
            figures, good = MODELS[name](CHARACTERS)
            reached.append(good)
            if given.write:
                command = f"python benchmarks/lines.py {name}"
                metrics = {
                    metric: Metric(value=round(value, 4), command=command)
                    for metric, value in figures.items()
                }
                write_metrics(Path(str(BUNDLED)) / name, metrics)
    return 0 if all(reached) else 1


if __name__ == "__main__":
    raise SystemExit(main())
