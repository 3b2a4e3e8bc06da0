"""Measure the speed and the quality of effects beside their peers.

    python benchmarks/effects.py [NAME ...] [--peers FOLDER]

Peers are packages of PyPI that the project does not depend on; install them into a folder of their
own with `pip install --no-deps --target FOLDER pixelsort==1.0.2 halftone==0.0.1` and name it with
--peers. What is missing there is left out, and said. Times are CPU seconds, the best of three, and
of previews of nine.
"""

from __future__ import annotations

import argparse
import io
import sys
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import PIL
from numpy.typing import NDArray
from PIL import Image

from nijigen import Animation, Picture, Run, get

DATA = Path(__file__).parents[2] / "shared" / "data"
Pixels = NDArray[np.uint8]
CROP = 416
"""Side of what operations get of which a preview shows a part, with its margin."""
PREVIEWS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("halftone", {}),
    ("halftone", {"mode": "cmyk"}),
    ("glitch", {}),
    ("glitch", {"stack": ("vhs", "pixel_sort")}),
    ("datamosh", {}),
    ("hold", {}),
    ("pixel_art", {}),
    ("pixel_art", {"palette": "db32"}),
    ("pixel_scale", {}),
    ("voxel", {}),
    ("voxel", {"shape": "voxels"}),
)
COUNT = 200
"""Made pictures of pixel art."""


def seconds(work: Callable[[], object], times: int = 3) -> float:
    """Return the CPU time of the fastest of several calls."""
    found = []
    for _ in range(times):
        start = time.process_time()
        work()
        found.append(time.process_time() - start)
    return min(found)


