"""Measure line art: how well it is taken out of pictures, and what it costs.

    python benchmarks/lines.py [extract|speed|simplify …] [--characters 24] [--write]

extract: F1 of pixels within two pixels of each other, each method at its own best threshold, on
generated characters that were never trained on, in dark areas of these, and on real pairs kept
aside: ``lineart`` s43 to s47 and the animation sequence ``laughing_girl`` of ../shared/data. False
ink is what a method draws, at that threshold, farther than four pixels from any line. Peers: the
high-pass of sketchKeras' preprocessing, XDoG, flow DoG, Canny.

simplify: F1 of rough drawings, made with six pencils and papers of characters and drawings that
were not trained on, and of the clean lines made of them.

speed: CPU seconds of the network, against those of waifu2x upconv_7 for the same input pixels.

loop: lines out of 24 colored drawings, colored again by color.flat with hints sampled from them.
"""

from __future__ import annotations

import argparse

from lines_extract import tell_extract, tell_speed
from lines_loop import tell_loop
from lines_simplify import tell_simplify


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="*", help="sections; by default all")
    parser.add_argument("--characters", type=int, default=24)
    parser.add_argument("--write", action="store_true", help="write the figures to the card")
    given = parser.parse_args()
    sections = {
        "extract": lambda: tell_extract(given.characters, given.write),
        "speed": tell_speed,
        "loop": tell_loop,
        "simplify": lambda: tell_simplify(given.characters, given.write),
    }
    good = [measure() for name, measure in sections.items() if name in (given.what or sections)]
    return 0 if all(good) else 1


if __name__ == "__main__":
    raise SystemExit(main())
