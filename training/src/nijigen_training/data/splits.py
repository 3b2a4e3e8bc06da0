"""Splits: which data is held out; pure functions of names, the same everywhere.

A search by pixels found no near-duplicate scenes on both sides (``tests/test_data_splits.py``
repeats it on the real pictures).
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
"""Held-out sprites. Two are one character with two hair styles and belong together."""

_FLAT = frozenset(
    {"anime", "images", "wallpapers", "girls", "static", "active", "unsorted", "manga", "light",
     "textures", "test-pic", "drawings"}
)  # fmt: skip
"""Names of folders with unrelated pictures; every other folder is one series."""


def scene_group(source: str) -> str:
    """Return the group of a scene: a series' folder, or one picture of a mixed folder."""
    folder, name = posixpath.split(source.replace(":", "/"))
    if posixpath.basename(folder).lower() not in _FLAT:
        return folder
    stem = PurePosixPath(name).stem.lower()
    return folder + "/" + (re.sub(r"[\d\W_]+", "", stem) or stem)


def scene_held_out(source: str) -> bool:
    """Return whether a scene is held out, by its ``source`` in ``scenes/faces.json``."""
    return share(SCENE_SALT, scene_group(source)) < SCENE_SHARE


def sprite_held_out(character: str) -> bool:
    """Return whether a character's sprites are held out, by the name of their folder."""
    return character in CHARACTERS


def face_held_out(file: str) -> bool:
    """Return whether a picture of ``faces96`` is held out, by its file name."""
    return share("faces96", PurePosixPath(file).name) < FACE_SHARE


def photo_held_out(path: str) -> bool:
    """Return whether a photograph is held out; pictures of one person stay together."""
    person = PurePosixPath(path)
    group = person.parent.name if person.parent.name not in ("faces", "dlib") else person.stem
    return share("photos", group) < PHOTO_SHARE


def share(salt: str, name: str) -> float:
    """Return a pseudo-random number in 0..1 that depends only on the salt and name."""
    digest = hashlib.sha256(f"{salt}/{name}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


LINE_ART_TRAINED = tuple(f"s{number:02}" for number in range(18))
"""Pairs in ``lineart`` that are trained on."""
CEL_TRAINED = "smoke_explosion"
"""Sequence of ``cel_frames`` that is trained on."""
LINE_ART_VALIDATED = ("s19", "s20")
"""Pairs that choose the best weights. Those from s23 on, and the sequence ``laughing_girl`` of
``cel_frames``, are for benchmarks and trained on nowhere."""

CLEAN_LINE_ART = ("s04", "s08", "s10", "s11", "s12")
"""Those of ``LINE_ART_TRAINED`` with clean lines; the others are pencil themselves, or hatched."""
CLEAN_DRAWINGS_HELD_OUT = frozenset({"muten", "puppy", "sheriff"})
"""Drawings in ``sketches/clean_line_drawings`` that are held out."""