def real(width: int, height: int) -> Picture:
    """Return a painted background of that size; a drawn gradient with noise if there is none."""
    paths = sorted((DATA / "backgrounds").rglob("*.webp"))
    if paths:
        with Image.open(paths[len(paths) // 2]) as image:
            return Picture(np.asarray(image.convert("RGB").resize((width, height))))
    random = np.random.default_rng(1)
    ramp = np.linspace(0, 200, width)[None, :, None] + random.integers(0, 55, (height, width, 3))
    return Picture(ramp.astype(np.uint8))


def pixel_sort() -> None:
    """Sort 4 megapixels by brightness, as `pixelsort` does with the same threshold."""
    picture = real(2000, 2000)
    glitch = get("effects.glitch")
    ours = seconds(lambda: glitch(picture, stack=("pixel_sort",)))
    print(f"pixel-sort: 4 megapixels by brightness in {ours:.2f} s")
    # It asks for a module that Pillow 12 does not have any more, for annotations only.
    vars(PIL).setdefault("PyAccess", SimpleNamespace(PyAccess=object))
    try:
        import pixelsort
    except ImportError:
        print("pixel-sort: pixelsort is not there")
        return
    image = picture.pil()
    theirs = seconds(lambda: pixelsort.pixelsort(image), 1)
    print(f"pixel-sort: pixelsort takes {theirs:.2f} s: {theirs / ours:.0f} times as long")


def sprite(random: np.random.Generator) -> tuple[Pixels, Pixels]:
    """Return made pixel art, ``(h, w, 3)``, and its palette: flats, outlines, dither, details."""
    height, width = (int(n) for n in random.integers(24, 65, 2))
    palette = random.integers(0, 256, (int(random.integers(4, 17)), 3)).astype(np.uint8)
    while True:
        # No two colors that a viewer, and a JPEG, could not tell apart.
        apart = np.abs(palette[:, None].astype(int) - palette[None]).max(axis=2)
        if (apart + 255 * np.eye(len(palette)) >= 48).all():
            break
        palette = random.integers(0, 256, palette.shape).astype(np.uint8)
    numbers = np.zeros((height, width), np.int64)
    y, x = np.mgrid[:height, :width]
    for _ in range(int(random.integers(5, 14))):
        color, line = random.integers(0, len(palette), 2)
        a, b = random.uniform(3, width / 2), random.uniform(3, height / 2)
        inside = ((x - random.uniform(0, width)) / a) ** 2
        inside = inside + ((y - random.uniform(0, height)) / b) ** 2
        numbers[inside < 1.3] = line
        numbers[inside < 1] = color
        if random.random() < 0.3:
            numbers[(inside < 0.5) & ((x + y) % 2 == 0)] = line
    specks = random.random(numbers.shape) < 0.03
    numbers[specks] = random.integers(0, len(palette), int(specks.sum()))
    return palette[numbers], palette


def sprites(side: int) -> Picture:
    """Return a square sheet of made pixel art."""
    random = np.random.default_rng(5)
    sheet = np.full((side, side, 3), 255, np.uint8)
    for top in range(0, side - 64, 68):
        for left in range(0, side - 64, 68):
            art, _ = sprite(random)
            sheet[top : top + art.shape[0], left : left + art.shape[1]] = art
    return Picture(sheet)


def native() -> None:
    """Take 200 made pictures back to their grid, enlarged and as JPEG of quality 85."""
    from nijigen.effects._pixels.native import grid_of

    scale = get("effects.pixel_scale")
    for name, least in (("JPEG 85", 3), ("nearest", 2)):
        random = np.random.default_rng(27)
        grids, exact, colors = 0, 0, []
        for number in range(COUNT):
            art, palette = sprite(random)
            factor = least + number % (13 - least)
            large = art.repeat(factor, axis=0).repeat(factor, axis=1)
            if name != "nearest":
                packed = io.BytesIO()
                Image.fromarray(large).save(packed, "jpeg", quality=85)
                large = np.asarray(Image.open(packed))
            found = grid_of(large)
            right = found is not None and found == (factor, 0, 0)
            grids += right
            made = scale(Picture(large), factor="native").pixels
            if made.shape != art.shape:
                colors.append(0.0)
                continue
            exact += bool((made == art).all())
            # A color is that of the palette which it is nearest to.
            apart = ((made[:, :, None].astype(int) - palette.astype(int)) ** 2).sum(3)
            colors.append(float((palette[apart.argmin(2)] == art).all(axis=2).mean()))
        print(
            f"native: {name}: grid {grids / COUNT:.3f}, exact pictures {exact / COUNT:.3f}, "
            f"pixels of the right palette color {np.mean(colors):.4f}"
        )


def halftone() -> None:
    """Render an A4 page at 300 dpi in four inks, and so with Pillow by turning plates."""
    picture = real(2480, 3508)
    operation = get("effects.halftone")
    mega = picture.width * picture.height / 1e6
    ours = seconds(lambda: operation(picture, mode="cmyk", cell=6))
    print(f"halftone: A4 in four inks in {ours:.2f} s, {mega / ours:.1f} megapixels a second")
    theirs = seconds(lambda: _rotated(picture.pil(), 6), 1)
    print(f"halftone: turning plates with Pillow takes {theirs / ours:.1f} times as long")
    try:
        from halftone import circle_dot
        from halftone import halftone as screened
    except ImportError:
        print("halftone: the package halftone is not there")
        return

    def plates() -> None:
        inks = zip(picture.pil().convert("CMYK").split(), (15, 75, 0, 45), strict=True)
        made = [screened(np.asarray(plate) / 255, circle_dot(6, angle)) for plate, angle in inks]
        images = [Image.fromarray((plate * 255).astype(np.uint8)) for plate in made]
        Image.merge("CMYK", images).convert("RGB")

    theirs = seconds(plates, 1)
    print(f"halftone: the package halftone takes {theirs / ours:.1f} times as long")


def _rotated(image: Image.Image, cell: int) -> Image.Image:
    """Return a halftone as scripts with Pillow make it: plates turned, thresholded, turned back."""
    plates = []
    for plate, angle in zip(image.convert("CMYK").split(), (15, 75, 0, 45), strict=True):
        turned = plate.rotate(angle, expand=True)
        x, y = (np.arange(side) / cell * 2 * np.pi for side in turned.size)
        screen = (np.cos(x)[None, :] + np.cos(y)[:, None]) * 63.75 + 127.5
        dots = Image.fromarray(((np.asarray(turned) > screen) * 255).astype(np.uint8))
        back = dots.rotate(-angle, Image.Resampling.BILINEAR)
        left, top = (back.width - image.width) // 2, (back.height - image.height) // 2
        plates.append(back.crop((left, top, left + image.width, top + image.height)))
    return Image.merge("CMYK", plates).convert("RGB")


def previews() -> None:
    """Make what the studio shows while a setting is changed, PNG included."""
    from nijigen.api.previews import SIDE
    from nijigen.imaging.files import encode_draft

    whole, crop = real(SIDE, round(SIDE * 0.7)), real(CROP, CROP)
    for name, settings in PREVIEWS:
        operation = get(f"effects.{name}")
        picture = whole if operation.preview == "whole" else crop
        if name == "pixel_scale":
            picture = sprites(CROP)

        def shown(operation: Any = operation, picture: Any = picture, own: Any = settings) -> None:
            made = operation.apply({operation.source_port.name: picture}, own, Run(draft=True))
            frame = made.frames[0] if isinstance(made, Animation) else made
            encode_draft(frame)

        print(f"previews: {name} {settings or ''}: {seconds(shown, 9) * 1000:.0f} ms")


def datamosh() -> None:
    """Drag the pixels of a clip of two shots, 48 frames of 640x360."""
    shots = [real(960, 540), real(800, 450)]
    frames = [
        Picture(np.ascontiguousarray(shots[n // 24].pixels[:360, 2 * n : 2 * n + 640]))
        for n in range(48)
    ]
    clip = Animation(tuple(frames), (Fraction(40),) * len(frames))
    taken = seconds(lambda: get("effects.datamosh")(clip), 1)
    print(f"datamosh: 48 frames of 640x360 in {taken:.2f} s, {48 / taken:.0f} a second")


ALL: dict[str, Callable[[], None]] = {
    "previews": previews,
    "datamosh": datamosh,
    "pixel-sort": pixel_sort,
    "native": native,
    "halftone": halftone,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(ALL))
    parser.add_argument("--peers", type=Path, help="folder with packages to compare with")
    asked = parser.parse_args()
    if asked.peers:
        sys.path.append(str(asked.peers))
    for name in asked.names or ALL:
        ALL[name]()


if __name__ == "__main__":
    main()
