"""Settings shared by the face operations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BeforeValidator, WithJsonSchema

from nijigen.core.document import text_schema
from nijigen.core.settings import Setting
from nijigen.faces._values import Faces

CONFIDENCE = 0.5
CASCADE = "lbpcascade_animeface"
Engine = Annotated[
    Literal["nijigen", "lbpcascade", "animeface"],
    Setting(
        description="Face detector: our own network, nagadomi's LBP cascade, whose file you "
        "supply, or AnimeFace 2009, if its package is installed."
    ),
]
Confidence = Annotated[
    float,
    Setting(description="Minimum confidence of a reported face.", ge=0.05, le=1, step=0.05),
]
Smallest = Annotated[
    int | None,
    Setting(
        description="Side in pixels of the smallest faces to search for. By default 32, or a 200th "
        "of the longer side of a very large page; smaller values take more time.",
        ge=8,
        le=4096,
        unit="px",
    ),
]
Cascade = Annotated[
    str,
    Setting(
        description="Name of the cascade, whose file is in ``cascades`` in your models folder.",
        pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]*$",
        max_length=100,
        shown_when={"engine": "lbpcascade"},
        advanced=True,
    ),
]
Format = Annotated[
    Literal["json", "coco", "yolo", "csv", "animeface"],
    Setting(
        description="Our own JSON, which the other face operations read; COCO with keypoints; "
        "a YOLO label file; a CSV table; or the JSON of AnimeFace 2009."
    ),
]


KnownFaces = Annotated[
    str | None,
    BeforeValidator(Faces.as_text),
    WithJsonSchema(text_schema("faces")),
    Setting(
        description="Known faces as JSON: the output of ``faces.detect``, edited or not, or boxes "
        "``[[left, top, right, bottom]]``. The picture is then not searched.",
        advanced=True,
    ),
]


@dataclass(frozen=True)
class Query:
    """The settings of a detection."""

    engine: Engine = "nijigen"
    confidence: float = CONFIDENCE
    smallest: int | None = None
    cascade: str = CASCADE
    given: str | None = None
