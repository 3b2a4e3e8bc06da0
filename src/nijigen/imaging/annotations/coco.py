"""COCO: one JSON for a whole data set, with boxes and keypoints."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from nijigen.imaging.annotations.samples import Label, Region, Sample


def coco(samples: Iterable[Sample], labels: Sequence[Label]) -> dict[str, Any]:
    """Return a data set; pictures, regions and labels are numbered from 1.

    Raises:
        ValueError: A region has a label that is not listed.
    """
    numbers = {label.name: number for number, label in enumerate(labels, 1)}
    images: list[dict[str, Any]] = []
    annotations: list[dict[str, Any]] = []
    for sample in samples:
        image = {"id": len(images) + 1, "file_name": sample.name}
        images.append({**image, "width": sample.width, "height": sample.height})
        for region in sample.regions:
            if region.label not in numbers:
                raise ValueError(f"the label {region.label!r} is not listed")
            ids = {
                "id": len(annotations) + 1,
                "image_id": len(images),
                "category_id": numbers[region.label],
            }
            annotations.append(ids | _annotation(region))
    categories = [_category(number, label) for number, label in enumerate(labels, 1)]
    return {"images": images, "annotations": annotations, "categories": categories}


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
