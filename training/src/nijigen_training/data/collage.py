"""Collages: views of pictures, with faces and characters pasted in along with their boxes."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from nijigen_training.data import faces96, pages
from nijigen_training.data.labelled import (
    EVERYWHERE,
    Labelled,
    clipped,
    none,
    rows,
    smooth_warp,
    turned,
    warped,
    warped_boxes,
)

COVERED = 0.45
"""A face covered by more than this fraction becomes unknown."""
LARGEST = 1.6
"""Limit on enlarging pictures, beyond which they are only blurred."""
CORE = 0.6
"""Share of a face box's sides that counts as the face when computing how much is covered."""


def view(
    picture: Labelled,
    rng: np.random.Generator,
    width: int,
    height: int,
    longer: float,
    tilt: float = 0.0,
    aim: float = 0.75,
) -> Labelled:
    """Return a view of a picture, scaled so that its longer side would be ``longer`` pixels.

    Args:
        picture: The picture; not modified.
        rng: Random generator for position, mirroring and angle.
        width: Width of the result.
        height: Height of the result.
        longer: Longer side of the whole picture after scaling.
        tilt: Largest angle in degrees.
        aim: Probability of centering the view on one of its faces.
    """
    rows_, columns = picture.pixels.shape[:2]
    scale = min(longer / max(rows_, columns), LARGEST)
    known = picture.faces[picture.faces[:, 4] > 0]
    if len(known) and rng.random() < aim:
        box = known[rng.integers(len(known))]
        center = (float(box[0] + box[2]) / 2, float(box[1] + box[3]) / 2)
        place = (float(rng.uniform(0.15, 0.85)) * width, float(rng.uniform(0.15, 0.85)) * height)
    else:
        center = (float(rng.uniform(0, columns)), float(rng.uniform(0, rows_)))
        place = (width / 2, height / 2)
    # Prefer picture over border: the picture fills the view as far as possible.
    place = (
        _held(place[0], center[0] * scale, columns * scale, width),
        _held(place[1], center[1] * scale, rows_ * scale, height),
    )
    degrees = float(rng.uniform(-tilt, tilt)) if tilt else 0.0
    flip = bool(rng.random() < 0.5)
    if flip:
        # Mirrored about the center: left and right are swapped.
        place = (
            _held(place[0], (columns - center[0]) * scale, columns * scale, width),
            place[1],
        )
    matrix = turned(center, scale, degrees, place, flip)
    return warped(picture, matrix, width, height, pages.color(rng))


def _held(place: float, before: float, whole: float, room: int) -> float:
    """Move a place so that the picture, ``before`` of which lies before it, fills the room."""
    low, high = room - (whole - before), before
    return min(max(place, low), high) if low <= high else min(max(place, high), low)


def mosaic(rng: np.random.Generator, size: int, make: Callable[[int, int], Labelled]) -> Labelled:
    """Arrange four pictures in a 2×2 grid, divided at a random point."""
    x, y = (int(v) for v in rng.integers(int(0.3 * size), int(0.7 * size), 2))
    result = Labelled(np.empty((size, size, 3), np.uint8))
    for left, top, right, bottom in (
        (0, 0, x, y), (x, 0, size, y), (0, y, x, size), (x, y, size, size)
    ):  # fmt: skip
        place(result, make(right - left, bottom - top), left, top)
    return result


def place(canvas: Labelled, picture: Labelled, left: int, top: int) -> None:
    """Copy a picture into a canvas, in place; it must not cover anything with boxes."""
    height, width = picture.pixels.shape[:2]
    canvas.pixels[top : top + height, left : left + width] = picture.pixels
    shift = np.array([left, top, left, top, 0], np.float32)
    limit = np.array([left, top, left + width, top + height], np.float32)
    for name in ("faces", "heads"):
        boxes = getattr(picture, name) + shift
        # A box that stands for the whole picture ends at the picture's edges.
        boxes[:, :4] = np.concatenate(
            [np.maximum(boxes[:, :2], limit[:2]), np.minimum(boxes[:, 2:4], limit[2:])], axis=1
        )
        setattr(canvas, name, np.concatenate([getattr(canvas, name), boxes.astype(np.float32)]))


