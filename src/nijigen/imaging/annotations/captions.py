"""Captions: the tags of each picture in a text beside it, for kohya or Hydrus."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from typing import Literal

from nijigen.core.errors import InputError
from nijigen.core.posts.sidecars import hydrus, kohya
from nijigen.imaging.annotations.samples import Sample


def caption_files(
    samples: Iterable[Sample], form: Literal["kohya", "hydrus"], *, underscores: bool = False
) -> Iterator[tuple[str, str]]:
    """Yield name and content of the texts: ``a.txt`` for kohya, ``a.png.txt`` for Hydrus.

    Args:
        samples: The pictures.
        form: Who reads the texts.
        underscores: Keep underscores in captions of kohya.

    Raises:
        InputError: Two pictures would share a text, or a tag has a comma (kohya).
    """
    known: set[str] = set()
    for sample in samples:
        path = PurePosixPath(sample.name)
        name = str(path.with_suffix(".txt")) if form == "kohya" else f"{path}.txt"
        if name.casefold() in known:
            raise InputError(f"two pictures share the caption {name}", "rename one of them")
        known.add(name.casefold())
        if form == "kohya":
            yield name, kohya.write(sample.post, underscores=underscores)
        else:
            yield name, hydrus.write(sample.post)
