"""Measure colors that come by themselves: parts, ten hints, and time.

    python benchmarks/color_auto.py [SECTION …] [--count 40] [--write]
        [--data ../shared/data/lineart] [--out FOLDER]

Sections: color-parts, hints, reference, speed and sheet.

color-parts: parts of regions on characters that were never trained on (seeds from 8,000,000), as
mean IoU over skin, hair, eyes, mouth, clothes and background; on 26 real drawings that nobody
trained on (``lineart`` s23 to s51 and ``sketches/clean_line_drawings``), the share of the area of
the figure whose part is right. The truth of 12 are the flats from hints placed by hand, whose
colors of skin and hair are in ``hints/parts.json``; that of the others are outlines by hand,
``hints/parts.toml``, by which regions vote. Other colors and outlines are clothes or small things,
and paper is paper. Figures of the bundled model go into its card with --write.

hints: ten hints in the largest regions of characters that were never trained on, of their true
color: the share of the figure whose color is wrong by more than 5 (CIEDE2000), compared with
color.flat, which the same hints spread in.

reference: characters that were never trained on, proposed with a colored picture of the same
character in another pose: the share of those whose hair, skin, irises and main clothes are within
8 (CIEDE2000) of the picture's flat color.

speed: seconds of color.propose for 1024×1024, relative to color.flat, on one core.

sheet: a picture of real drawings: lines, proposal, proposal with ten hints, painted.
"""

from __future__ import annotations

import argparse
import json
import time
import tomllib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from nijigen.color._document.settings import PALETTE, REACH
from nijigen.color._flats.flatting import FillOptions, flatted, proposer_of
from nijigen.color._flats.hints import ColorHints
from nijigen.color._parts.names import PARTS
from nijigen.color._parts.proposing import Style
from nijigen.color._parts.reference import reference_colors
from nijigen.color._parts.voting import Voted
from nijigen.color._regions.regions import Regions, regions_of
from nijigen.color.paint import paint
from nijigen.core.colors import written
from nijigen.core.picture import Picture
from nijigen.core.run import Run
from nijigen.generate import REGIONS, Sample, sample
from nijigen.imaging.color_spaces import delta_e2000, lab
from nijigen.imaging.line_art.ink import LineArt, line_art
from nijigen.imaging.resize import resize
from nijigen.models.card import BUNDLED, Metric
from nijigen_training.card import write_metrics
from nijigen_training.color.parts.pool import GROUPS as PART_GROUPS

HERE = Path(__file__).resolve().parent
FIRST, SIZE = 8_000_000, 512
GROUPS = {
    "skin": ("skin", "face", "ear"),
    "hair": ("hair", "beard"),
    "eyes": ("eye_white", "iris", "pupil", "eye_light"),
    "mouth": ("mouth", "teeth"),
    "clothes": ("cloth", "accessory"),
    "background": ("background",),
}
BAR_IOU, BAR_AREA, BAR_HINTS, BAR_TIME = 0.75, 0.8, 0.5, 2.5
REAL_SIZE = 1024
REFERRED = {
    "hair": ("hair",),
    "skin": ("skin", "face"),
    "iris": ("iris",),
    "clothes": ("cloth",),
}
BAR_REFERENCE = {"hair": 0.8, "skin": 0.8, "iris": 0.8, "clothes": 0.6}
NEAR = 8.0
UNASKED, AGREED = 4, 0.65
HINTS, WRONG = 10, 5.0
COUNT = 16
Labels = NDArray[np.int64]
_group = np.full(len(PARTS), -1)
for _place, _names in enumerate(PART_GROUPS.values()):
    _group[[PARTS.index(name) for name in _names]] = _place


def art_of(drawn: Sample) -> LineArt:
    """Return the lines of a character as the operations read them."""
    return line_art(Picture((255 - drawn.lines)[:, :, None]))


def parts_of(art: LineArt) -> tuple[Regions, Voted]:
    """Return the regions of a drawing and their parts."""
    regions = regions_of(art)
    return regions, proposer_of(art, regions, Style(), Run()).voted


def tell_characters(count: int) -> dict[str, float]:
    """Print the IoU of parts on characters; return the mean."""
    table = np.full(len(REGIONS), -1)
    for place, names in enumerate(GROUPS.values()):
        table[[REGIONS.index(name) for name in names]] = place
    counts = np.zeros((len(GROUPS), len(GROUPS)), np.int64)
    for seed in range(FIRST, FIRST + count):
        drawn = sample(seed, size=SIZE, given={"background": "none"})
        regions, voted = parts_of(art_of(drawn))
        truth = table[drawn.regions]
        found = _group[voted.part][regions.labels]
        known = (truth >= 0) & (found >= 0) & (drawn.lines < 96)
        pairs = truth[known] * len(GROUPS) + found[known]
        counts += np.bincount(pairs, minlength=counts.size).reshape(counts.shape)
    right = np.diag(counts)
    ious = right / np.maximum(counts.sum(axis=0) + counts.sum(axis=1) - right, 1)
    line = ", ".join(f"{name} {iou:.3f}" for name, iou in zip(GROUPS, ious, strict=True))
    print(f"{count} characters: mean IoU {ious.mean():.3f} (bar {BAR_IOU}); {line}", flush=True)
    return {"iou_characters": float(ious.mean())}


