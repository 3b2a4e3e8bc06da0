"""Export faces for other programs: COCO, YOLO, CSV and the JSON of AnimeFace 2009."""

from __future__ import annotations

import csv
import io
from typing import Any

from nijigen.core.errors import InputError
from nijigen.core.landmarks import LANDMARKS, part
from nijigen.core.values import rgb
from nijigen.faces._settings import Format
from nijigen.faces._values import Box, Eye, Face, Faces
from nijigen.faces.engines.animeface import SCALE

Output = Faces | dict[str, Any] | list[Any] | str
SEEN = 0.5
"""Visibility from which a landmark counts as visible."""


def format_faces(faces: Faces, format: Format, source: str | None) -> Output:
    """Return faces in a format: unchanged, as data for JSON, or as text.

    Args:
        faces: The faces of one picture.
        format: The format.
        source: Name of the picture's file, for formats that include it.
    """
    if format == "coco":
        return _coco(faces, source or "")
    if format == "yolo":
        return _yolo(faces)
    if format == "csv":
        return _csv(faces, source or "")
    if format == "animeface":
        return [_animeface(face) for face in faces.faces]
    return faces


def _coco(faces: Faces, source: str) -> dict[str, Any]:
    """Return a COCO data set of one picture: faces with keypoints, and heads."""
    annotations: list[dict[str, Any]] = []
    for face in faces.faces:
        entry = _annotation(len(annotations) + 1, 1, face.box, face.confidence)
        if face.landmarks:
            keypoints: list[float] = []
            for point in face.landmarks.values():
                keypoints += [point.x, point.y, 2 if point.visible >= SEEN else 1]
            entry |= {"keypoints": keypoints, "num_keypoints": len(LANDMARKS)}
        if face.attributes:
            entry["attributes"] = face.attributes.model_dump(mode="json")
        annotations.append(entry)
        if face.head:
            annotations.append(_annotation(len(annotations) + 1, 2, face.head, face.confidence))
    face_category = {
        "id": 1,
        "name": "face",
        "supercategory": "character",
        "keypoints": list(LANDMARKS),
        "skeleton": _skeleton(),
    }
    return {
        "images": [{"id": 1, "file_name": source, "width": faces.width, "height": faces.height}],
        "annotations": annotations,
        "categories": [face_category, {"id": 2, "name": "head", "supercategory": "character"}],
    }


def _annotation(number: int, category: int, box: Box, confidence: float) -> dict[str, Any]:
    return {
        "id": number,
        "image_id": 1,
        "category_id": category,
        "bbox": [box.left, box.top, round(box.width, 2), round(box.height, 2)],
        "area": round(box.width * box.height, 2),
        "iscrowd": 0,
        "score": confidence,
    }


def _skeleton() -> list[list[int]]:
    """Return the pairs of keypoints joined by a line, counted from 1."""
    lines = []
    for name in ("contour", "eye_left_upper", "eye_right_upper", "mouth_upper", "brow_left"):
        lines += _chain(name)
    return lines + _chain("brow_right")


def _chain(name: str) -> list[list[int]]:
    at = part(name)
    return [[n + 1, n + 2] for n in range(at.start, at.stop - 1)]


def _yolo(faces: Faces) -> str:
    """Return a YOLO label file: class, center and size as fractions of the picture.

    Class 0 is a face and 1 a head. With landmarks only faces are written, in the pose format,
    which requires the same keypoints for every class.
    """
    if faces.width is None or faces.height is None:
        raise InputError("YOLO needs the size of the picture")
    lines = []
    for face in faces.faces:
        lines.append(_place(0, face.box, faces.width, faces.height))
        if face.landmarks:
            for point in face.landmarks.values():
                x, y = point.x / faces.width, point.y / faces.height
                lines[-1] += f" {x:.6f} {y:.6f} {2 if point.visible >= SEEN else 1}"
        elif face.head:
            lines.append(_place(1, face.head, faces.width, faces.height))
    return "".join(line + "\n" for line in lines)


def _place(kind: int, box: Box, width: int, height: int) -> str:
    x, y = (box.left + box.right) / 2 / width, (box.top + box.bottom) / 2 / height
    return f"{kind} {x:.6f} {y:.6f} {box.width / width:.6f} {box.height / height:.6f}"


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
