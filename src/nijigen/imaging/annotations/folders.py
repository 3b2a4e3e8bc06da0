"""Data sets as folders: what is known of pictures in one of the formats, and the pictures."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Literal

from nijigen.core import disk
from nijigen.core.atomic import refusing, write_bytes
from nijigen.core.folders import replacing_folder
from nijigen.imaging.annotations.captions import caption_files
from nijigen.imaging.annotations.coco import write_coco
from nijigen.imaging.annotations.parquet import write_parquet
from nijigen.imaging.annotations.samples import Label, Sample
from nijigen.imaging.annotations.webdataset import write_webdataset
from nijigen.imaging.annotations.yolo import yolo_files

Format = Literal["webdataset", "parquet", "coco", "yolo", "kohya", "hydrus"]
Pictures = Literal["copy", "link", "none"]


def write_dataset(
    samples: Iterable[Sample],
    labels: Sequence[Label],
    folder: Path,
    format: Format,
    pictures: Pictures,
) -> None:
    """Write a data set; a folder that an earlier export wrote is replaced in the end.

    Args:
        samples: Each with its file, unless ``pictures`` is ``none``; no two have the same name
            without its extension.
        labels: Of their regions.
        folder: New, empty, or of an earlier export.
        format: WebDataset always contains the pictures.
        pictures: Whether they are copied, linked where the disk allows that, or left out.

    Raises:
        InputError: The folder has other files in it, or the format cannot hold a tag.
        UnsupportedFormat: A package for the format is not installed.
        OutputError: The folder cannot be written.
    """
    with replacing_folder(folder) as made:
        # Training programs expect captions beside pictures, and all else beside their folder.
        beside = made if format in ("kohya", "hydrus") else made / "images"
        if format == "webdataset":
            write_webdataset(samples, made)
        else:
            _WRITERS[format](_placed(samples, beside, pictures), labels, made)


def _placed(samples: Iterable[Sample], folder: Path, how: Pictures) -> Iterator[Sample]:
    """Yield samples after their pictures were put into a folder."""
    for sample in samples:
        if how != "none":
            assert sample.file is not None
            target = folder / sample.name
            with refusing(target):
                disk.make_folder(target.parent)
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


Writer = Callable[[Iterable[Sample], Sequence[Label], Path], None]
_WRITERS: dict[Format, Writer] = {
    "parquet": lambda samples, _, folder: write_parquet(samples, folder / "pictures.parquet"),
    "coco": lambda samples, labels, folder: write_coco(
        samples, labels, folder / "annotations.json"
    ),
    "yolo": lambda samples, labels, folder: _write_texts(yolo_files(samples, labels), folder),
    "kohya": lambda samples, _, folder: _write_texts(caption_files(samples, "kohya"), folder),
    "hydrus": lambda samples, _, folder: _write_texts(caption_files(samples, "hydrus"), folder),
}
