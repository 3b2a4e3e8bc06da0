"""Kinds of real pictures in ../shared/data, for benchmarks that look at some of each."""

from __future__ import annotations

from pathlib import Path

import numpy as np

DATA = Path(__file__).parents[2] / "shared" / "data"
KINDS = {
    "scenes": "scenes/images/*.webp",
    "backgrounds": "backgrounds/*",
    "portraits": "portraits_wesnoth/**/*.*",
    "sprites": "sprites/ks/*/*.webp",
    "line art": "lineart/*_line.*",
    "sketches": "sketches/**/*.webp",
    "cel frames": "cel_frames/**/*.png",
    "photographs": "photos/*/*.webp",
    "clothes": "photos/clothing/*.webp",
    "things and animals": "photos/imagenet_sample/*.webp",
    "landscapes": "photos/bsds/*.webp",
    "faces": "face_photos/celeb5/**/*.*",
}
SEED = 22


def chosen(data: Path, kind: str, most: int) -> list[Path]:
    """Return some pictures of a kind, seeded, in order."""
    paths = [p for p in sorted(data.glob(KINDS[kind])) if p.suffix in (".webp", ".png", ".jpg")]
    order = np.random.default_rng(SEED).permutation(len(paths))[:most]
    return [paths[index] for index in sorted(order)]
