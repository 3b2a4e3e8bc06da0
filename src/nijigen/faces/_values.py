"""Detected faces as values that can be read from and written to JSON."""

from __future__ import annotations

import math
from typing import Annotated, Any, ClassVar, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import AfterValidator, Field, model_validator

from nijigen.core.document import Document, Value
from nijigen.core.landmarks import LANDMARKS
from nijigen.core.values import Color

MOST_FACES = 1000
"""Most faces per picture; a larger crowd is hatching mistaken for faces."""
HAIR_COLORS = (
    "aqua", "black", "blonde", "blue", "brown", "gray", "green", "orange", "pink", "purple",
    "red", "white",
)  # fmt: skip
"""Names of hair colors, in the order of the model ``faces-colors``."""
EYE_COLORS = (
    "aqua", "black", "blue", "brown", "gray", "green", "orange", "pink", "purple", "red", "yellow",
)  # fmt: skip
"""Names of eye colors, in the order of the model ``faces-colors``, following the hair colors."""

Share = Annotated[float, Field(ge=0, le=1)]
Mouth = Literal["closed", "open", "wide"]


class Point(NamedTuple):
    """A landmark in pixels, and the probability that it is visible, 0 to 1."""

    x: float
    y: float
    visible: float


class Box(NamedTuple):
    """A half-open box in pixels; it may reach beyond the picture."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """Width in pixels."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Height in pixels."""
        return self.bottom - self.top

    @property
    def side(self) -> float:
        """Side of a square with the same area."""
        return math.sqrt(self.width * self.height)

    def scaled(self, factor: float) -> Box:
        """Return a box with the same center and sides scaled by a factor."""
        x, y = (self.left + self.right) / 2, (self.top + self.bottom) / 2
        across, down = self.width * factor / 2, self.height * factor / 2
        return Box(x - across, y - down, x + across, y + down)


def _sound(box: Box) -> Box:
    if not (all(abs(v) < 1e6 for v in box) and box.width > 0 and box.height > 0):
        raise ValueError(f"{list(box)} is not a box of left, top, right, bottom")
    return box


def _complete(points: dict[str, Point] | None) -> dict[str, Point] | None:
    if points is None:
        return None
    if set(points) != set(LANDMARKS):
        odd = sorted(set(points) ^ set(LANDMARKS))
        raise ValueError(f"there are 64 landmarks with fixed names; unknown or missing: {odd[0]}")
    if not all(max(abs(p.x), abs(p.y)) < 1e6 and 0 <= p.visible <= 1 for p in points.values()):
        raise ValueError("a landmark is out of bounds")
    return {name: points[name] for name in LANDMARKS}


class Eye(Value):
    """Measurements of one eye."""

    color: Color | None
    """Of the iris; None if it is not visible."""
    colors: tuple[Color, ...] = ()
    """The four main colors in the eye, the most frequent first."""
    open: Share
    """0 is closed, 1 is normally open."""


class Attributes(Value):
    """Measurements of a face; left is the viewer's left.

    Color names are None for pictures without color.
    """

    skin: Color | None
    hair: Color | None
    hair_name: str | None
    hair_name_confidence: Share = 0.0
    eye_left: Eye
    eye_right: Eye
    eye_name: str | None
    eye_name_confidence: Share = 0.0
    mouth: Mouth
    mouth_open: Share
    yaw: float
    """Degrees; positive looks to the viewer's right."""
    pitch: float
    """Degrees; positive looks up."""
    roll: float
    """Degrees; positive is tilted clockwise."""


class Face(Value):
    """A detected face."""

    box: Annotated[Box, AfterValidator(_sound)]
    """Hairline to chin, ear to ear; about square."""
    head: Annotated[Box, AfterValidator(_sound)] | None = None
    """Includes the hair on the skull, but not what falls below the chin."""
    confidence: Share = 1.0
    landmarks: Annotated[dict[str, Point] | None, AfterValidator(_complete)] = None
    """By name, in the order of ``LANDMARKS``."""
    attributes: Attributes | None = None

    @property
    def points(self) -> NDArray[np.float32]:
        """The landmarks as ``(64, 3)``: x, y and visibility."""
        return np.array(list((self.landmarks or {}).values()), np.float32).reshape(-1, 3)


class Faces(Document):
    """The faces of one picture, the most confident first; a list of boxes is read as faces."""

    nouns: ClassVar[str] = "faces"
    example: ClassVar[str] = (
        "pass the output of faces.detect, or boxes: [[left, top, right, bottom], …]"
    )

    width: Annotated[int, Field(ge=1)] | None = None
    """Of the picture, in pixels."""
    height: Annotated[int, Field(ge=1)] | None = None
    engine: str = "nijigen"
    """The detector that found them; ``given`` for boxes that were passed in."""
    faces: Annotated[tuple[Face, ...], Field(max_length=MOST_FACES)] = ()

    @model_validator(mode="before")
    @classmethod
    def _of_boxes(cls, data: Any) -> Any:
        if isinstance(data, list):
            return {"engine": "given", "faces": [{"box": box} for box in data]}
        return data
