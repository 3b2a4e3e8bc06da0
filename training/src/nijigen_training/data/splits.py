"""Splits: what training never sees; pure functions of names, the same everywhere.

Near-duplicates of the scenes were looked for by their pixels: none lies on both sides
(``tests/test_data_splits.py`` repeats that on the real pictures).
"""

import hashlib
import posixpath
import re
from pathlib import PurePosixPath

SCENE_SHARE = 0.2
FACE_SHARE = 0.1
PHOTO_SHARE = 0.25
SCENE_SALT = "scenes-5"
CHARACTERS = frozenset({"hideaki", "misha", "mishashort", "sae", "Gaotian"})
"""Sprites that are held out. Two are one character in two hair styles and go together."""

_FLAT = frozenset(
    {"anime", "images", "wallpapers", "girls", "static", "active", "unsorted", "manga", "light",
     "textures", "test-pic", "drawings"}
)  # fmt: skip
"""Last names of folders that hold unrelated pictures; every other folder is one series."""


def scene_group(source: str) -> str:
    """Return what belongs together: a series' folder, or one picture of a mixed folder."""
    folder, name = posixpath.split(source.replace(":", "/"))
    if posixpath.basename(folder).lower() not in _FLAT:
        return folder
    stem = PurePosixPath(name).stem.lower()
    return folder + "/" + (re.sub(r"[\d\W_]+", "", stem) or stem)


def scene_held_out(source: str) -> bool:
    """Whether a scene is kept from training, by the ``source`` of ``scenes/faces.json``."""
    return share(SCENE_SALT, scene_group(source)) < SCENE_SHARE


def sprite_held_out(character: str) -> bool:
    """Whether a character's sprites are kept from training, by the name of their folder."""
    return character in CHARACTERS


def face_held_out(file: str) -> bool:
    """Whether a picture of ``faces96`` is kept from training, by its file name."""
    return share("faces96", PurePosixPath(file).name) < FACE_SHARE


def photo_held_out(path: str) -> bool:
    """Whether a photograph is kept from training; pictures of one person stay together."""
    person = PurePosixPath(path)
    group = person.parent.name if person.parent.name not in ("faces", "dlib") else person.stem
    return share("photos", group) < PHOTO_SHARE


def share(salt: str, name: str) -> float:
    """Return a number in 0..1 that looks random but is always the same for a name."""
    digest = hashlib.sha256(f"{salt}/{name}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64
