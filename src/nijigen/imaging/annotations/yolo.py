"""YOLO: a label file for each picture, and ``data.yaml`` for the data set."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePosixPath

from nijigen.core.errors import InputError
from nijigen.imaging.annotations.samples import Label, Region, Sample


def yolo(sample: Sample, labels: Sequence[Label]) -> str:
    """Return a label file: class, center and size as fractions of the picture, keypoints.

    The pose format requires the same keypoints for every region.

    Raises:
        InputError: The size of the picture is not known.
        ValueError: A region has a label that is not listed.
    """
    if sample.width is None or sample.height is None:
        raise InputError("YOLO needs the size of the picture")
    names = [label.name for label in labels]
    lines = []
    for region in sample.regions:
        words = [str(names.index(region.label)), *_fractions(region, sample.width, sample.height)]
        for x, y, visible in region.keypoints:
            words += [f"{x / sample.width:.6f}", f"{y / sample.height:.6f}", str(1 + visible)]
        lines.append(" ".join(words) + "\n")
    return "".join(lines)


def yolo_files(samples: Iterable[Sample], labels: Sequence[Label]) -> Iterator[tuple[str, str]]:
    """Yield name and content of all label files of a data set, then ``data.yaml``.

    Pictures belong into ``images/``, where their label files in ``labels/`` are expected.

    Raises:
        InputError: The size of a picture is not known, or two pictures would share a label file.
    """
    known: set[str] = set()
    for sample in samples:
        name = str(PurePosixPath("labels") / PurePosixPath(sample.name).with_suffix(".txt"))
        if name.casefold() in known:
            raise InputError(f"two pictures share the label file {name}", "rename one of them")
        known.add(name.casefold())
        yield name, yolo(sample, labels)
    # JSON is YAML, and needs no rules about quotes.
    lines = ["path: .", "train: images", "val: images"]
    lines.append(f"names: {json.dumps([label.name for label in labels], ensure_ascii=False)}")
    counts = {len(label.keypoints) for label in labels} - {0}
    if counts:
        lines.append(f"kpt_shape: [{max(counts)}, 3]")
    yield "data.yaml", "".join(f"{line}\n" for line in lines)


def _fractions(region: Region, width: int, height: int) -> list[str]:
    x, y = (region.left + region.right) / 2 / width, (region.top + region.bottom) / 2 / height
    values = (x, y, region.width / width, region.height / height)
    return [f"{value:.6f}" for value in values]
