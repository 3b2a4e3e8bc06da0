"""Locations of data: the shared data sets or a packed folder, and the cache of derived data."""

import os
from pathlib import Path

from nijigen.core.errors import NotFound

SETS = ("scenes", "sprites", "faces96", "backgrounds")
"""Folders that identify a data root."""


def data_root() -> Path:
    """Return the data folder: ``NIJIGEN_DATA``, or the shared one next to the repository.

    Raises:
        NotFound: There is none.
    """
    given = os.environ.get("NIJIGEN_DATA")
    if given:
        roots = [Path(given)]
    else:
        # In a checkout: training/src/nijigen_training/data/root.py, with shared/ next to its root.
        roots = [up / "shared/data" for up in list(Path(__file__).resolve().parents)[4:6]]
    for root in roots:
        if any((root / name).is_dir() for name in SETS):
            return root
    raise NotFound(
        "there is no training data here", "set NIJIGEN_DATA to the folder of the shared sets"
    )


def cache_root() -> Path:
    """Return the cache folder: ``NIJIGEN_TRAINING_CACHE``, or one in the user's cache."""
    given = os.environ.get("NIJIGEN_TRAINING_CACHE")
    if given:
        return Path(given)
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "nijigen-training"
