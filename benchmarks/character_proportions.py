"""True proportions of drawn faces, style by style, against those of real faces.

Of real faces there is only what the landmark network reads; its errors, which are known on drawn
faces, are taken out of it.

    python benchmarks/character_proportions.py [--count 3000] [--kinds 6]

fits clusters to the proportions of real faces and prints their centers, from which ``CENTERS`` was
taken, and writes a picture of faces near each center: look at it before giving them names.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count as count_from
from itertools import islice
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
from nijigen.core.landmarks import LANDMARKS
from nijigen.faces._values import Box
from nijigen.generate import sample
from nijigen.generate._character.figure import figure
from nijigen.generate._character.traits.parameters import traits

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
CALIBRATED = 220
"""Drawn faces on which the landmark network is compared with the truth."""


@dataclass(frozen=True)
class Calibration:
    """How the landmark network errs, learned from drawn faces of which the truth is known.

    It reads mouths too wide, chins too high, and everything nearer to the mean than it is: of real
    drawings with exact layers (``sprites/nova``) it errs alike. Where a cluster is, is corrected by
    the median error; how wide it is, by the share of the true spread that the network sees. A line
    through readings and truth would be extrapolated far beyond the drawn faces: to mouths of a
    negative width.
    """

    bias: Floats
    stretch: Floats

    def corrected(self, readings: Floats) -> Floats:
        """Return what the faces of one cluster measure, ``(n, measures)``, by their readings."""
        middle = np.median(readings, axis=0)
        true: Floats = middle - self.bias + self.stretch * (readings - middle)
        return true


def measure(count: int) -> list[str]:
    """Return lines of figures for ``count`` real faces, and a tenth as many drawn of each style."""
    found = real(count)
    names = list(found[0][1])
    table = np.array([list(one.values()) for _, one in found])
    owner = np.array([nearest(one) for _, one in found])
    network = calibration()
    lines = [
        "the network on drawn faces: "
        + ", ".join(f"{name} {bias:+.3f} ×{1 / wide:.2f}" for name, bias, wide in zip(
            names, network.bias, network.stretch, strict=True))
    ]  # fmt: skip
    total = 0
    for style in CENTERS:
        drawn = np.array([list(one.values()) for one in drawn_of(style, max(20, count // 10))])
        own = network.corrected(table[owner == style])
        far = [distance(own[:, k], drawn[:, k]) for k in range(len(names))]
        wide = [_spread(drawn[:, k]) / _spread(own[:, k]) for k in range(len(names))]
        good = sum(d <= NEAREST and w >= SPREAD for d, w in zip(far, wide, strict=True))
        total += good
        lines.append(f"{style}: {good} of {len(names)} within both bars ({len(own)} real faces)")
        lines += [
            f"  {name:12} KS {far[k]:.2f}, spread {wide[k]:.2f}, "
            f"median {np.median(drawn[:, k]):.3f} of {np.median(own[:, k]):.3f}"
            for k, name in enumerate(names)
        ]
    return [*lines, f"{total} of {len(CENTERS) * len(names)} measures within both bars"]


def real(count: int) -> list[tuple[str, dict[str, float]]]:
    """Return names and proportions of the front faces among ``count`` real ones."""
    made = []
    for name in real_files(count):
        found = reading(real_face(name), FACES96_BOX)
        if is_front(found):
            made.append((name, measures(found.points)))
    return made


def drawn_of(style: str, count: int) -> list[dict[str, float]]:
    """Return the true proportions of characters of a style, in any expression, seen from front."""
    made: list[dict[str, float]] = []
    for seed in islice(_front(style), count):
        scene = figure(traits(seed, {"style": style, "style_second": "none"}))[0]
        marks = {mark.name: mark for mark in scene.landmarks}
        made.append(measures(np.array([(marks[n].x, marks[n].y) for n in LANDMARKS])))
    return made


def calibration() -> Calibration:
    """Return how the network errs on drawn faces of the size of faces96."""
    read, true = [], []
    for number, style in enumerate(CENTERS):
        for seed in islice(_front(style, 7000 + 1000 * number), CALIBRATED // len(CENTERS)):
            one = sample(seed, size=256, given={"style": style, "style_second": "none"})
            side = round(256 * 89 / (one.face_box[2] - one.face_box[0]))
            small = cv2.resize(one.rgb, (side, side), interpolation=cv2.INTER_AREA)
            box = Box(*(v * side / 256 for v in one.face_box))
            found = reading(np.asarray(small, np.uint8), box)
            if is_front(found):
                read.append(list(measures(found.points).values()))
                true.append(list(measures(one.landmarks).values()))
    readings, truth = np.array(read), np.array(true)
    stretch = [_spread(truth[:, k]) / _spread(readings[:, k]) for k in range(truth.shape[1])]
    return Calibration(np.median(readings - truth, axis=0), np.array(stretch))


def _front(style: str, first: int = 0) -> Iterator[int]:
    """Yield seeds of characters who would count as front faces if they were real."""
    for seed in count_from(first):
        who = traits(seed, {"style": style, "style_second": "none"})
        if (
            abs(who.pose.yaw) < 12
            and min(who.expression.open_left, who.expression.open_right) > 0.75
        ):
            yield seed


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
