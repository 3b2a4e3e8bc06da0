"""Measure how often the library finds the file and the moment that a screenshot is from.

    python benchmarks/frames.py [--data FOLDER] [--clips N] [--queries N]

Videos are made as drawn films are: shots of 1 to 6 seconds with holds, pans, zooms, characters
that move over a background, cuts and fades, in 640×360 at 24 frames a second with x264. Queries are
frames at random moments, edited in the ways of screenshots. Printed are how many frames are
indexed, the CPU time, and for each edit the share of queries whose file comes first, whose shot
does, and whose time is right; and the error of the time: how many seconds the moment is from what
is named. Pictures are in ../shared/data: backgrounds, sprites/ks, scenes, cel_frames; no picture is
in two videos.
"""

from __future__ import annotations

import argparse
import io
import tempfile
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageOps

from nijigen import Picture
from nijigen.core.clip import Clip, Frame
from nijigen.imaging.files import read_picture
from nijigen.library import Library
from nijigen.library.matching.search import Hit

DATA = Path(__file__).parents[2] / "shared" / "data"
SEED, RATE, SIZE = 22, 24, (640, 360)
FAR = 1.0
"""Seconds: a time that is farther from the moment counts as wrong."""

Draw = np.random.Generator
Shot = tuple[int, Callable[[int], Image.Image]]
"""Number of frames, and what draws each."""


def held(image: Image.Image, _: Draw, count: int) -> Shot:
    still = ImageOps.fit(image, SIZE)
    return count, lambda index: still


