"""COCO: one JSON for a whole data set, with boxes and keypoints."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from nijigen.core.atomic import replacing
from nijigen.core.strict import escaped
from nijigen.imaging.annotations.samples import Label, Region, Sample


def coco(samples: Iterable[Sample], labels: Sequence[Label]) -> dict[str, Any]:
    """Return a data set; pictures, regions and labels are numbered from 1.

    Raises:
        ValueError: A region has a label that is not listed.
    """
    images: list[dict[str, Any]] = []
    annotations: list[dict[str, Any]] = []
    for image, found in _entries(samples, labels):
        images.append(image)
        annotations += found
    return {"images": images, "annotations": annotations, "categories": _categories(labels)}


def write_coco(samples: Iterable[Sample], labels: Sequence[Label], path: Path) -> None:
    """Write what :func:`coco` returns, without holding it in memory.

    Raises:
        ValueError: A region has a label that is not listed.
        OutputError: The file cannot be written.
    """
    with replacing(path) as file, tempfile.TemporaryFile(dir=path.parent) as later:
        file.write(b'{"images": [')
        comma = b"\n"
        for image, annotations in _entries(samples, labels):
            file.write((b"" if image["id"] == 1 else b",") + b"\n" + _json(image))
            for annotation in annotations:
                later.write(comma + _json(annotation))
                comma = b",\n"
        file.write(b'],\n"annotations": [')
        later.seek(0)
        shutil.copyfileobj(later, file)
        file.write(b'],\n"categories": ' + _json(_categories(labels)) + b"}\n")


def _json(data: Any) -> bytes:
    return escaped(json.dumps(data, ensure_ascii=False)).encode()


def _entries(
    samples: Iterable[Sample], labels: Sequence[Label]
) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Yield each picture with its annotations."""
    numbers = {label.name: number for number, label in enumerate(labels, 1)}
    annotated = 0
    for number, sample in enumerate(samples, 1):
        image = {"id": number, "file_name": sample.name}
        annotations = []
        for region in sample.regions:
            if region.label not in numbers:
                raise ValueError(f"the label {region.label!r} is not listed")
            annotated += 1
            ids = {"id": annotated, "image_id": number, "category_id": numbers[region.label]}
            annotations.append(ids | _annotation(region))
        yield {**image, "width": sample.width, "height": sample.height}, annotations


def _categories(labels: Sequence[Label]) -> list[dict[str, Any]]:
    return [_category(number, label) for number, label in enumerate(labels, 1)]


def _annotation(region: Region) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "bbox": [region.left, region.top, round(region.width, 2), round(region.height, 2)],
        "area": round(region.width * region.height, 2),
        "iscrowd": 0,
    }
    if region.confidence is not None:
        entry["score"] = region.confidence
    if region.keypoints:
        # Visibility is 2 for visible and 1 for hidden; 0, for unknown, does not occur.
        flat = [v for point in region.keypoints for v in (point.x, point.y, 1 + point.visible)]
        entry |= {"keypoints": flat, "num_keypoints": len(region.keypoints)}
    if region.attributes is not None:
        entry["attributes"] = region.attributes
    return entry


def _category(number: int, label: Label) -> dict[str, Any]:
    entry: dict[str, Any] = {"id": number, "name": label.name, "supercategory": label.group}
    if label.keypoints:
        skeleton = [list(pair) for pair in label.skeleton]
        entry |= {"keypoints": list(label.keypoints), "skeleton": skeleton}
    return entry
