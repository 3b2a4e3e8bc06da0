"""Originals: the pictures themselves, of which a library knows the files."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from nijigen.core.errors import NijigenError
from nijigen.core.picture import Picture
from nijigen.library.files.reading import read
from nijigen.library.matching.views import View, view_of
from nijigen.library.store.catalog import Place
from nijigen.library.store.stamp import Stamp


def unchanged(places: Iterable[Place]) -> Iterator[Path]:
    """Yield the files that are as they were when they were looked at."""
    for place in places:
        with contextlib.suppress(OSError):
            if place.stamp.is_same(Stamp.of(place.path.stat())):
                yield place.path


def read_original(paths: Iterable[Path], side: int) -> View | None:
    """Return a still picture from the first of its files that can be read; None if none can.

    Args:
        paths: Its files.
        side: The longer side at most.
    """
    for path in paths:
        with contextlib.suppress(OSError, NijigenError):
            value = read(path, side).value
            if isinstance(value, Picture):
                return view_of(value, side)
    return None
