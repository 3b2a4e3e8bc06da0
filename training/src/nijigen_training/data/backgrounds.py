"""Pictures without a drawn face: painted backgrounds and photographs, of people too."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Literal

from nijigen_training.data.files import read_pixels, reduced
from nijigen_training.data.labelled import EVERYWHERE, Labelled, Pixels, none, rows
from nijigen_training.data.root import data_root
from nijigen_training.data.splits import photo_held_out, share

LONGER_SIDE = 640
_ENDINGS = (".webp", ".png", ".jpg", ".jpeg", ".pgm")

BACKGROUND_SHARE = 0.1
"""Share of the backgrounds held out, by place: a place occurs at several times of day."""


@lru_cache(maxsize=2)
def background_files(part: Literal["train", "held_out"]) -> tuple[Path, ...]:
    """Return the painted backgrounds of one side of the split."""
    paths = sorted((data_root() / "backgrounds").glob("*.webp"))
    return tuple(
        path
        for path in paths
        if not path.name.startswith("_")
        and (share("backgrounds", "_".join(path.stem.split("_")[:2])) < BACKGROUND_SHARE)
        == (part == "held_out")
    )


@lru_cache(maxsize=2)
def photo_files(part: Literal["train", "held_out"]) -> tuple[Path, ...]:
    """Return the photographs of one side of the split: all show people, but no drawn face."""
    root = data_root() / "face_photos"
    paths = sorted(path for path in root.rglob("*") if path.suffix.lower() in _ENDINGS)
    return tuple(
        path
        for path in paths
        if photo_held_out(path.relative_to(root).as_posix()) == (part == "held_out")
    )


@lru_cache(maxsize=1200)
def plain_pixels(path: Path) -> Pixels:
    """Return a picture, its longer side at most ``LONGER_SIDE``; cached, so do not modify it."""
    return reduced(read_pixels(path), LONGER_SIDE)


def background_picture(path: Path) -> Labelled:
    """Return a background, which has neither faces nor heads."""
    return Labelled(plain_pixels(path))


def photo_picture(path: Path) -> Labelled:
    """Return a photograph: it has no drawn face; heads are unknown."""
    return Labelled(plain_pixels(path), none(), rows(EVERYWHERE))