def panned(image: Image.Image, draw: Draw, count: int) -> Shot:
    wide = ImageOps.fit(image, (SIZE[0] * 3 // 2, SIZE[1] * 3 // 2))
    across, down = wide.width - SIZE[0], wide.height - SIZE[1]
    back = bool(draw.integers(2))

    def at(index: int) -> Image.Image:
        share = index / max(1, count - 1)
        share = 1 - share if back else share
        left, top = round(across * share), round(down * share)
        return wide.crop((left, top, left + SIZE[0], top + SIZE[1]))

    return count, at


def zoomed(image: Image.Image, _: Draw, count: int) -> Shot:
    large = ImageOps.fit(image, (SIZE[0] * 3 // 2, SIZE[1] * 3 // 2))

    def at(index: int) -> Image.Image:
        edge = 0.25 * index / count
        box = (large.width * edge, large.height * edge)
        return large.resize(
            SIZE, Image.Resampling.BILINEAR, (*box, large.width - box[0], large.height - box[1])
        )

    return count, at


def faded(image: Image.Image, draw: Draw, count: int) -> Shot:
    still = held(image, draw, count)[1](0)
    black = Image.new("RGB", SIZE)
    return count, lambda index: Image.blend(black, still, min(1, index / RATE))


def acted(image: Image.Image, draw: Draw, count: int) -> Shot:
    """A character over a background, on threes: it comes in, and then moves a little."""
    still = held(image, draw, count)[1](0)
    sprite = ImageOps.contain(sprites[int(draw.integers(len(sprites)))], (400, 400))

    def at(index: int) -> Image.Image:
        step = index // 3 * 3
        frame = still.copy()
        left = round(-100 + 300 * min(1, step / RATE))
        frame.paste(sprite, (left, 20 + (step // 6) % 2 * 4), sprite)
        return frame

    return count, at


KINDS = (held, held, panned, zoomed, faded, acted, acted)
sprites: list[Image.Image] = []


def film(shots: list[Shot]) -> Clip:
    total = sum(count for count, _ in shots)

    def source(skip: int) -> Iterator[Frame]:
        number = 0
        for count, draw in shots:
            for index in range(count):
                if number >= skip:
                    picture = Picture(np.asarray(draw(index)))
                    yield Frame(picture, Fraction(number, RATE), Fraction(1, RATE))
                number += 1

    return Clip(source, SIZE, count=total, duration=Fraction(total, RATE))


def jpeg(image: Image.Image, _: Draw, quality: int = 25) -> Image.Image:
    data = io.BytesIO()
    image.resize((427, 240)).save(data, "JPEG", quality=quality)
    return Image.open(data).convert("RGB")


def letterboxed(image: Image.Image, _: Draw) -> Image.Image:
    return ImageOps.expand(image, (0, 60), "black")


def subtitled(image: Image.Image, _: Draw) -> Image.Image:
    image = image.copy()
    pen = ImageDraw.Draw(image)
    text, place = "The moon is beautiful tonight,\nis it not?", (image.width / 2, image.height - 50)
    pen.multiline_text(
        place,
        text,
        "white",
        font_size=26,
        anchor="mm",
        align="center",
        stroke_width=3,
        stroke_fill="black",
    )
    return image


EDITS: dict[str, Callable[[Image.Image, Draw], Image.Image]] = {
    "as it is": lambda image, _: image,
    "recompressed": jpeg,
    "letterbox": letterboxed,
    "subtitles": subtitled,
    "mirror": lambda image, _: ImageOps.mirror(image),
    "crop 75 %": lambda image, _: image.crop((80, 45, 560, 315)),
    "all of these": lambda image, draw: jpeg(
        letterboxed(subtitled(ImageOps.mirror(image), draw), draw), draw, 50
    ),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--clips", type=int, default=8)
    parser.add_argument("--queries", type=int, default=5, help="for each clip and edit")
    given = parser.parse_args()
    draw = np.random.default_rng(SEED)
    names = ("backgrounds/*.*", "scenes/images/*.webp", "cel_frames/dataset/*/*/gt/*.png")
    paths = [path for name in names for path in sorted(given.data.glob(name))]
    paths = [paths[index] for index in draw.permutation(len(paths))]
    figures = sorted((given.data / "sprites/ks").glob("*/*.webp"))
    chosen = draw.permutation(len(figures))[:40]
    sprites[:] = [Image.fromarray(read_picture(figures[index]).pixels) for index in chosen]
    with tempfile.TemporaryDirectory() as folder:
        films, each = {}, len(paths) // given.clips
        for number in range(given.clips):
            path = Path(folder, f"film {number}.mp4")
            shots = []
            for one in paths[number * each : (number + 1) * each][:20]:
                image = Image.fromarray(read_picture(one).rgb().pixels)
                kind = KINDS[int(draw.integers(len(KINDS)))]
                shots.append(kind(image, draw, int(draw.integers(RATE, 6 * RATE))))
            film(shots).save(path)
            films[path] = shots
        with Library(Path(folder, "library"), writing=True) as library:
            began = time.process_time()
            added = library.add(list(films))
            spent = time.process_time() - began
            length = sum(count for shots in films.values() for count, _ in shots) / RATE
            cuts = sum(len(shots) for shots in films.values())
            print(
                f"{length / 60:.1f} minutes, {cuts} shots: {added.frames} frames are indexed, ",
                end="",
            )
            print(f"{60 * added.frames / length:.0f} a minute; ", end="")
            print(f"{60 * spent / length:.1f} CPU seconds a minute")
            measure(library, films, given.queries)


def measure(library: Library, films: dict[Path, list[Shot]], count: int) -> None:
    print(f"{'edit':14}{'file':>7}{'shot':>7}{'time':>7}{'median':>8}{'p95':>7}   CPU s a query")
    for name, edit in EDITS.items():
        draw = np.random.default_rng(SEED)
        rows, began = [], time.process_time()
        spent = 0.0
        for path, shots in films.items():
            for _ in range(count):
                moment, image, shot = moment_of(shots, draw)
                query = Picture(np.asarray(edit(image, draw)))
                began = time.process_time()
                hits = library.search(query, 5)
                spent += time.process_time() - began
                rows.append(judged(hits, path, moment, shot))
        right, in_shot, apart = (np.array(column, float) for column in zip(*rows, strict=True))
        known = apart[right > 0]
        print(
            f"{name:14}{right.mean():7.3f}{in_shot.mean():7.3f}{(apart <= FAR).mean():7.3f}"
            f"{np.median(known):8.2f}{np.quantile(known, 0.95):7.2f}{spent / len(rows):8.2f}",
            flush=True,
        )


def moment_of(shots: list[Shot], draw: Draw) -> tuple[float, Image.Image, tuple[float, float]]:
    """Return a random moment of a film, its picture, and when its shot begins and ends."""
    which = int(draw.integers(len(shots)))
    start = sum(count for count, _ in shots[:which])
    count, drawn = shots[which]
    # In a fade from black there is nothing to see in the first tenths of a second.
    index = int(draw.integers(min(10, count - 1), count))
    moment = (start + index + 0.5) / RATE
    return moment, drawn(index), (start / RATE, (start + count) / RATE)


def judged(
    hits: list[Hit], path: Path, moment: float, shot: tuple[float, float]
) -> tuple[bool, bool, float]:
    """Return whether the file is right, whether the shot is, and the error of the time."""
    if not hits or all(place.path != path for place in hits[0].places):
        return False, False, float("inf")
    first = hits[0]
    assert first.shot is not None
    same = first.shot[0] - 0.3 <= moment <= first.shot[1] + 0.3 and first.shot[0] >= shot[0] - 1
    apart = max(first.entry.start - moment, moment - first.entry.end, 0.0)
    return True, same, apart


if __name__ == "__main__":
    main()
