"""Exporting: pictures of a library as a data set, one after the other."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from nijigen.core import disk
from nijigen.core.atomic import refusing, write_bytes
from nijigen.core.folders import replacing_folder
from nijigen.core.run import Run
from nijigen.imaging.annotations.captions import caption_files
from nijigen.imaging.annotations.coco import write_coco
from nijigen.imaging.annotations.parquet import write_parquet
from nijigen.imaging.annotations.samples import Label, Region, Sample
from nijigen.imaging.annotations.webdataset import write_webdataset
from nijigen.imaging.annotations.yolo import yolo_files
from nijigen.library._library import Library
from nijigen.library.files.originals import unchanged

Format = Literal["webdataset", "parquet", "coco", "yolo", "kohya", "hydrus"]
Pictures = Literal["copy", "link", "none"]
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
    with replacing_folder(folder) as made:
        # Training programs expect captions beside pictures, and all else beside their folder.
        beside = made if format in ("kohya", "hydrus") else made / "images"
        samples = _samples(library, numbers, done, run)
        if format == "webdataset":
            write_webdataset(samples, made)
        else:
            _WRITERS[format](_placed(samples, beside, pictures), made)
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


def _placed(samples: Iterable[Sample], folder: Path, how: Pictures) -> Iterator[Sample]:
    """Yield samples after their pictures were put into a folder."""
    for sample in samples:
        assert sample.file is not None
        if how != "none":
            target = folder / sample.name
            with refusing(target):
                disk.make_folder(folder)
                _put(sample.file, target, linked=how == "link")
        yield sample


def _put(source: Path, target: Path, *, linked: bool) -> None:
    if linked:
        try:
            os.link(source, target)
            return
        except OSError:
            # On another disk, or on one without links.
            pass
    shutil.copyfile(source, target)
    disk.sync_path(target)


def _write_texts(files: Iterable[tuple[str, str]], folder: Path) -> None:
    for name, text in files:
        write_bytes(folder / name, text.encode())


_WRITERS: dict[Format, Callable[[Iterable[Sample], Path], None]] = {
    "parquet": lambda samples, folder: write_parquet(samples, folder / "pictures.parquet"),
    "coco": lambda samples, folder: write_coco(samples, LABELS, folder / "annotations.json"),
    "yolo": lambda samples, folder: _write_texts(yolo_files(samples, LABELS), folder),
    "kohya": lambda samples, folder: _write_texts(caption_files(samples, "kohya"), folder),
    "hydrus": lambda samples, folder: _write_texts(caption_files(samples, "hydrus"), folder),
}