def paste(
    canvas: Labelled,
    rgba: NDArray[np.uint8],
    matrix: NDArray[np.float64],
    face: NDArray[np.float32],
    head: NDArray[np.float32],
) -> None:
    """Composite a cut-out onto a canvas, in place, and update the boxes that it covers.

    Args:
        canvas: The canvas; modified.
        rgba: uint8 ``(h, w, 4)``.
        matrix: Map from pixels of ``rgba`` to those of the canvas.
        face: Face boxes in ``rgba``, ``(n, 5)``.
        head: Head boxes, likewise.
    """
    height, width = canvas.pixels.shape[:2]
    across, down = rgba.shape[1], rgba.shape[0]
    corners = np.array([(0, 0), (across, 0), (0, down), (across, down)]) @ matrix[:, :2].T
    corners += matrix[:, 2]
    left, top = np.floor(corners.min(axis=0)).clip(0, (width, height)).astype(int)
    right, bottom = np.ceil(corners.max(axis=0)).clip(0, (width, height)).astype(int)
    if right - left < 2 or bottom - top < 2:
        return
    moved = matrix.copy()
    moved[:, 2] -= (left, top)
    layer = smooth_warp(rgba, moved, int(right - left), int(bottom - top))
    alpha = layer[:, :, 3:].astype(np.uint16)
    under = canvas.pixels[top:bottom, left:right]
    under[:] = (layer[:, :, :3] * alpha + under * (255 - alpha) + 127) // 255
    region = (int(left), int(top), int(right), int(bottom))
    canvas.faces = _uncovered(canvas.faces, layer[:, :, 3], region)
    canvas.heads = _uncovered(canvas.heads, layer[:, :, 3], region)
    canvas.faces = np.concatenate(
        [canvas.faces, clipped(warped_boxes(face, matrix), width, height)]
    )
    canvas.heads = np.concatenate(
        [canvas.heads, clipped(warped_boxes(head, matrix), width, height)]
    )


def cover(canvas: Labelled, box: tuple[float, float, float, float]) -> None:
    """Update a canvas' boxes after a rectangle of it was painted over."""
    height, width = canvas.pixels.shape[:2]
    left, top = max(0, int(box[0])), max(0, int(box[1]))
    right, bottom = min(width, int(np.ceil(box[2]))), min(height, int(np.ceil(box[3])))
    if right > left and bottom > top:
        opaque = np.full((bottom - top, right - left), 255, np.uint8)
        canvas.faces = _uncovered(canvas.faces, opaque, (left, top, right, bottom))
        canvas.heads = _uncovered(canvas.heads, opaque, (left, top, right, bottom))


def _uncovered(
    boxes: NDArray[np.float32], alpha: NDArray[np.uint8], region: tuple[int, int, int, int]
) -> NDArray[np.float32]:
    left, top, right, bottom = region
    boxes = boxes.copy()
    for box in boxes:
        if box[4] <= 0:
            continue
        center, half = (box[:2] + box[2:4]) / 2, (box[2:4] - box[:2]) / 2 * CORE
        low = np.maximum((center - half).astype(int), (left, top))
        high = np.minimum(np.ceil(center + half).astype(int), (right, bottom))
        if (high <= low).any():
            continue
        part = alpha[low[1] - top : high[1] - top, low[0] - left : high[0] - left]
        if part.sum() / 255 > COVERED * float((2 * half).prod()):
            box[4] = 0
    return boxes


