"""Export faces for other programs: COCO, YOLO, CSV and the JSON of AnimeFace 2009."""

from __future__ import annotations

import csv
import io
import itertools
from functools import cache
from typing import Any

from nijigen.core.landmarks import LANDMARKS, part
from nijigen.core.values import rgb
from nijigen.faces._settings import Format
from nijigen.faces._values import Box, Eye, Face, Faces
from nijigen.faces.engines.animeface import SCALE
from nijigen.imaging.annotations.coco import coco
from nijigen.imaging.annotations.samples import Keypoint, Label, Region, Sample
from nijigen.imaging.annotations.yolo import yolo

Output = Faces | dict[str, Any] | list[Any] | str
SEEN = 0.5
"""Visibility from which a landmark counts as visible."""
_LINES = (
    "contour", "eye_left_upper", "eye_right_upper", "mouth_upper", "brow_left", "brow_right",
)  # fmt: skip
"""Parts whose landmarks are joined by a line."""


def format_faces(faces: Faces, format: Format, source: str | None) -> Output:
    """Return faces in a format: unchanged, as data for JSON, or as text.

    Args:
        faces: The faces of one picture.
        format: The format.
        source: Name of the picture's file, for formats that include it.
    """
    if format == "coco":
        return coco([_sample(faces, source or "", heads_of_posed=True)], _labels())
    if format == "yolo":
        # The pose format requires the same keypoints for every region, and heads have none.
        return yolo(_sample(faces, source or "", heads_of_posed=False), _labels())
    if format == "csv":
        return _csv(faces, source or "")
    if format == "animeface":
        return [_animeface(face) for face in faces.faces]
    return faces


def _sample(faces: Faces, source: str, *, heads_of_posed: bool) -> Sample:
    """Return faces and heads as regions of a picture.

    Args:
        faces: The faces.
        source: Name of the picture's file.
        heads_of_posed: Include the heads of faces that have landmarks.
    """
    regions = []
    for face in faces.faces:
        points = (face.landmarks or {}).values()
        regions.append(
            Region(
                "face",
                *face.box,
                face.confidence,
                tuple(Keypoint(point.x, point.y, point.visible >= SEEN) for point in points),
                face.attributes.model_dump(mode="json") if face.attributes else None,
            )
        )
        if face.head and (heads_of_posed or not face.landmarks):
            regions.append(Region("head", *face.head, face.confidence))
    return Sample(source, faces.width, faces.height, tuple(regions))


@cache
def _labels() -> tuple[Label, Label]:
    skeleton = tuple(itertools.chain(*map(_chain, _LINES)))
    return Label("face", "character", LANDMARKS, skeleton), Label("head", "character")


def _chain(name: str) -> list[tuple[int, int]]:
    """Return the pairs of keypoints of a line, counted from 1."""
    at = part(name)
    return [(n + 1, n + 2) for n in range(at.start, at.stop - 1)]


def _csv(faces: Faces, source: str) -> str:
    """Return a table with a row for each face and without empty columns."""
    rows = []
    for face in faces.faces:
        row: dict[str, Any] = {"file": source, "confidence": face.confidence}
        row |= _columns("", face.box)
        if face.head:
            row |= _columns("head_", face.head)
        if face.attributes:
            for name, value in face.attributes.model_dump(mode="json").items():
                if isinstance(value, dict):
                    row |= {f"{name}_color": value["color"], f"{name}_open": value["open"]}
                else:
                    row[name] = value
        for name, point in (face.landmarks or {}).items():
            row |= {f"{name}_x": point.x, f"{name}_y": point.y, f"{name}_visible": point.visible}
        rows.append(row)
    names = dict.fromkeys(["file", "confidence", *Box._fields])
    for row in rows:
        names |= dict.fromkeys(row)
    out = io.StringIO()
    writer = csv.DictWriter(out, list(names), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def _columns(prefix: str, box: Box) -> dict[str, float]:
    return {prefix + name: value for name, value in box._asdict().items()}


def _animeface(face: Face) -> dict[str, Any]:
    """Return a face in the format of AnimeFace 2009: its box, the character's left and right.

    Source: nagadomi/animeface-2009; which eye is the left one was taken from its output.
    """
    read = face.attributes
    points = face.points[:, :2]
    nose, chin = (points[LANDMARKS.index(name)] for name in ("nose_tip", "contour_8"))
    return {
        "likelihood": face.confidence,
        "face": _whole(face.box.scaled(1 / SCALE)),
        "skin_color": _pixel(read.skin if read else None),
        "hair_color": _pixel(read.hair if read else None),
        "eyes": {
            "left": _animeface_eye(face, "right", read.eye_right if read else None),
            "right": _animeface_eye(face, "left", read.eye_left if read else None),
        },
        "nose": {"x": round(float(nose[0])), "y": round(float(nose[1]))},
        "mouth": _whole(_around(face, "mouth")),
        "chin": {"x": round(float(chin[0])), "y": round(float(chin[1]))},
    }


def _animeface_eye(face: Face, side: str, eye: Eye | None) -> dict[str, Any]:
    colors = [_pixel(color) for color in eye.colors] if eye else []
    return {**_whole(_around(face, f"eye_{side}")), "colors": colors}


def _around(face: Face, name: str) -> Box:
    points = face.points[part(name), :2]
    low, high = points.min(0), points.max(0)
    return Box(float(low[0]), float(low[1]), float(high[0]), float(high[1]))


def _whole(box: Box) -> dict[str, int]:
    left, top = round(box.left), round(box.top)
    width, height = max(1, round(box.right) - left), max(1, round(box.bottom) - top)
    return {"x": left, "y": top, "width": width, "height": height}


def _pixel(color: str | None) -> dict[str, int] | None:
    return None if color is None else rgb(color)._asdict()
