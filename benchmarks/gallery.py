"""The pictures that copies are looked for in, and those that are not there.

All is chosen by a fixed seed from ../shared/data, so that a library made once can be searched again
by later runs.
"""

from __future__ import annotations

import functools
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

DATA = Path(__file__).parents[2] / "shared" / "data"
SEED = 22
QUERIED = ("scenes/images", "backgrounds", "portraits_wesnoth")
"""Queries are copies of these."""
LEAST = 400
"""Longer side of a query's original."""
OTHERS = ("lineart", "sketches", "cel_frames", "face_photos", "photos", "sprites/ks")
SIZE = 10_000
ABSENT_SCENES = 0.15
ABSENT_FOLDERS = {"orcs", "trolls", "undead", "drakes", "nagas", "wolves"}
"""Kinds of portraits that are not in the library at all: within a kind there are versions."""
ABSENT = 1_500
CHARACTERS = {"lilly", "emicas", "hideaki", "kenji", "muto"}
"""Folders of sprites of which a third is not in the library."""
SUFFIXES = {".webp", ".png", ".jpg", ".jpeg"}


@dataclass(frozen=True)
class Gallery:
    """What is in the library, and what is not."""

    pictures: list[Path]
    queries: list[Path]
    """Pictures of the gallery that are looked for, in random order."""
    absent: list[Path]
    """Pictures that are not in it, nor a version of them, in random order."""
    sprites: list[Path]
    """Sprites that are not in it, of characters of whom there are others."""
    scenes: list[Path]
    """Absent scenes, for the rest of a collage."""


def chosen(data: Path, cache: Path, size: int = SIZE) -> Gallery:
    """Return the pictures; small faces are unpacked to fill the gallery.

    Args:
        data: The folder of real pictures.
        cache: Where the faces are unpacked, once.
        size: Of the gallery.
    """
    draw = np.random.default_rng(SEED)
    queried = _shuffled([p for name in QUERIED for p in _pictures(data / name)], draw)
    scenes = [path for path in queried if path.parent.name == "images"]
    scenes = scenes[: int(len(scenes) * ABSENT_SCENES)]
    away = set(scenes) | {p for p in queried if p.parent.name in ABSENT_FOLDERS}
    others = _shuffled([p for name in OTHERS for p in _pictures(data / name)], draw)
    sprites = [p for p in others if p.parent.name in CHARACTERS]
    sprites = sprites[: len(sprites) // 3]
    photos = [path for path in others if "photos" in path.parts][: ABSENT // 3]
    out = set(sprites) | set(photos)
    real = [p for p in queried if p not in away] + [p for p in others if p not in out]
    faces = _shuffled(_faces(data / "faces96", cache / "faces96"), draw)
    missing = max(0, size - len(real))
    drawn = [*sorted(away), *photos]
    absent = drawn + faces[missing : missing + max(0, ABSENT - len(drawn))]
    return Gallery(
        (real + faces[:missing])[:size],
        [path for path in queried if path not in away and max(Image.open(path).size) >= LEAST],
        _shuffled(absent, draw),
        sprites,
        scenes,
    )


@functools.cache
def _pictures(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.suffix in SUFFIXES)


def _shuffled(paths: list[Path], draw: np.random.Generator) -> list[Path]:
    return [paths[index] for index in draw.permutation(len(paths))]


def _faces(archives: Path, folder: Path) -> list[Path]:
    if not folder.is_dir():
        folder.mkdir(parents=True)
        for archive in sorted(archives.glob("*.zip")):
            with zipfile.ZipFile(archive) as opened:
                opened.extractall(folder)
    return sorted(folder.rglob("*.webp"))