def tell_drawings(data: Path) -> dict[str, float]:
    """Print the share of right area on real drawings; return it for figures, skin and hair."""
    total = np.zeros((4, 4), np.int64)
    for name, art, truth in real_drawings(data):
        regions, voted = parts_of(art)
        group = _group[voted.part]
        # Skin, hair, anything else that is painted, paper.
        coarse = np.select([group == 0, group == 1, group == 5], [0, 1, 3], 2)
        found = coarse[regions.labels]
        asked = (art.ink < 96) & (truth >= 0)
        pairs = truth[asked] * 4 + found[asked]
        counts = np.bincount(pairs, minlength=16).reshape(4, 4)
        total += counts
        figure = counts[:3].sum()
        print(f"  {name}: right {np.diag(counts)[:3].sum() / max(figure, 1):.2f} of the figure; "
              f"skin {_recall(counts, 0)}, hair {_recall(counts, 1)}, other {_recall(counts, 2)}, "
              f"paper {_recall(counts, 3)}", flush=True)  # fmt: skip
    right = np.diag(total)
    shares = right / np.maximum(total.sum(axis=1), 1)
    area = float(right[:3].sum() / max(total[:3].sum(), 1))
    print(f"real drawings: area of figures right {area:.3f} (bar {BAR_AREA}), "
          f"skin {shares[0]:.3f}, hair {shares[1]:.3f}, other {shares[2]:.3f}, "
          f"paper {shares[3]:.3f}; "
          f"of what is called skin {right[0] / max(total[:, 0].sum(), 1):.3f} is")  # fmt: skip
    return {"area_real": area, "skin_real": float(shares[0]), "hair_real": float(shares[1])}


def real_drawings(data: Path) -> Iterator[tuple[str, LineArt, Labels]]:
    """Yield labelled drawings: name, lines, and 0 skin, 1 hair, 2 other, 3 paper, -1 unknown."""
    colored = json.loads((HERE / "hints/parts.json").read_text(encoding="utf-8"))
    outlined = tomllib.loads((HERE / "hints/parts.toml").read_text(encoding="utf-8"))["drawing"]
    truths: dict[str, Callable[[LineArt], Labels]] = {
        f"lineart/{name}_line": partial(_by_hints, name, colors) for name, colors in colored.items()
    }
    truths |= {entry["file"]: partial(_by_outlines, entry["outlines"]) for entry in outlined}
    for file, truth in sorted(truths.items()):
        path = data.parent / f"{file}.webp"
        if not path.is_file():
            print(f"{path} is absent")
            continue
        art = line_art(_reduced(Picture.open(path)))
        yield path.stem.split("_")[0], art, truth(art)


def _by_hints(name: str, colors: dict[str, list[str]], art: LineArt) -> Labels:
    """Return the part of every pixel by the flats that hints make."""
    hints = (HERE / f"hints/{name}.json").read_text(encoding="utf-8")
    options = FillOptions("nearest", REACH, PALETTE, 0)
    flats, _ = flatted(art, hints, options, gap=None, smallest=None)
    pixels = flats.pixels()
    codes = pixels[:, :, :3].astype(np.int64) @ [65536, 256, 1]
    truth = np.where(pixels[:, :, 3] > 0, 2, 3)
    for place, part in enumerate(("skin", "hair")):
        truth[np.isin(codes, [int(color[1:], 16) for color in colors[part]])] = place
    truth[pixels[:, :, 3] == 0] = 3
    return truth


def _by_outlines(outlines: list[list[Any]], art: LineArt) -> Labels:
    """Return the part of every region by the outlines that most of it lies in."""
    drawn = np.full(art.ink.shape, 3, np.uint8)
    for name, *corners in outlines:
        outline = np.rint(np.array(corners) * max(art.ink.shape) / 100).astype(np.int32)
        place = {"skin": 0, "hair": 1, "unknown": UNASKED}.get(name, 2)
        cv2.fillPoly(drawn, [outline], place)
    labels, count = regions_of(art).labels, regions_of(art).count
    votes = np.stack(
        [np.bincount(labels[drawn == place], minlength=count) for place in range(UNASKED + 1)]
    )
    best = votes.argmax(axis=0)
    unsure = votes.max(axis=0) < AGREED * votes.sum(axis=0)
    return np.asarray(np.where(unsure | (best == UNASKED), -1, best)[labels], np.int64)


