"""The networks that analyze a single face: landmarks and pose, and color names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nijigen.core.landmarks import LANDMARKS
from nijigen.core.run import Run
from nijigen.faces._page import Page
from nijigen.faces._values import EYE_COLORS, HAIR_COLORS, Box, Point
from nijigen.imaging.crops import OVERSAMPLING, Affine, square_crop
from nijigen.models.session import open_session

Floats = NDArray[np.float32]

LANDMARKS_MODEL, LANDMARKS_SIDE, LANDMARKS_FACTOR = "faces-landmarks", 128, 1.2
COLORS_MODEL, COLORS_SIDE, COLORS_FACTOR = "faces-colors", 96, 1.075
"""Model, side of its input, and side of the crop over that of the face box."""
POSE = (35.0, 20.0, 25.0)
"""Degrees of yaw, pitch and roll that correspond to an output of 1."""
AT_ONCE = 16
"""Faces in one batch."""


@dataclass(frozen=True, eq=False)
class Reading:
    """Output of the landmark network for one face; left is the viewer's.

    Attributes:
        points: ``(64, 3)``: x and y in pixels of the page, and visibility.
        pose: Yaw, pitch and roll in degrees.
        open_left: 0 is a closed eye, 1 a normally open one.
        open_right: Likewise.
        mouth_open: 0 to 1.
    """

    points: Floats
    pose: tuple[float, float, float]
    open_left: float
    open_right: float
    mouth_open: float

    def landmarks(self) -> dict[str, Point]:
        """Return the points by name, rounded to a hundredth of a pixel."""
        rows = self.points.tolist()
        return {
            name: Point(round(x, 2), round(y, 2), round(visible, 3))
            for name, (x, y, visible) in zip(LANDMARKS, rows, strict=True)
        }


@dataclass(frozen=True)
class Names:
    """Color names of hair and eyes, with confidence."""

    hair: str
    hair_confidence: float
    eye: str
    eye_confidence: float


def read_landmarks(page: Page, boxes: Sequence[Box], run: Run) -> list[Reading]:
    """Return the landmarks of faces whose boxes are known.

    Raises:
        ModelError: The weights are missing or corrupt.
    """
    return [
        _reading(row, affine)
        for row, affine in predict(
            LANDMARKS_MODEL, LANDMARKS_SIDE, LANDMARKS_FACTOR, page, boxes, run
        )
    ]


def read_names(page: Page, boxes: Sequence[Box], run: Run) -> list[Names]:
    """Return the names of the colors of faces whose boxes are known.

    Raises:
        ModelError: The weights are missing or corrupt.
    """
    made = []
    for row, _ in predict(COLORS_MODEL, COLORS_SIDE, COLORS_FACTOR, page, boxes, run):
        hair, eye = row[: len(HAIR_COLORS)], row[len(HAIR_COLORS) :][: len(EYE_COLORS)]
        best, eye_best = int(hair.argmax()), int(eye.argmax())
        made.append(
            Names(
                HAIR_COLORS[best],
                round(_share(hair[best]), 4),
                EYE_COLORS[eye_best],
                round(_share(eye[eye_best]), 4),
            )
        )
    return made


def predict(
    model: str,
    side: int,
    factor: float,
    page: Page,
    boxes: Sequence[Box],
    run: Run,
    *,
    oversampling: int = OVERSAMPLING,
) -> Iterator[tuple[Floats, Affine]]:
    """Yield a network's output for each face, and the affine map from its crop to the page.

    Args:
        model: Name of the model.
        side: Side of the network's input.
        factor: Side of the crop over that of the box.
        page: The page.
        boxes: Face boxes.
        run: Receives progress.
        oversampling: Maximum page pixels read per crop pixel along each axis.
    """
    network = open_session(model) if boxes else None
    for start in range(0, len(boxes), AT_ONCE):
        run.progress(start / len(boxes))
        crops, affines = zip(
            *(
                square_crop(page.pixels, box, factor, side, oversampling=oversampling)
                for box in boxes[start : start + AT_ONCE]
            ),
            strict=True,
        )
        batch = np.stack(crops).astype(np.float32).transpose(0, 3, 1, 2) * np.float32(1 / 255)
        assert network is not None
        yield from zip(network(batch), affines, strict=True)
    run.progress(1)


def _reading(row: Floats, affine: Affine) -> Reading:
    found = row[: 3 * len(LANDMARKS)].reshape(-1, 3)
    places = found[:, :2] @ affine[:, :2].T + affine[:, 2]
    points = np.concatenate([places, found[:, 2:].clip(0, 1)], 1)
    yaw, pitch, roll, left, right, mouth = row[3 * len(LANDMARKS) :][:6].tolist()
    pose = (yaw * POSE[0], pitch * POSE[1], roll * POSE[2])
    return Reading(points, pose, _share(left), _share(right), _share(mouth))


def _share(value: float) -> float:
    return min(max(float(value), 0.0), 1.0)
