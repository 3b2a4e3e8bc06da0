"""Rolls many characters and looks for what must not be: stray shapes, crossings, doubles.

    python benchmarks/character_rolls.py [--count 10000] [--first 0]

For each seed the figure is rasterized without anti-aliasing and examined:

* parts and paints fit into the planes, all points are finite;
* the figure is one piece, except for what floats (halos, drops and signs of emotion);
* no shade ends in a straight edge along a row of pixels, as that of a stray rectangle does;
* combinations that are forbidden, such as a child with a beard or a hat on animal ears, are absent;
* nothing but hair and glasses hides an eye, and nothing but a beard the mouth;
* glasses are within the head, and no two pictures are alike.
"""

from __future__ import annotations

import argparse
import hashlib
from collections import Counter
from collections.abc import Callable, Iterator

import cv2
import numpy as np

from nijigen.generate._character.drawing.raster import Planes, looked_up, rasterized
from nijigen.generate._character.drawing.scene import Scene, Stroke
from nijigen.generate._character.drawing.view import framed
from nijigen.generate._character.figure import figure
from nijigen.generate._character.traits.parameters import Traits, traits

SIZE = 160
_ANIMAL = ("cat", "fox", "rabbit", "bear", "dog")
_HATS = ("beret", "cap", "witch_hat", "beanie", "straw_hat", "headphones")
_FLOATS = ("halo", "drop", "sweat", "tear", "sign", "vein", "mark", "sparkle", "heart", "zzz")
_ON_EYES = ("hair", "eye_white", "iris", "pupil", "eye_light", "lash", "face", "brow", "tear")
_ON_MOUTH = ("face", "mouth", "teeth", "beard", "hair", "tear")
_STRAIGHT = 16
"""Pixels; 40 figure units of a bust."""

FORBIDDEN: dict[str, Callable[[Traits], bool]] = {
    "a child with a beard": lambda t: t.identity.age == "child" and t.identity.beard != "none",
    "a woman with a beard": lambda t: t.identity.femininity > 0.6 and t.identity.beard != "none",
    "a beard and animal ears": lambda t: (
        t.identity.beard != "none" and t.identity.ears in _ANIMAL
    ),
    "a hat on animal ears": lambda t: (
        t.identity.headwear in _HATS and t.identity.ears in _ANIMAL
    ),
    "a hat on a high bun": lambda t: (
        t.identity.headwear in _HATS and t.identity.hair_back in ("afro", "bun", "double_bun")
    ),
    "a hat on an ahoge": lambda t: (
        t.identity.headwear in _HATS and t.identity.ahoge != "none"
    ),
    "an ornament on a bald head": lambda t: (
        t.identity.hair_back == "bald" and t.identity.ornament != "none"
    ),
    "animal ears on a bald head": lambda t: (
        t.identity.hair_back == "bald" and t.identity.ears in _ANIMAL
    ),
    "a gakuran on the old": lambda t: (
        t.identity.outfit == "gakuran" and t.identity.age in ("middle", "elderly")
    ),
}  # fmt: skip


def faults(person: Traits, scene: Scene, planes: Planes) -> Iterator[str]:
    """Yield what is wrong with a drawing."""
    yield from (name for name, wrong in FORBIDDEN.items() if wrong(person))
    paints = {(p.color, p.shade, p.light, p.end, p.top, p.bottom) for p in scene.parts}
    if len(scene.parts) > 255 or len(paints) > 63:
        yield f"too many parts or paints: {len(scene.parts)}, {len(paints)}"
    if not all(np.isfinite(item.points).all() for item in scene.items):
        yield "a point is not finite"
    yield from stray(scene, planes)
    yield from straight(scene, planes)
    yield from hidden(scene, planes)
    yield from glasses(scene)


