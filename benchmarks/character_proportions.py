"""Proportions of drawn faces, style by style, against those of real faces.

    python benchmarks/character_proportions.py [--count 3000] [--kinds 6]

fits clusters to the proportions of real faces and prints their centers, from which ``CENTERS`` was
taken, and writes a picture of faces near each center: look at it before giving them names.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import cv2
import numpy as np
from character_real import (
    FACES96_BOX,
    Floats,
    is_front,
    measures,
    reading,
    real_face,
    real_files,
)

from nijigen import Picture
from nijigen.faces._values import Box
from nijigen.generate import sample

NEAREST, SPREAD = 0.15, 0.8
"""Bars: Kolmogorov-Smirnov distance, and spread relative to the real one."""
# What faces are sorted by: typical deviation and weight; the eyes and the chin tell most.
_SORTED = {"eye_height": (0.065, 1.5), "eye_width": (0.042, 0.8), "chin_y": (0.11, 1.3),
           "mouth_y": (0.067, 1.0), "iris_width": (0.03, 0.8), "face_width": (0.075, 0.8),
           "jaw_width": (0.095, 0.8), "eye_tilt": (0.03, 0.6)}  # fmt: skip
# Centers of clusters of 1,870 front faces, in the order above and in units of the distance of the
# eyes; names were given by looking at the faces. Two are moe; chibi is too rare in this set.
CENTERS = {
    "moe": ((0.504, 0.590, 0.911, 0.617, 0.364, 1.844, 1.150, 0.016),
            (0.401, 0.542, 0.883, 0.592, 0.320, 1.783, 1.131, 0.008)),
    "shoujo": ((0.509, 0.621, 1.083, 0.714, 0.382, 1.887, 1.278, 0.035),),
    "shounen": ((0.370, 0.571, 1.162, 0.754, 0.332, 1.816, 1.300, 0.020),),
    "seinen": ((0.339, 0.530, 1.000, 0.666, 0.310, 1.773, 1.157, 0.011),),
    "nineties": ((0.420, 0.583, 1.005, 0.669, 0.346, 1.842, 1.186, 0.022),),
}  # fmt: skip
GIVEN = {"style_second": "none", "yaw": 0.0, "pitch": 0.0, "roll": 0.0, "glasses": "none",
         "expression": "neutral", "mouth": "neutral", "hair_front": "parted"}  # fmt: skip


def measure(count: int) -> list[str]:
    """Return lines of figures for ``count`` real faces, and a tenth as many drawn of each style."""
    found = real(count)
    names = list(found[0][1])
    table = np.array([list(one.values()) for _, one in found])
    owner = np.array([nearest(one) for _, one in found])
    lines = []
    for style in CENTERS:
        drawn = np.array([list(one.values()) for one in drawn_of(style, max(20, count // 10))])
        own = table[owner == style]
        far = [distance(own[:, k], drawn[:, k]) for k in range(len(names))]
        wide = [_spread(drawn[:, k]) / _spread(own[:, k]) for k in range(len(names))]
        good = sum(d <= NEAREST and w >= SPREAD for d, w in zip(far, wide, strict=True))
        lines.append(f"{style}: {good} of {len(names)} within both bars ({len(own)} real faces)")
        lines += [
            f"  {name:12} KS {far[k]:.2f}, spread {wide[k]:.2f}, "
            f"median {np.median(drawn[:, k]):.3f} of {np.median(own[:, k]):.3f}"
            for k, name in enumerate(names)
        ]
    return lines


def real(count: int) -> list[tuple[str, dict[str, float]]]:
    """Return names and proportions of the front faces among ``count`` real ones."""
    made = []
    for name in real_files(count):
        found = reading(real_face(name), FACES96_BOX)
        if is_front(found):
            made.append((name, measures(found)))
    return made


def drawn_of(style: str, count: int) -> list[dict[str, float]]:
    """Return the same of characters of a style, as the network sees them."""
    made = []
    for seed in range(count):
        one = sample(seed, size=256, given={**GIVEN, "style": style})
        # The size of faces96, so that the network errs alike.
        side = round(256 * 89 / (one.face_box[2] - one.face_box[0]))
        small = cv2.resize(one.rgb, (side, side), interpolation=cv2.INTER_AREA)
        found = reading(np.asarray(small, np.uint8), Box(*(v * side / 256 for v in one.face_box)))
        made.append(measures(found))
    return made


def nearest(one: dict[str, float]) -> str:
    """Return the style whose center is nearest."""
    return min(
        (sum(((one[n] - c) * w / s) ** 2 for (n, (s, w)), c in zip(_SORTED.items(), center,
         strict=True)), style) for style, centers in CENTERS.items() for center in centers
    )[1]  # fmt: skip


def distance(first: Floats, second: Floats) -> float:
    """Return the Kolmogorov-Smirnov distance of two samples."""
    both = np.sort(np.concatenate([first, second]))
    ranks = [np.searchsorted(np.sort(one), both, "right") / len(one) for one in (first, second)]
    return float(np.abs(ranks[0] - ranks[1]).max())


def _spread(values: Floats) -> float:
    """Return the spread between the 10th and the 90th percentile: a few readings are wrong."""
    low, high = np.percentile(values, (10, 90))
    return float(high - low)


def main() -> None:
    """Fit clusters and show them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=3000)
    parser.add_argument("--kinds", type=int, default=6)
    parser.add_argument("--output", type=Path, default=Path("clusters.png"))
    options = parser.parse_args()
    found = real(options.count)
    table = np.array([[one[name] for name in _SORTED] for _, one in found])
    low, high = np.percentile(table, (1, 99), axis=0)
    kept = ((table >= low) & (table <= high)).all(1)
    scales = np.array([weight / spread for spread, weight in _SORTED.values()])
    cv2.setRNGSeed(1)
    _, labels, _ = cv2.kmeans(
        (table[kept] * scales).astype(np.float32), options.kinds, None,
        (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 100, 1e-4), 20,
        cv2.KMEANS_PP_CENTERS,
    )  # fmt: skip
    names = [name for (name, _), keep in zip(found, kept, strict=True) if keep]
    rows = []
    for kind in range(options.kinds):
        own = table[kept][labels[:, 0] == kind]
        center = np.median(own, axis=0)
        print(len(own), dict(zip(_SORTED, center.round(3).tolist(), strict=True)))
        far = (((table[kept] - center) * scales) ** 2).sum(1)
        rows.append(np.hstack([real_face(names[index]) for index in far.argsort()[:20]]))
    Picture(np.vstack(rows)).save(options.output)


if __name__ == "__main__":
    main()