def cut_in(
    canvas: Labelled,
    rng: np.random.Generator,
    rgba: NDArray[np.uint8],
    face: tuple[float, float, float, float],
    head: tuple[float, float, float, float],
    side: float,
    tilt: float,
) -> None:
    """Paste a character at a random position, possibly mirrored, with a face of ``side`` pixels."""
    height, width = canvas.pixels.shape[:2]
    scale = side / max(1.0, face[2] - face[0])
    margin = min(side / 2, 0.45 * min(width, height))
    to = (float(rng.uniform(margin, width - margin)), float(rng.uniform(margin, height - margin)))
    center = ((face[0] + face[2]) / 2, (face[1] + face[3]) / 2)
    matrix = turned(center, scale, float(rng.uniform(-tilt, tilt)), to, bool(rng.random() < 0.5))
    paste(canvas, rgba, matrix, rows((*face, 1.0)), rows((*head, 1.0)))


def blend_face(
    canvas: Labelled, rng: np.random.Generator, file: str, side: float, tilt: float
) -> None:
    """Paste a face of ``faces96`` with a soft edge, so that the network cannot use the square."""
    pixels = faces96.face_pixels(file)
    rgba = np.dstack([pixels, _rim(float(rng.choice((2.0, 3.0, 5.0, 9.0))))])
    box = tuple(value * faces96.SIDE for value in faces96.BOX)
    left, top, right, bottom = box
    cut_in(canvas, rng, rgba, (left, top, right, bottom), (0, 0, 0, 0), side, tilt)
    # Its head is cropped, so the head box is unknown.
    placed = canvas.faces[-1] if len(canvas.faces) else None
    if placed is not None:
        reach = 0.4 * (placed[2] - placed[0])
        around = (*(placed[:2] - reach), *(placed[2:4] + reach), 0.0)
        canvas.heads = np.concatenate(
            [canvas.heads[canvas.heads[:, 2] > canvas.heads[:, 0]], rows(around)]
        )


def _rim(power: float) -> NDArray[np.uint8]:
    """Return alpha that falls off towards the edge; a higher power keeps more of the corners."""
    at = np.abs(np.linspace(-1, 1, faces96.SIDE, dtype=np.float32))
    distance = (at[None, :] ** power + at[:, None] ** power) ** np.float32(1 / power)
    return ((1 - distance) * 8).clip(0, 1).__mul__(255).astype(np.uint8)


def sheet(rng: np.random.Generator, size: int, files: tuple[str, ...]) -> Labelled:
    """Arrange faces of ``faces96`` as a contact sheet."""
    cell = int(rng.choice((32, 43, 52, 64, 86, 128, 256)))
    gap = int(rng.integers(0, 9)) if rng.random() < 0.5 else 0
    canvas = Labelled(pages.ground(rng, size, size), none(), rows(EVERYWHERE))
    for top in range(0, size, cell + gap):
        for left in range(0, size, cell + gap):
            if rng.random() < 0.1:
                continue
            pixels = faces96.face_pixels(files[rng.integers(len(files))])
            method = cv2.INTER_AREA if cell < faces96.SIDE else cv2.INTER_LINEAR
            face = cv2.resize(pixels, (cell, cell), interpolation=method)
            if rng.random() < 0.5:
                face = face[:, ::-1]
            part = canvas.pixels[top : top + cell, left : left + cell]
            part[:] = face[: part.shape[0], : part.shape[1]]
            first, low, last, high = (value * cell for value in faces96.BOX)
            box = rows((left + first, top + low, left + last, top + high, 1.0))
            canvas.faces = np.concatenate([canvas.faces, clipped(box, size, size)])
    return canvas


def page(rng: np.random.Generator, size: int, make: Callable[[int, int], Labelled]) -> Labelled:
    """Arrange pictures as a manga page: white gutters, black frames, speech bubbles."""
    canvas = Labelled(np.full((size, size, 3), 255, np.uint8))
    for left, top, right, bottom in pages.panels(rng, size, size, int(rng.integers(3, 11))):
        place(canvas, make(right - left, bottom - top), left, top)
        cv2.rectangle(canvas.pixels, (left, top), (right - 1, bottom - 1), (0, 0, 0), 1)
    for _ in range(int(rng.integers(0, 5))):
        cover(canvas, pages.bubble(canvas.pixels, rng))
    return canvas
