"""Crops of single faces, as layers of an artwork laid out as a contact sheet."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from nijigen.core.artwork import Artwork, Layer
from nijigen.core.picture import Encoding, Picture, PixelFormat
from nijigen.faces._values import Face, Faces
from nijigen.imaging.resize import resize

Part = Literal["face", "head"]
HEAD = 1.55, 0.09
"""Fallback without a head box: its side over the face's, and how far its center is raised."""


def select_faces(faces: Faces, which: Literal["all", "largest"]) -> Sequence[Face]:
    """Return all faces, or only the largest."""
    if which == "all" or not faces.faces:
        return faces.faces
    return [max(faces.faces, key=lambda face: face.box.side)]


def crop_face(
    picture: Picture, face: Face, around: Part, margin: float, square: bool, size: int | None
) -> Picture:
    """Return the crop around a face, shifted inwards or shrunk at the edges of the picture."""
    box = face.box
    if around == "head" and face.head is None:
        box = box.scaled(HEAD[0])
        lift = HEAD[1] * face.box.height
        box = box._replace(top=box.top - lift, bottom=box.bottom - lift)
    elif around == "head" and face.head is not None:
        box = face.head
    box = box.scaled(1 + 2 * margin)
    width, height = box.width, box.height
    if square:
        width = height = max(width, height)
        # Stay square without leaving the picture.
        width = height = min(width, picture.width, picture.height)
    left, right = _span((box.left + box.right) / 2, width, picture.width)
    top, bottom = _span((box.top + box.bottom) / 2, height, picture.height)
    part = Picture(picture.pixels[top:bottom, left:right])
    if size is None:
        return part
    scale = size / max(part.size)
    return resize(part, (max(1, round(part.width * scale)), max(1, round(part.height * scale))))


def _span(middle: float, side: float, length: int) -> tuple[int, int]:
    """Return a range of whole pixels inside the picture, as long as ``side`` if possible."""
    whole = max(1, min(length, round(side)))
    start = min(max(0, round(middle - whole / 2)), length - whole)
    return start, start + whole


def contact_sheet(
    picture: Picture, crops: Sequence[Picture], size: int | None, format: PixelFormat
) -> Artwork:
    """Return crops as layers in a grid, in the order of the faces."""
    info = replace(picture.info, encoding=Encoding(format))
    if not crops:
        return Artwork((size or 1, size or 1), (), info)
    columns = math.ceil(math.sqrt(len(crops)))
    across = max(crop.width for crop in crops)
    down = max(crop.height for crop in crops)
    layers = [
        Layer(f"face {n + 1}", crop, n % columns * across, n // columns * down)
        for n, crop in enumerate(crops)
    ]
    rows = -(-len(crops) // columns)
    return Artwork((columns * across, rows * down), tuple(layers), info)
