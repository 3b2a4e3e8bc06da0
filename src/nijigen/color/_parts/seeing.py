"""Seeing: the probabilities of parts at every place of a line drawing, from a network."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nijigen.color._parts.features import Bare, mark_features
from nijigen.color._parts.names import PARTS
from nijigen.core.picture import Picture
from nijigen.core.run import Run
from nijigen.core.runtimes import record, recording, requested
from nijigen.imaging.memory import remembered

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]
Box = tuple[float, float, float, float]

MODEL = "color-parts"
MULTIPLE = 32
MARGIN = 16
"""Blank paper around what the network sees: figures end at the page, not at its border."""
DETECTING, AGAIN = 640, 320
"""Longest sides at which faces are looked for, and looked for again if there is none."""
CLEAR, FAINT = 0.5, 0.4
"""Least confidence of faces, likewise."""
FACE, CLOSE = 44.0, 72.0
"""Sides in pixels of a face, in the pass over the whole figure and in the one over its head."""
SMALLEST, LARGEST, WITHOUT = 176, 448, 224
"""Limits of the longer side that the network sees, and that side if there is no face."""
HEAD = 2.2
"""Side of the window over a head, in sides of the face."""
FACES = 6
"""Most faces that are looked at closely."""
WEIGHT = 0.7
"""Weight of the closer look in the middle of its window."""


@dataclass(frozen=True, eq=False)
class PartMap:
    """What the network says about a drawing.

    Attributes:
        chances: float32 ``(parts, h, w)``: probabilities in the order of ``PARTS``.
        scale: Pixels of the map for each pixel of the drawing.
        faces: Face boxes in pixels of the drawing, the largest first.
        bare: Where faces show skin.
        runtimes: What the networks ran on.
    """

    chances: Floats
    scale: float
    faces: tuple[Box, ...]
    bare: tuple[Bare, ...] = ()
    runtimes: tuple[str, ...] = ()


def halved(ink: Bytes) -> Bytes:
    """Return lines at half the size: half mean, half maximum, so that thin lines survive."""
    import cv2

    height, width = ink.shape
    size = (max(1, width // 2), max(1, height // 2))
    most = cv2.resize(cv2.dilate(ink, np.ones((2, 2), np.uint8), anchor=(0, 0)), size,
                      interpolation=cv2.INTER_NEAREST)  # fmt: skip
    mean = cv2.resize(ink, size, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.addWeighted(mean, 0.5, most, 0.5, 0), np.uint8)


def part_map(ink: Bytes, run: Run) -> PartMap:
    """Return the probabilities of parts; cached by drawing.

    Args:
        ink: uint8 ``(H, W)``: 0 is paper, 255 is line.
        run: Can be cancelled.

    Raises:
        ModelError: Weights are missing or corrupt.
    """

    def make() -> PartMap:
        with recording() as used:
            found = _found(ink, run)
        return replace(found, runtimes=tuple(used))

    found = remembered("parts", (ink, requested()), make)
    # A result says what computed it, also where it was computed before.
    for runtime in found.runtimes:
        record(runtime)
    return found


def _found(ink: Bytes, run: Run) -> PartMap:
    import cv2

    faces = _faces(ink, run.part(0, 0.4))
    height, width = ink.shape
    longer = max(height, width)
    scale = WITHOUT / longer
    if faces:
        sides = sorted(right - left for left, _, right, _ in faces)
        scale = FACE / sides[len(sides) // 2]
        scale = min(max(scale, SMALLEST / longer), LARGEST / longer)
    chances = _looked(ink, faces, (0.0, 0.0, float(width), float(height)), scale)
    # A map at the size of what was seen: half of it is too coarse for eyes.
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    planes = [cv2.resize(plane, size, interpolation=cv2.INTER_LINEAR) for plane in chances]
    whole = np.stack(planes).astype(np.float32)
    for face in faces[:FACES]:
        run.check()
        _look_closer(whole, ink, faces, face, scale)
    bare = mark_features(whole, ink, faces[:FACES], scale, run.part(0.7, 1))
    return PartMap(whole, scale, faces, bare)


def _faces(ink: Bytes, run: Run) -> tuple[Box, ...]:
    if max(ink.shape) < 16:
        return ()
    # A face that fills the page is found when it is smaller, with paper around it.
    found = _faces_at(ink, DETECTING, 0, CLEAR, run.part(0, 0.5))
    return found or _faces_at(ink, AGAIN, AGAIN // 3, FAINT, run.part(0.5, 1))


def _faces_at(ink: Bytes, side: int, margin: int, confidence: float, run: Run) -> tuple[Box, ...]:
    """Return the faces that are found at a longer side of at most ``side``."""
    import cv2

    from nijigen.faces import Faces
    from nijigen.faces.detect import detect

    scale, small = 1.0, ink
    while max(small.shape) > side:
        small, scale = halved(small), scale / 2
    if min(small.shape) < 16:
        return ()
    small = np.asarray(
        cv2.copyMakeBorder(small, margin, margin, margin, margin, cv2.BORDER_CONSTANT, value=0)
    )
    found = detect(Picture((255 - small)[:, :, None]), confidence=confidence, run=run)
    assert isinstance(found, Faces)
    boxes = [tuple((float(v) - margin) / scale for v in face.box) for face in found.faces]
    boxes.sort(key=lambda box: box[0] - box[2])
    return tuple((box[0], box[1], box[2], box[3]) for box in boxes)


def _look_closer(
    whole: Floats, ink: Bytes, faces: tuple[Box, ...], face: Box, scale: float
) -> None:
    """Mix a look at a head into the map of the whole figure."""
    import cv2

    side = face[2] - face[0]
    x, y, reach = (face[0] + face[2]) / 2, (face[1] + face[3]) / 2, side * HEAD / 2
    box = (x - reach, y - reach, x + reach, y + reach)
    seen = _looked(ink, faces, box, CLOSE / side)
    left, top = round(box[0] * scale), round(box[1] * scale)
    length = max(1, round(2 * reach * scale))
    spot = np.hypot(*np.mgrid[-1 : 1 : length * 1j, -1 : 1 : length * 1j])
    weight = (WEIGHT * np.clip((1 - spot) / 0.35, 0, 1)).astype(np.float32)
    up, down = max(0, top), min(whole.shape[1], top + length)
    first, last = max(0, left), min(whole.shape[2], left + length)
    if up >= down or first >= last:
        return
    inner = np.s_[up - top : down - top, first - left : last - left]
    for plane, closer in zip(whole, seen, strict=True):
        large = cv2.resize(closer, (length, length), interpolation=cv2.INTER_LINEAR)
        part = plane[up:down, first:last]
        part += weight[inner] * (large[inner] - part)


def _looked(ink: Bytes, faces: tuple[Box, ...], box: Box, scale: float) -> Floats:
    """Run the network on a window of the drawing.

    Args:
        ink: The whole drawing.
        faces: In its pixels.
        box: Left, top, right, bottom of the window; it may reach beyond the drawing.
        scale: Pixels that the network sees for each pixel of the drawing.

    Returns:
        float32 ``(parts, h, w)``, the window at half of the scale.
    """
    import cv2

    from nijigen.models.session import open_session

    left, top = box[0], box[1]
    width, height = (max(2, round((box[at + 2] - box[at]) * scale)) for at in (0, 1))
    wide, high = (side + 2 * MARGIN + -(side + 2 * MARGIN) % MULTIPLE for side in (width, height))
    small, step = ink, 1.0
    while scale * step < 0.6 and min(small.shape) > 1:
        small, step = halved(small), step * 2
    move = np.array(
        [[scale * step, 0, MARGIN - left * scale], [0, scale * step, MARGIN - top * scale]]
    )
    lines = cv2.warpAffine(small, move, (wide, high), flags=cv2.INTER_LINEAR)
    mask = np.zeros((high, wide), np.uint8)
    for one in faces:
        x, y = ((one[at] + one[at + 2]) / 2 for at in (0, 1))
        at = round((x - left) * scale) + MARGIN, round((y - top) * scale) + MARGIN
        cv2.circle(mask, at, max(1, round((one[2] - one[0]) / 2 * scale)), 255, -1)
    paper = 255 - lines
    planes = np.stack([paper, paper, 255 - mask]).astype(np.float32)[None] / np.float32(255)
    found = open_session(MODEL)(planes)[0]
    assert found.shape[0] == len(PARTS)
    edge = MARGIN // 2
    return np.ascontiguousarray(
        found[:, edge : edge + -(-height // 2), edge : edge + -(-width // 2)], np.float32
    )
