"""Accuracy and speed of dividing line art into regions, compared with plain fills.

    python benchmarks/color.py [regions|hints|speed|normals|shading …] [--count 200]
        [--first 2000] [--size 512]

regions: characters of generate.character as black lines. The exact ground truth is the map of
fills: touching parts of one kind (hair, face, ear, each piece of cloth …) are one fill; parts drawn
as solid ink (brows, lashes, pupils) belong to the adjacent fill. The true borders are the pixels
where two fills meet along a drawn line (ink within 2 px before erasing); borders inside solid black
thicker than 8 px are invisible and do not count.
1 to 3 % of the length of all lines is erased in gaps of 4 to 12 px, determined by a seed.

- Recall: fraction of true borders, including erased ones, with a found border within 2 px.
- Precision: fraction of found borders within 2 px of a true one. Found borders along a drawn line
  that separates no fills (a lock of hair, a fold) count as neither right nor wrong.
  "strict" counts them as wrong.
- A gap on a true border leaks if the two fills next to it are one region within 6 px of it,
  each with at least 20 px of paper there, and were separate before erasing according to a plain
  flood fill.

hints: see color_hints.py.
normals, shading: see color_shading.py.

Compared methods, in the same run on the same pictures: a plain flood fill, and a trapped ball
alone (Zhang et al. 2009) whose largest ball has the size of the gaps.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import cv2
import numpy as np
from color_hints import tell_hints
from color_pages import Page, Path, page
from color_shading import tell_normals, tell_shading
from numpy.typing import NDArray

from nijigen.color._regions.regions import lines_of, regions_of
from nijigen.core.picture import Picture
from nijigen.generate import sample
from nijigen.imaging.line_art.graph import grown
from nijigen.imaging.line_art.ink import line_art

BAR_F1, BAR_LEAKS, BAR_SECONDS = 0.95, 1.0, 0.7
NEAR = 2
"""Pixels of tolerance."""
SOLID = 4.0
"""Half the thickness in pixels from which ink is an area, not a line with a border inside."""
SIDE = 20
"""Pixels of paper, of 169, that a fill must have next to a gap: less is a sliver between lines."""
Labels = NDArray[np.int32]
Mask = NDArray[np.bool_]
Bytes = NDArray[np.uint8]


def border(labels: Labels) -> Mask:
    """Return the pixels adjacent to another region, on one of the two sides."""
    edge = np.zeros(labels.shape, np.bool_)
    edge[:, :-1] |= labels[:, :-1] != labels[:, 1:]
    edge[:-1] |= labels[:-1] != labels[1:]
    return edge


def near(mask: Mask, reach: float = NEAR) -> Mask:
    """Return everything within some pixels of a mask."""
    if not mask.any():
        return mask
    return np.asarray(cv2.distanceTransform((~mask).view(np.uint8), cv2.DIST_L2, 5) <= reach)


@dataclass
class Score:
    """Counts over all pages."""

    true: int = 0
    reached: int = 0
    found: int = 0
    right: int = 0
    drawn: int = 0
    gaps: int = 0
    leaks: int = 0
    regions: list[int] = field(default_factory=list)
    fills: list[int] = field(default_factory=list)

    def add(self, one: Page, labels: Labels) -> None:
        """Count one page."""
        mask = one.whole >= 100
        half = cv2.distanceTransform(mask.view(np.uint8), cv2.DIST_L2, 5)
        lined = near(mask) & ~near(half > SOLID, SOLID)
        true = border(one.fills) & lined
        found = border(labels) & ~near(half > SOLID, SOLID)
        close = near(true)
        as_drawn = found & ~close & near((one.whole >= 100) & ~near(true, 3), 1.5)
        self.true += int(true.sum())
        self.reached += int((true & near(found)).sum())
        self.found += int(found.sum())
        self.right += int((found & close).sum())
        self.drawn += int(as_drawn.sum())
        plain = flood(one.whole)
        for path in one.gaps:
            leaks = leak(path, one, labels, plain)
            if leaks is not None:
                self.gaps += 1
                self.leaks += leaks
        self.regions.append(int(labels.max()) + 1)
        self.fills.append(len(np.unique(one.fills)))

    @property
    def strict(self) -> float:
        """F1 with what is drawn inside fills counted as wrong."""
        return _f1(self.right / max(1, self.found), self.reached / self.true)

    @property
    def f1(self) -> float:
        """F1 of borders."""
        return _f1(self.right / max(1, self.found - self.drawn), self.reached / self.true)

    @property
    def leaks_in_20(self) -> float:
        """Leaks for every 20 gaps."""
        return 20 * self.leaks / max(1, self.gaps)


def _f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / max(1e-9, precision + recall)


def leak(path: Path, one: Page, labels: Labels, plain: Labels) -> bool | None:
    """Return whether two fills became one region at a gap; None if there were not two."""
    y, x = path[len(path) // 2]
    top, left = max(0, y - 6), max(0, x - 6)
    box = (slice(top, y + 7), slice(left, x + 7))
    paper = one.whole[box] < 100
    fills = one.fills[box]
    middle = fills[path[:, 0].clip(top, y + 6) - top, path[:, 1].clip(left, x + 6) - left]
    sides = [
        fill for fill in np.unique(fills[paper]).tolist() if (fills[paper] == fill).sum() >= SIDE
    ]
    if len(sides) < 2 or not len(middle):
        return None
    # The two fills whose border the gap is on.
    on = [fill for fill in sides if near(fills == fill, 3)[y - top, x - left]]
    if len(on) != 2:
        return None
    rooms = [_main(plain[box], paper & (fills == fill)) for fill in on]
    if rooms[0] == rooms[1]:
        return None
    return _main(labels[box], paper & (fills == on[0])) == _main(
        labels[box], paper & (fills == on[1])
    )


def _main(labels: Labels, where: Mask) -> int:
    return int(np.bincount(labels[where]).argmax())


def flood(ink: Bytes) -> Labels:
    """The simplest baseline: connected paper, lines split along their middle."""
    _, parts = cv2.connectedComponents((~lines_of(ink)).view(np.uint8), connectivity=4)
    return grown(parts.astype(np.int32)) - 1


def trapped_ball(ink: Bytes) -> Labels:
    """A baseline: balls of 6, 4, 3, 2 and 1 px fill what they reach, then the rest is assigned."""
    left = (~lines_of(ink)).astype(np.uint8)
    labels = np.zeros(ink.shape, np.int32)
    for radius in (6, 4, 3, 2, 1, 0):
        ball = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
        _, parts = cv2.connectedComponents(cv2.erode(left, ball), connectivity=4)
        reached = cv2.dilate(parts.astype(np.float32), ball).astype(np.int32) * left
        area = np.bincount(reached.ravel())
        big = area > (0 if radius else 3)
        new = (reached > 0) & big[reached]
        labels[new] = reached[new] + labels.max()
        left[new] = 0
    return grown(labels) - 1


def ours(ink: Bytes) -> Labels:
    """Our method on the picture, with default settings."""
    return regions_of(line_art(Picture((255 - ink)[:, :, None]))).labels


METHODS: dict[str, Callable[[Bytes], Labels]] = {
    "ours": ours,
    "flood fill": flood,
    "trapped ball": trapped_ball,
}


def tell_regions(seeds: range, size: int) -> bool:
    """Measure borders and leaks; return whether the targets are reached."""
    scores = {name: Score() for name in METHODS}
    seconds = dict.fromkeys(METHODS, 0.0)
    for seed in seeds:
        one = page(seed, size)
        for name, method in METHODS.items():
            start = time.perf_counter()
            labels = method(one.ink)
            seconds[name] += time.perf_counter() - start
            scores[name].add(one, labels)
    print(f"regions of {len(seeds)} characters of {size}×{size} with gaps of 4 to 12 px:")
    for name, score in scores.items():
        print(
            f"  {name:12} F1 {score.f1:.4f} (strict {score.strict:.4f}; recall "
            f"{score.reached / score.true:.4f}), leaks in 20 gaps {score.leaks_in_20:.2f} "
            f"of {score.gaps}, regions {np.median(score.regions):.0f} of "
            f"{np.median(score.fills):.0f} fills, {seconds[name] / len(seeds) * 1000:.0f} ms"
        )
    mine = scores["ours"]
    for name in ("flood fill", "trapped ball"):
        peer = scores[name]
        print(
            f"  against {name}: errors of borders {(1 - mine.f1) / (1 - peer.f1):.2f} times, "
            f"leaks {mine.leaks_in_20 / max(peer.leaks_in_20, 1e-9):.2f} times"
        )
    return mine.f1 >= BAR_F1 and mine.leaks_in_20 <= BAR_LEAKS


def tell_speed() -> bool:
    """Time the regions of a page of 1024×1024 on one core."""
    cv2.setNumThreads(1)
    times: dict[str, list[float]] = {name: [] for name in METHODS}
    for seed in range(6):
        ink = sample(seed, size=1024).lines
        for name, method in METHODS.items():
            start = time.perf_counter()
            method(ink)
            times[name].append(time.perf_counter() - start)
    mine = float(np.median(times["ours"]))
    print(f"speed of regions at 1024×1024 on one core: {mine:.2f} s, bar {BAR_SECONDS} s")
    for name in ("flood fill", "trapped ball"):
        print(f"  {mine / float(np.median(times[name])):.2f} times the {name}")
    return mine <= BAR_SECONDS


def main() -> int:
    """Run the requested sections; return 1 if a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="*", help="sections; all by default")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument(
        "--first", type=int, default=2000, help="first seed; tuning used lower ones"
    )
    parser.add_argument("--size", type=int, default=512)
    options = parser.parse_args()
    seeds = range(options.first, options.first + options.count)
    sections: dict[str, Callable[[], bool]] = {
        "regions": lambda: tell_regions(seeds, options.size),
        "hints": lambda: tell_hints(seeds, options.size),
        "speed": tell_speed,
        "normals": lambda: tell_normals(min(options.count, 60), options.size),
        "shading": tell_shading,
    }
    good = [measure() for name, measure in sections.items() if name in (options.what or sections)]
    return 0 if all(good) else 1


if __name__ == "__main__":
    raise SystemExit(main())
