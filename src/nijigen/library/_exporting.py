"""Exporting: pictures of a library as a data set, one after the other."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from nijigen.core.run import Run
from nijigen.imaging.annotations.folders import Format, Pictures, write_dataset
from nijigen.imaging.annotations.samples import Label, Region, Sample
from nijigen.library._library import Library
from nijigen.library.files.originals import unchanged

LABELS = (Label("face", "person"),)
_UNSAFE = re.compile(r'[\x00-\x1f"*/:<>?\\|\ud800-\udfff]')
"""Characters that some file system does not have in names."""


@dataclass
class Exported:
    """What became of the pictures."""

    pictures: int = 0
    skipped: list[int] = field(default_factory=list)
    """Numbers of the pictures of which no file is here as it was."""


def export(
    library: Library,
    numbers: Sequence[int],
    folder: Path,
    format: Format,
    pictures: Pictures,
    run: Run,
) -> Exported:
    """Write a data set; a folder that an earlier export wrote is replaced in the end.

    Raises:
        InputError: The folder has other files in it, or the format cannot hold a tag.
        UnsupportedFormat: A package for the format is not installed.
        OutputError: The folder cannot be written.
    """
    done = Exported()
    write_dataset(_samples(library, numbers, done, run), LABELS, folder, format, pictures)
    return done


def _samples(
    library: Library, numbers: Sequence[int], done: Exported, run: Run
) -> Iterator[Sample]:
    """Yield what is known of pictures; no two have the same name without its extension."""
    stems: set[str] = set()
    for place, number in enumerate(numbers):
        run.progress(place / len(numbers))
        file = _file(library, number)
        if file is None:
            done.skipped.append(number)
            continue
        content = library.entry(number).content
        name = _UNSAFE.sub("_", file.name)
        stem, ending = os.path.splitext(name)
        if stem.casefold() in stems or not ending:
            stem, ending = f"{stem}_{number}", ending or f".{content.format}"
        stems.add(stem.casefold())
        done.pictures += 1
        yield Sample(
            stem + ending,
            content.width,
            content.height,
            tuple(_regions(library, number, content.width, content.height)),
            library.tags.of(number),
            file,
        )


def _file(library: Library, number: int) -> Path | None:
    return next(unchanged(library.places(number)), None)


def _regions(library: Library, number: int, width: int, height: int) -> Iterator[Region]:
    for face in library.faces.of(number):
        # A face may reach beyond the picture, a box of a data set may not.
        left, right = (min(max(x, 0.0), width) for x in (face.left, face.right))
        top, bottom = (min(max(y, 0.0), height) for y in (face.top, face.bottom))
        if left < right and top < bottom:
            left, top, right, bottom = (round(side, 2) for side in (left, top, right, bottom))
            yield Region("face", left, top, right, bottom, round(face.confidence, 4))
