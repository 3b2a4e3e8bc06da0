"""faces96: small real faces, cropped to the cascade's box, some with color names."""

from __future__ import annotations

import csv
import zipfile
from functools import lru_cache
from typing import Literal

from nijigen_training.data.files import decoded
from nijigen_training.data.labelled import Pixels
from nijigen_training.data.root import data_root
from nijigen_training.data.splits import face_held_out

SIDE = 96
BOX = (0.035, 0.045, 0.965, 0.975)
"""The face box in the crop: the cascade's median over 499 crops (center .50, .51 and side .93,
standard deviations .014, .014 and .07)."""


@lru_cache(maxsize=1)
def _members() -> dict[str, tuple[int, str]]:
    archives = sorted((data_root() / "faces96").glob("faces96-*.zip"))
    names: dict[str, tuple[int, str]] = {}
    for number, path in enumerate(archives):
        with zipfile.ZipFile(path) as archive:
            for member in archive.namelist():
                if member.endswith(".webp"):
                    names[member] = (number, member)
    return names


@lru_cache(maxsize=8)
def _archive(number: int) -> zipfile.ZipFile:
    # Kept open: workers are spawned, so each has its own.
    return zipfile.ZipFile(sorted((data_root() / "faces96").glob("faces96-*.zip"))[number])


@lru_cache(maxsize=2)
def face_files(part: Literal["train", "held_out"]) -> tuple[str, ...]:
    """Return the names of one side of the split, sorted."""
    return tuple(sorted(name for name in _members() if face_held_out(name) == (part == "held_out")))


def face_bytes(file: str) -> bytes:
    """Return one face as stored in its archive, a WebP file."""
    number, member = _members()[file]
    return _archive(number).read(member)


def face_pixels(file: str) -> Pixels:
    """Return one face, uint8 ``(96, 96, 3)`` RGB."""
    return decoded(face_bytes(file))


@lru_cache(maxsize=1)
def face_labels() -> dict[str, tuple[str, str]]:
    """Return the eye and hair color names by file; about 10 % are wrong."""
    path = data_root() / "faces96" / "labels.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        return {row["file"]: (row["eye"], row["hair"]) for row in csv.DictReader(lines)}
