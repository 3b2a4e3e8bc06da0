"""Accuracy of assess() (drawing or photograph, JPEG quality, noise), and its fit.

    python benchmarks/assessment.py [--photos FOLDER] [--fit] [--denoise]

Drawings and some photographs are in ../shared/data. More photographs come with packages, unpacked
anywhere under FOLDER: the wheels of scikit-image 0.26 and scikit-learn 1.9, and Debian 12's
opencv-doc, mate-backgrounds, lomiri-wallpapers-16.04, lomiri-wallpapers-20.04 and
plasma-workspace-wallpapers. Two of five pictures (all of one person, artist or character alike)
are held out: --fit never sees them, and the table of drawings and photographs shows only them.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from nijigen import Picture
from nijigen.imaging.assessment import FEATURES, assess, features, probability_drawn

DATA = Path(__file__).parents[2] / "shared" / "data"
Resampling = Image.Resampling
SUFFIXES = (".webp", ".png", ".jpg", ".pgm")
# Told apart by eye among the scenes without a face; what could be either is left out.
SCENE_PHOTOS = "0359 0360 0369 0392 0418 0439 0446 0448 0449 0451 0452 0478 0479 0480"
SCENE_EITHER = """0351 0353 0354 0355 0368 0373 0376 0377 0380 0381 0385 0386 0393 0397 0401 0410
    0412 0424 0425 0429 0432 0433 0435 0436 0437 0450 0453 0455 0458 0470"""
PHOTOS = """Aqua Blinds Bridge_by_Sander_Klootwijk Dragonfly_by_Bolly Dune FreshFlower Garden
    GreenMeadow LadyBird Picture_0B_by_freespace Picture_1A_by_freespace RainDrops Storm TwoWings
    Wine_by_Jakkub_Mede YellowFlower aero1 aero3 aitzgorri_by_Aitzol_Berasategi aloeL apple
    astronaut baboon basketball1 board box box_in_scene brick building butterfly camera chelsea
    chicky_512 china coffee coins flower free_by_Peter_Nerlich friends_by_Aitzol_Berasategi fruits
    grass home left leuvenA licenseplate_motion life_by_Aitzol_Berasategi messi5 motorcycle_left
    orange picosdeeuropa_by_Aitzol_Berasategi rocket rubberwhale1 scenetext01 scenetext03
    scenetext04 scenetext05 scenetext06 seeding_by_Clements_Engelhardt squirrel_cls stuff
    sunset_by_Aitzol_Berasategi"""
WALLPAPERS = "ColdRipple DarkestHour EveningGlow FallenLeaf Kite OneStandsOut Path"
# Scarce kinds count more, small alike ones less.
IMPORTANCE = {"photo": 3.0, "group photo": 2.0, "gray face": 0.5, "background": 1.5}


@dataclass(frozen=True)
class Sample:
    """A picture file labelled as drawing or photograph."""

    path: Path
    drawn: bool
    kind: str
    group: str

    @property
    def held_out(self) -> bool:
        """Whether it is held out from the fit."""
        return int(hashlib.sha1(self.group.encode()).hexdigest(), 16) % 5 < 2


def samples(photos: Path | None) -> list[Sample]:
    found: list[Sample] = []

    def add(pattern: str, drawn: bool, kind: str, group: str = "path", most: int = 999) -> None:
        paths = sorted(p for p in DATA.glob(pattern) if p.suffix in SUFFIXES)
        # Spread over the folder: neighbours are alike.
        places = np.linspace(0, len(paths) - 1, min(most, len(paths))).astype(int)
        paths = [paths[place] for place in places]
        keys = {"path": lambda p: p.name, "folder": lambda p: p.parent.name}
        keys["artwork"] = lambda p: p.name[:3]
        found.extend(Sample(p, drawn, kind, kind + keys[group](p)) for p in paths)

    add("face_photos/celeb5/*/*/*.jpg", False, "face", "folder")
    add("face_photos/dlib/johns/*/*.jpg", False, "face", "folder")
    add("sketches/faces/*.webp", False, "face")
    add("face_photos/dlib/faces/*.jpg", False, "group photo")
    add("face_photos/orl/*/1.pgm", False, "gray face", "folder")
    add("sprites/ks/*/*.webp", True, "sprite", "folder", 60)
    add("sprites/renpy/*/*.png", True, "sprite", most=8)
    add("sprites/nova/*/body*.png", True, "sprite")
    add("sprites/tyrano/*/*.png", True, "sprite", "folder")
    add("portraits_wesnoth/*/*.webp", True, "painted portrait", most=100)
    add("lineart/*.webp", True, "line art", "artwork", 60)
    add("cel_frames/**/*.png", True, "cel frame", "folder", 20)
    add("sketches/*_*/*.webp", True, "sketch")
    faceless = _faceless()
    for path in sorted((DATA / "scenes" / "images").glob("*.webp")):
        if path.stem in SCENE_PHOTOS.split():
            found.append(Sample(path, False, "photo", path.name))
        elif path.stem not in SCENE_EITHER.split():
            kind = "background" if path.stem in faceless else "illustration"
            found.append(Sample(path, True, kind, path.name))
    for path in sorted(photos.rglob("*.*")) if photos else ():
        wallpaper = path.name.startswith("2560x") and path.parts[-4] in WALLPAPERS.split()
        known = (
            path.suffix in (".jpg", ".png")
            and path.stem in PHOTOS.split()
            and "html" not in path.parts
        )
        if wallpaper or known:
            found.append(Sample(path, False, "photo", path.parts[-4] if wallpaper else path.stem))
    return found


def _faceless() -> set[str]:
    import json

    entries = json.loads((DATA / "scenes" / "faces.json").read_text())
    return {Path(entry["image"]).stem for entry in entries if not entry["faces"]}


def flat(path: Path, background: tuple[int, int, int] = (255, 255, 255)) -> Image.Image:
    image = Image.open(path)
    if image.mode in ("RGBA", "LA", "P"):
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, (*background, 255)), image)
    return image.convert("RGB")


def coded(image: Image.Image, format: str, quality: int, subsampling: int = 2) -> Image.Image:
    file = io.BytesIO()
    extra = {"subsampling": subsampling} if format == "JPEG" else {}
    image.save(file, format, quality=quality, **extra)
    return Image.open(file).convert("RGB")


def noisy(image: Image.Image, sigma: float, random: np.random.Generator) -> Image.Image:
    pixels = np.asarray(image)
    grainy = pixels + random.normal(0, sigma, pixels.shape)
    return Image.fromarray(np.clip(grainy + 0.5, 0, 255).astype(np.uint8))


def variants(sample: Sample, count: int) -> Iterator[tuple[list[str], Image.Image]]:
    """Yield the picture damaged in ways that are drawn by lot, alike for drawings and photographs.

    The scenes are WebP and the photographs JPEG: all are reduced to 1280 pixels and most made WebP
    first, and then any codec, so that the codec tells nothing.
    """
    random = np.random.default_rng(zlib.crc32(sample.path.name.encode()))
    paper = (255, 255, 255) if random.random() < 0.5 else tuple(random.integers(0, 256, 3).tolist())
    source = flat(sample.path, paper)
    source.thumbnail((1280, 1280), Resampling.LANCZOS)
    for _ in range(count):
        image, tags = source, []
        if random.random() < 0.7:
            image = coded(image, "WEBP", 85)
        lot, longer = random.random(), max(image.size)
        if lot < 0.45 and longer > 300:
            factor = float(np.exp(random.uniform(np.log(256), np.log(longer)))) / longer
            image = image.resize(_times(image, factor), Resampling(int(random.integers(1, 3))))
            tags.append("reduced")
        elif lot < 0.65:
            image = image.resize(_times(image, 1.7), Resampling.BICUBIC)
            tags.append("enlarged")
        elif lot < 0.75 and longer > 400:
            width, height = _times(image, 0.6)
            x = int(random.integers(0, image.width - width))
            y = int(random.integers(0, image.height - height))
            image = image.crop((x, y, x + width, y + height))
            tags.append("cropped")
        if random.random() < 0.2:
            image = noisy(image, random.uniform(1, 8), random)
            tags.append("noisy")
        lot = random.random()
        if lot < 0.5:
            quality = int(random.integers(30, 96))
            image = coded(image, "JPEG", quality, int(random.choice([0, 2])))
            tags.append("JPEG 30-60" if quality <= 60 else "JPEG 61-95")
        elif lot < 0.75:
            image = coded(image, "WEBP", int(random.integers(50, 96)))
            tags.append("WebP")
        if random.random() < 0.12:
            image = image.convert("L").convert("RGB")
            tags.append("gray")
        yield tags, image


def _times(image: Image.Image, factor: float) -> tuple[int, int]:
    return max(8, int(image.width * factor)), max(8, int(image.height * factor))


def fit(chosen: list[Sample]) -> None:
    """Fit the logistic regression of assessment.py and print its numbers."""
    from nijigen.imaging.assessment import _LIMIT, _inside

    rows, drawn, weights = [], [], []
    for sample in chosen:
        for _, image in variants(sample, 4 if sample.drawn else 6):
            pixels = np.asarray(image)
            rows.append(features(pixels[_inside(pixels)]))
            drawn.append(sample.drawn)
            count = 1 / 4 if sample.drawn else 1 / 6
            weights.append(IMPORTANCE.get(sample.kind, 1.0) * count)
    table, answer, weight = np.array(rows), np.array(drawn, float), np.array(weights)
    for side in (0.0, 1.0):
        weight[answer == side] *= len(chosen) / 2 / weight[answer == side].sum()
    mean, deviation = table.mean(axis=0), table.std(axis=0)
    standard = ((table - mean) / deviation).clip(-_LIMIT, _LIMIT)
    design = np.column_stack([standard, np.ones(len(table))])
    ridge = np.diag([1.0] * len(FEATURES) + [0.0])
    solution = np.zeros(design.shape[1])
    for _ in range(30):  # Newton's method
        guess = 1 / (1 + np.exp(-np.clip(design @ solution, -30, 30)))
        slope = design.T @ (weight * (answer - guess)) - ridge @ solution
        bend = design.T @ (design * (weight * guess * (1 - guess) + 1e-9)[:, None]) + ridge
        solution += np.linalg.solve(bend, slope)
    for name, values in (("_MEAN", mean), ("_DEVIATION", deviation), ("_WEIGHTS", solution[:-1])):
        print(f"{name} = ({', '.join(f'{value:.4g}' for value in values)})")
    print(f"_BIAS = {solution[-1]:.4g}")


def show_drawn(chosen: list[Sample]) -> None:
    """Print how often drawings and photographs are classified correctly."""
    from nijigen.imaging.assessment import _inside

    tally: dict[str, dict[bool, list[float]]] = {}
    for sample in chosen:
        for tags, image in variants(sample, 4):
            pixels = np.asarray(image)
            value = probability_drawn(pixels[_inside(pixels)])
            for row in ("all", f"  {sample.kind}", *(f"  ({tag})" for tag in tags)):
                tally.setdefault(row, {True: [], False: []})[sample.drawn].append(value)
    files = {side: sum(s.drawn is side for s in chosen) for side in (True, False)}
    print(f"held out: {files[True]} drawings, {files[False]} photographs, 4 variants each")
    print(f"{'taken for drawn':24} {'drawings':>16} {'photographs':>16}")
    for row, sides in sorted(tally.items()):
        shares = [
            f"{np.mean(np.array(values) >= 0.5):6.1%} of {len(values):5}" if values else ""
            for values in (sides[True], sides[False])
        ]
        print(f"{row:24} {shares[0]:>16} {shares[1]:>16}")
    for limit in (0.1, 0.2, 0.3, 0.5):
        right = [np.mean(np.array(tally["all"][True]) >= limit)]
        right.append(np.mean(np.array(tally["all"][False]) < limit))
        print(f"limit {limit}: drawings {right[0]:.1%}, photographs {right[1]:.1%} right")


def clean() -> list[tuple[str, Image.Image]]:
    """Return drawings without JPEG traces: PNG, and scenes at half size."""
    random = np.random.default_rng(7)
    found = []
    for pattern, most in (
        ("sprites/nova/*/body*.png", 4),
        ("sprites/renpy/*/*.png", 6),
        ("portraits_wesnoth/*/*.webp", 10),
        ("cel_frames/**/gt*.png", 3),
        ("scenes/images/*.webp", 20),
    ):
        paths = sorted(DATA.glob(pattern))
        for index in np.linspace(0, len(paths) - 1, min(most, len(paths))).astype(int):
            image = flat(paths[index], tuple(random.integers(0, 256, 3).tolist()))
            if "scenes" in pattern:
                image = image.resize((image.width // 2, image.height // 2), Resampling.LANCZOS)
            found.append((paths[index].name, image.crop((0, 0, *np.minimum(image.size, 1000)))))
    return found


def show_jpeg(pictures: list[tuple[str, Image.Image]]) -> None:
    """Print the error of the JPEG quality, and false alarms."""
    random = np.random.default_rng(1)

    def cropped(image: Image.Image) -> Picture:
        x, y = random.integers(0, 8, 2)
        return Picture(np.asarray(image)[y:, x:])

    print(f"\n{'JPEG quality':24} {'missed':>8} {'mean error':>11} {'worst':>6}   (odd crops)")
    cases = [(f"{q} 4:4:4", [(q, 0)]) for q in (10, 30, 50, 70, 85, 95)]
    cases += [(f"{q} 4:2:0", [(q, 2)]) for q in (10, 20, 30, 40, 50, 60, 70, 80, 85, 90, 95, 98)]
    twice = ((50, 90), (75, 95), (90, 60), (60, 80))
    cases += [(f"{a} then {b}", [(a, 2), (b, 2)]) for a, b in twice]
    for label, passes in cases:
        for shift in (0, 3) if len(passes) > 1 else (0,):
            errors = []
            for _, image in pictures:
                for number, (quality, sampling) in enumerate(passes):
                    edge = (shift, shift, *image.size) if number else (0, 0, *image.size)
                    image = coded(image.crop(edge), "JPEG", quality, sampling)
                found = assess(cropped(image)).jpeg_quality
                errors.append(None if found is None else abs(found - min(q for q, _ in passes)))
            known = [error for error in errors if error is not None]
            name = label + (" shifted" if shift else "")
            mean, worst = (np.mean(known), max(known)) if known else (0, 0)
            print(f"{name:24} {len(errors) - len(known):>8} {mean:>11.2f} {worst:>6}")
    for label in ("never", "WebP 50", "WebP 75", "WebP 90", "noise 4"):
        alarms = 0
        for _, image in pictures:
            if label.startswith("WebP"):
                image = coded(image, "WEBP", int(label[5:]))
            elif label.startswith("noise"):
                image = noisy(image, 4, random)
            alarms += assess(cropped(image)).jpeg_quality is not None
        print(f"{label + ': false alarms':24} {alarms:>8} of {len(pictures)}")


def show_noise(pictures: list[tuple[str, Image.Image]]) -> None:
    """Print the error of the noise level."""
    random = np.random.default_rng(2)
    print(f"\n{'noise':24} {'median':>8} {'10 %':>8} {'90 %':>8} {'worst':>8}")
    for sigma in (0, 1, 2, 4, 8, 16):
        for after in ("", "JPEG 95", "JPEG 75"):
            found = []
            for _, image in pictures:
                image = noisy(image, sigma, random)
                image = coded(image, "JPEG", int(after[5:])) if after else image
                found.append(assess(Picture(np.asarray(image))).noise)
            middle, low, high = np.percentile(found, [50, 10, 90])
            worst = max(found, key=lambda value: abs(value - sigma))
            name = f"{sigma} {'then ' + after if after else ''}"
            print(f"{name:24} {middle:>8.2f} {low:>8.2f} {high:>8.2f} {worst:>8.2f}")


def show_denoise(pictures: list[tuple[str, Image.Image]]) -> None:
    """Print the PSNR of waifu2x's levels against the clean original of twice the size."""
    from nijigen.upscale.waifu2x import waifu2x

    random = np.random.default_rng(3)
    levels = ("none", "0", "1", "2", "3")
    print(f"\n{'denoise level: PSNR':24} " + " ".join(f"{level:>7}" for level in levels))
    cases = [(q, 0) for q in (20, 40, 60, 70, 80, 85, 90, 95, 98)]
    for quality, sigma in [(None, s) for s in (0, 1, 2, 4, 8, 16)] + cases:
        sums = np.zeros(len(levels))
        for _, image in pictures:
            x, y = (image.width - 256) // 2, (image.height - 256) // 3
            wanted = image.crop((x, y, x + 256, y + 256))
            small = noisy(wanted.resize((128, 128), Resampling.BOX), sigma, random)
            small = coded(small, "JPEG", quality) if quality else small
            for index, level in enumerate(levels):
                large = waifu2x(Picture(np.asarray(small)), denoise=level).pixels
                error = np.mean((large.astype(float) - np.asarray(wanted)) ** 2)
                sums[index] += 10 * np.log10(255**2 / error) / len(pictures)
        name = f"JPEG {quality}" if quality else f"noise {sigma}"
        print(f"{name:24} " + " ".join(f"{value:7.2f}" for value in sums))


def show_time() -> None:
    random = np.random.default_rng(4)
    for side in (512, 1024, 4000):
        image = Image.fromarray(random.integers(0, 256, (32, 32, 3), np.uint8))
        picture = Picture(np.asarray(image.resize((side, side), Resampling.BICUBIC)))
        assess(picture)
        start = time.process_time()
        for _ in range(3):
            assess(picture)
        print(f"{side} × {side}: {(time.process_time() - start) / 3 * 1000:.0f} ms of CPU time")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--photos", type=Path, help="folder with the unpacked packages")
    parser.add_argument("--fit", action="store_true", help="fit the weights and print them")
    parser.add_argument("--denoise", action="store_true", help="also try waifu2x's levels (slow)")
    options = parser.parse_args()
    everything = samples(options.photos)
    if options.fit:
        fit([sample for sample in everything if not sample.held_out])
        return
    show_drawn([sample for sample in everything if sample.held_out])
    pictures = clean()
    show_jpeg(pictures)
    show_noise(pictures)
    if options.denoise:
        large = [(name, image) for name, image in pictures if min(image.size) >= 256]
        show_denoise(large[::4])
    show_time()


if __name__ == "__main__":
    main()
