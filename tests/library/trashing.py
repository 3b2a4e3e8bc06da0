"""A library whose files go to the trash."""

from __future__ import annotations

from pathlib import Path

from collection import write

from nijigen.library import Library
from nijigen.library.upkeep.trashing import Unwanted


def made(tmp_path: Path, count: int = 3) -> tuple[Path, list[Path]]:
    """Return a library of some pictures, and their files."""
    paths = write(tmp_path / "pictures", count, size=(48, 36))
    place = tmp_path / "library"
    with Library(place, writing=True) as library:
        library.add([tmp_path / "pictures"])
        library.update()
    return place, paths


def put(place: Path, *paths: Path, keeper: Path | None = None) -> dict[Path, str]:
    with Library(place) as library:
        return library.trash.put([Unwanted(path, "test", keeper) for path in paths])


def states(place: Path) -> dict[str, str]:
    with Library(place) as library:
        found = library.below(place.parent / "pictures")
    return {one.path.name: one.state for one in found}