def _recall(counts: Labels, row: int) -> str:
    asked = counts[row].sum()
    return f"{counts[row, row] / asked:.2f}" if asked else "-"


def _reduced(picture: Picture) -> Picture:
    factor = REAL_SIZE / max(picture.size)
    size = (max(1, round(picture.width * factor)), max(1, round(picture.height * factor)))
    return resize(picture, size, "box") if factor < 1 else picture


def tell_hints(count: int) -> bool:
    """Compare the area that ten hints leave wrong with that of color.flat."""
    shares: dict[str, list[float]] = {"nearest": [], "propose": []}
    for seed in range(FIRST, FIRST + count):
        drawn = sample(seed, size=SIZE, given={"background": "none"})
        art = art_of(drawn)
        hints = _ten(regions_of(art), drawn, np.random.default_rng(seed))
        figure = (drawn.parts > 0) & (drawn.lines < 96)
        wanted = lab(drawn.flat[figure])
        for rule, found in shares.items():
            options = FillOptions(rule, REACH, PALETTE, 0)
            flats, _ = flatted(art, hints.to_json(), options, gap=None, smallest=None)
            off = delta_e2000(lab(flats.pixels()[figure][:, :3]), wanted)
            found.append(float((off > WRONG).mean()))
    before, now = (float(np.mean(shares[rule])) for rule in ("nearest", "propose"))
    print(f"{HINTS} hints on {count} characters: wrong area {now:.3f}, color.flat {before:.3f}: "
          f"{now / max(before, 1e-9):.2f} of it (bar {BAR_HINTS})", flush=True)  # fmt: skip
    return now <= BAR_HINTS * before


def _ten(regions: Regions, drawn: Sample, source: np.random.Generator) -> ColorHints:
    """Return hints of the true color in ten of the largest twenty regions of the figure."""
    inside = np.bincount(
        regions.labels.ravel(), weights=(drawn.parts > 0).ravel(), minlength=regions.count
    )
    largest = np.argsort(-np.where(inside > 0.6 * regions.areas, regions.areas, 0))[:20]
    chosen = source.permutation(largest)[:HINTS]
    points = []
    for number in chosen.tolist():
        x, y = regions.points[number].tolist()
        color = written(*(int(value) for value in drawn.flat[y, x]))
        points.append({"x": x + 0.5, "y": y + 0.5, "color": color})
    return ColorHints.from_json({"points": points})


def tell_reference(count: int) -> bool:
    """Compare the colors of a re-posed character with those of its reference."""
    right: dict[str, list[bool]] = {name: [] for name in REFERRED}
    for seed in range(FIRST + 600, FIRST + 600 + count):
        shown, drawn = (
            sample(seed, size=SIZE, given={"background": "none"}, vary={"pose": pose})
            for pose in (seed, seed + 1)
        )
        style = Style(seed, reference=reference_colors([Picture(shown.rgb)]))
        options = FillOptions("propose", REACH, PALETTE, seed)
        flats, _ = flatted(art_of(drawn), None, options, gap=None, smallest=None, style=style)
        painted = flats.pixels()
        for name, members in REFERRED.items():
            there, here = (
                np.isin(one.regions, [REGIONS.index(member) for member in members])
                for one in (shown, drawn)
            )
            here &= drawn.lines < 96
            if min(there.sum(), here.sum()) > 30:
                found = _main(painted[here])
                # Irises have a gradient: none of its colors is the main one.
                seen = shown.flat[there]
                wanted = np.median(seen, axis=0) if name == "iris" else _main(seen)
                off = delta_e2000(lab(wanted[None, :3].astype(np.uint8)), lab(found[None, :3]))[0]
                right[name].append(bool(off <= NEAR and (len(found) < 4 or found[3] > 0)))
    shares = {name: float(np.mean(own)) for name, own in right.items()}
    line = ", ".join(f"{name} {share:.2f} of {len(right[name])}" for name, share in shares.items())
    print(f"reference, {count} characters: {line} (bar {BAR_REFERENCE})", flush=True)
    return all(shares[name] >= bar for name, bar in BAR_REFERENCE.items())


