"""Measure whether drawings of one character are told apart.

    python benchmarks/variants.py [--data FOLDER] [--pairs N]

Pairs of sprites are compared as the library compares its entries, and grouped by what their names
say: the same sprite at another distance, another expression, other clothes, another pose, another
character. Variants should be called so; what is in another pose or of another character should
never be called the same artwork. Pairs are seeded. Pictures are in ../shared/data: sprites/ks, and
sprites/nova, whose characters are composed of layers in one pose.
"""

from __future__ import annotations

import argparse
import collections
import functools
import io
import itertools
import time
from pathlib import Path

import numpy as np
from PIL import Image

from nijigen import Picture
from nijigen.imaging.files import read_picture
from nijigen.library.matching.details import Originals
from nijigen.library.matching.pairs import Stored, compare_stored
from nijigen.library.matching.views import LARGEST, THUMBNAIL, View, view_of, within
from nijigen.library.signatures.local import Local

DATA = Path(__file__).parents[2] / "shared" / "data"
SEED = 22
CLOTHES = {"cas", "gym", "paj", "che", "yuk", "smoke"}
DISTANCES = {"close", "superclose"}
ONE_POSE = {"emicas", "emiwheel", "hideaki", "jigoro", "kenji", "muto", "sae", "shopkeep"}
"""Characters whose names of files have no pose, but may end in ``up``."""
EXPECTED = {
    "same artwork": {"same artwork"},
    "expression": {"variant"},
    "clothes": {"variant", "similar", "nothing"},
    "pose": {"variant", "similar", "nothing"},
    "character": {"variant", "similar", "nothing"},
    "character in the same pose": {"variant", "similar", "nothing"},
}


def described(path: Path) -> tuple[str, tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Return the character, pose, expression and clothes that a name states."""
    words = [word for word in path.stem.split("_") if word not in DISTANCES]
    clothes = tuple(word for word in words if word in CLOTHES)
    name, *rest = (word for word in words if word not in CLOTHES)
    if name in ONE_POSE:
        return (
            name,
            tuple(w for w in rest if w == "up"),
            tuple(w for w in rest if w != "up"),
            clothes,
        )
    return name, tuple(rest[:1]), tuple(rest[1:]), clothes


def relation(one: Path, other: Path) -> str:
    (name, pose, face, worn), (name2, pose2, face2, worn2) = described(one), described(other)
    if name != name2:
        return "character"
    if pose != pose2:
        return "pose"
    if worn != worn2:
        return "clothes"
    return "same artwork" if face == face2 else "expression"


@functools.lru_cache(maxsize=512)
def stored(path: Path) -> Stored:
    return as_stored(read_picture(path))


def as_stored(picture: Picture) -> Stored:
    """Return what the library stores of a picture."""
    view, data = view_of(picture), io.BytesIO()
    Image.fromarray(within(view, THUMBNAIL)).save(data, "WEBP", quality=80, method=2)
    return Stored(picture.size, np.asarray(Image.open(data).convert("RGB")), Local().of(view))


def composed(folder: Path) -> Stored:
    """Compose a character of its layers."""
    mouth = sorted(folder.glob("mouth_*"))[0]
    layers = [folder / "body.png", mouth, folder / "eye_normal.png", folder / "hair.png"]
    images = [Image.open(path).convert("RGBA") for path in layers]
    return as_stored(Picture(np.asarray(functools.reduce(Image.alpha_composite, images))))


def pixels(path: Path) -> View:
    return view_of(read_picture(path), LARGEST)


def both(one: Path, other: Path) -> tuple[View, View]:
    return pixels(one), pixels(other)


def verdict(one: Stored, other: Stored, originals: Originals = lambda: None) -> str:
    found = compare_stored(one, other, originals)
    return "nothing" if found is None else found.verdict


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--pairs", type=int, default=100)
    given = parser.parse_args()
    draw = np.random.default_rng(SEED)
    sprites = sorted((given.data / "sprites" / "ks").rglob("*.webp"))
    if not sprites:
        parser.error(f"there are no sprites in {given.data}: name the folder with --data")
    pairs = collections.defaultdict(list)
    for one, other in itertools.combinations(sprites, 2):
        pairs[relation(one, other)].append((one, other))
    began, count, results = time.process_time(), 0, {}
    for name, found in sorted(pairs.items()):
        chosen = [found[index] for index in draw.permutation(len(found))[: given.pairs]]
        results[name] = [
            verdict(stored(one), stored(other), functools.partial(both, one, other))
            for one, other in chosen
        ]
        count += len(chosen)
        for pair, said in zip(chosen, results[name], strict=True):
            if said not in EXPECTED[name]:
                print(f"  {name}: {pair[0].name} and {pair[1].name} are called {said}", flush=True)
    characters = [
        composed(path.parent) for path in (given.data / "sprites").glob("nova/*/body.png")
    ]
    name = "character in the same pose"
    results[name] = [verdict(*pair) for pair in itertools.permutations(characters, 2)]
    seconds = time.process_time() - began
    for name, said in results.items():
        right = np.mean([one in EXPECTED[name] for one in said])
        counts = ", ".join(f"{n} {what}" for what, n in collections.Counter(said).most_common())
        print(f"{name:28}{right:7.3f}   {counts}")
    apart = [
        one != "same artwork"
        for name in EXPECTED
        for one in results[name]
        if name in {"pose", "character", "character in the same pose"}
    ]
    share = np.mean(apart)
    print(f"{len(apart)} of another pose or character: {share:.4f} not called the same artwork")
    print(f"{seconds / (count + len(results[name])):.3f} CPU s a pair, with reading")


if __name__ == "__main__":
    main()