def stray(scene: Scene, planes: Planes) -> Iterator[str]:
    """Yield the parts that are apart from the figure."""
    solid = np.zeros(256, np.uint8)
    for number, part in enumerate(scene.parts, start=1):
        floats = part.name.startswith(_FLOATS) or part.region == "tear"
        solid[number] = part.region != "background" and not floats
    # Lines connect as well: an earring hangs on a wire.
    mask = looked_up(solid, planes.part) | planes.lines
    mask = cv2.dilate(mask, np.ones((3, 3), np.uint8))
    count, labels = cv2.connectedComponents(mask)
    sizes = np.bincount(labels.ravel(), minlength=count)
    for label in range(1, count):
        if label != 1 + int(sizes[1:].argmax()):
            names = Counter(
                scene.parts[number - 1].name
                for number in planes.part[labels == label].tolist()
                if number and solid[number]
            )
            # What the frame cuts off may come back in elsewhere.
            rows, columns = np.nonzero(labels == label)
            edge = SIZE - 2
            if not names:
                continue
            if rows.max() < edge and columns.min() > 1 and columns.max() < edge and rows.min() > 1:
                yield f"apart: {names.most_common(1)[0][0].partition('.')[0]}"


def straight(scene: Scene, planes: Planes) -> Iterator[str]:
    """Yield the parts whose shade ends along a row."""
    cloth = np.zeros(256, np.uint8)
    for number, part in enumerate(scene.parts, start=1):
        # The shadow of blunt bangs on a face is straight.
        cloth[number] = part.region in ("cloth", "skin")
    own, shade = planes.part, planes.shade
    edge = (shade[1:] != shade[:-1]) & (own[1:] == own[:-1]) & (cloth[own[1:]] == 1)
    edge &= (planes.ink[1:] == 0) & (planes.ink[:-1] == 0)
    run = cv2.erode(edge.astype(np.uint8), np.ones((1, _STRAIGHT), np.uint8))
    for found in np.unique(own[1:][run == 1]):
        yield f"straight shade: {scene.parts[found - 1].name.partition('.')[0]}"


def hidden(scene: Scene, planes: Planes) -> Iterator[str]:
    """Yield what hides eyes and mouth and should not."""
    for mark in scene.landmarks:
        allowed: tuple[str, ...] = _ON_EYES if mark.name in ("iris_left", "iris_right") else ()
        if mark.name in ("mouth_upper_2", "mouth_lower_1"):
            allowed = _ON_MOUTH
        if not allowed:
            continue
        x, y = planes.view.pixels(np.array(((mark.x, mark.y),)))[0].astype(int)
        if 0 <= x < SIZE and 0 <= y < SIZE and planes.part[y, x]:
            part = scene.parts[planes.part[y, x] - 1]
            worn = part.name.startswith(("glasses", "lens", "eyepatch"))
            if part.region not in allowed and not worn:
                yield f"{part.name.partition('.')[0]} on {mark.name.partition('_')[0]}"


def glasses(scene: Scene) -> Iterator[str]:
    """Yield glasses that reach beyond the head."""
    left, _, right, _ = scene.boxes["head"]
    for item in scene.items:
        if isinstance(item, Stroke) and scene.parts[item.part - 1].name.startswith("glasses"):
            low, high = item.points[:, 0].min(), item.points[:, 0].max()
            if not item.within and (low < left - 12 or high > right + 12):
                yield "glasses beyond the head"


def main() -> int:
    """Roll, print what was found with an example of each, and return 1 if anything was."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--first", type=int, default=0)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    found: dict[str, list[int]] = {}
    pictures: dict[str, int] = {}
    for seed in range(options.first, options.first + options.count):
        person = traits(seed, {})
        scene = figure(person)[0]
        planes = rasterized(scene, framed(person, SIZE, SIZE), 1)
        digest = hashlib.sha256(planes.part.tobytes() + planes.tones.tobytes()).hexdigest()
        problems = list(faults(person, scene, planes))
        if digest in pictures:
            problems.append(f"alike: seed {pictures[digest]}")
        pictures[digest] = seed
        for problem in dict.fromkeys(problems):
            found.setdefault(problem, []).append(seed)
    for problem, seeds in sorted(found.items(), key=lambda pair: -len(pair[1])):
        print(f"{len(seeds):6} {problem}: seeds {', '.join(map(str, seeds[:6]))}")
    wrong = len({seed for seeds in found.values() for seed in seeds})
    print(f"{options.count} rolls, {wrong} with a fault")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