def _main(colors: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the most frequent of some colors."""
    every, counts = np.unique(colors, axis=0, return_counts=True)
    return every[counts.argmax()]


def tell_speed() -> bool:
    """Time a proposal of 1024×1024 against color.flat, on one core."""
    cv2.setNumThreads(1)
    times: dict[str, list[float]] = {"distinct": [], "propose": []}
    # Different drawings: lines and regions are cached.
    for place, (rule, found) in enumerate(times.items()):
        for seed in range(FIRST + 10 * place, FIRST + 10 * place + 5):
            ink = sample(seed, size=1024).lines
            start = time.process_time()
            art = line_art(Picture((255 - ink)[:, :, None]))
            flatted(art, None, FillOptions(rule, REACH, PALETTE, 0), gap=None, smallest=None)
            found.append(time.process_time() - start)
    flat, own = (float(np.median(times[rule])) for rule in ("distinct", "propose"))
    print(f"1024×1024: proposal {own:.2f} CPU s, color.flat {flat:.2f}: {own / flat:.2f} times "
          f"(bar {BAR_TIME})", flush=True)  # fmt: skip
    return own <= BAR_TIME * flat


def tell_sheet(data: Path, out: Path) -> bool:
    """Write contact sheets of real drawings that nobody trained on."""
    paths = [path for path in sorted(data.glob("s*_line.webp")) if path.stem[:3] >= "s23"]
    paths += sorted((data.parent / "sketches/clean_line_drawings").glob("*.webp"))
    out.mkdir(parents=True, exist_ok=True)
    rows = []
    for path in paths:
        picture = _reduced(Picture.open(path))
        art = line_art(picture)
        regions = regions_of(art)
        cells = [picture.rgb().pixels]
        own = HERE / f"hints/{path.stem[:3]}.json"
        few = _first_ten(own, art, regions) if own.is_file() else None
        for hints, shading in ((None, False), (few, False), (few, True)):
            made = paint(picture, hints=hints, shading=shading, gradient=0.0)
            cells.append(made.flatten().rgb().pixels)
        rows.append(np.hstack([_cell(pixels, 300) for pixels in cells]))
    for number in range(0, len(rows), 8):
        sheet = np.vstack(
            [
                np.hstack(rows[at : at + 2])
                for at in range(number, min(number + 8, len(rows) - 1), 2)
            ]
        )
        cv2.imwrite(str(out / f"auto-{number // 8 + 1}.png"), sheet[:, :, ::-1])
    return True


def _first_ten(path: Path, art: LineArt, regions: Regions) -> str:
    """Return a hint in each of the ten largest regions that hints placed by hand color.

    Of a region that these divide, it has the color of the larger part.
    """
    options = FillOptions("nearest", REACH, PALETTE, 0)
    hints = path.read_text(encoding="utf-8")
    pixels = flatted(art, hints, options, gap=None, smallest=None)[0].pixels()
    points = []
    for number in np.argsort(-regions.areas).tolist():
        own = pixels[regions.labels == number]
        red, green, blue, alpha = _main(own).tolist()
        if alpha and not regions.outside[number]:
            x, y = regions.points[number].tolist()
            color = written(red, green, blue)
            points.append({"x": x + 0.5, "y": y + 0.5, "color": color})
        if len(points) == HINTS:
            break
    height, width = regions.labels.shape
    return ColorHints.from_json({"points": points, "size": [width, height]}).to_json()


def _cell(pixels: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    factor = side / max(pixels.shape[:2])
    size = (max(1, round(pixels.shape[1] * factor)), max(1, round(pixels.shape[0] * factor)))
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    cell = np.full((side, side, 3), 210, np.uint8)
    cell[: size[1], : size[0]] = small
    return cell


def measure(name: str, count: int = COUNT, data: Path | None = None) -> dict[str, float]:
    """Return the metrics of a model by their names on the card."""
    assert name == "color-parts"
    folder = data or HERE.parents[1] / "shared/data/lineart"
    figures = tell_characters(count)
    if folder.is_dir():
        figures |= tell_drawings(folder)
    return {metric: round(value, 4) for metric, value in figures.items()}


def main() -> int:
    """Run the requested sections; return 1 if a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="*", help="sections; by default all but the sheet")
    parser.add_argument("--count", type=int, default=COUNT)
    parser.add_argument("--write", action="store_true", help="write figures to the model's card")
    parser.add_argument("--data", type=Path, default=HERE.parents[1] / "shared/data/lineart")
    parser.add_argument("--out", type=Path, default=Path("sheets"))
    given = parser.parse_args()
    reached = []
    if not given.what or "color-parts" in given.what:
        figures = measure("color-parts", given.count, given.data)
        reached.append(figures["iou_characters"] >= BAR_IOU)
        reached.append(figures.get("area_real", 1.0) >= BAR_AREA)
        if given.write:
            command = "python benchmarks/color_auto.py color-parts"
            metrics = {key: Metric(value=v, command=command) for key, v in figures.items()}
            write_metrics(Path(str(BUNDLED)) / "color-parts", metrics)
    others: dict[str, Callable[[], bool]] = {
        "hints": lambda: tell_hints(given.count),
        "reference": lambda: tell_reference(given.count),
        "speed": tell_speed,
    }
    reached += [tell() for name, tell in others.items() if name in (given.what or others)]
    if "sheet" in given.what:
        tell_sheet(given.data, given.out)
    return 0 if all(reached) else 1


if __name__ == "__main__":
    raise SystemExit(main())
