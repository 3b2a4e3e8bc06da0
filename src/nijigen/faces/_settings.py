"""Settings that the operations on faces share."""

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
        description="What finds the faces: our network, the LBP cascade of nagadomi, whose file "
        "you bring, or AnimeFace 2009, where its package is installed."
    ),
]
Confidence = Annotated[
    float,
    Setting(description="Faces that are less certain are left out.", ge=0.05, le=1, step=0.05),
]
Smallest = Annotated[
    int | None,
    Setting(
        description="Side in pixels of the smallest faces to look for. By default 32, or a 200th "
        "of the longer side of a very large page; smaller ones take more time.",
        ge=8,
        le=4096,
        unit="px",
    ),
]
Cascade = Annotated[
    str,
    Setting(
        description="Name of the cascade: its file lies in ``cascades`` in your folder of models.",
        pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]*$",
        max_length=100,
        shown_when={"engine": "lbpcascade"},
        advanced=True,
    ),
]
Format = Annotated[
    Literal["json", "coco", "yolo", "csv", "animeface"],
    Setting(
        description="Our own JSON, which the other operations on faces read; COCO with keypoints; "
        "a label file of YOLO; a table; or the JSON of AnimeFace 2009."
    ),
]


Given = Annotated[
    str | None,
    BeforeValidator(Faces.as_text),
    WithJsonSchema(text_schema("faces")),
    Setting(
        description="Faces that are known already, as JSON: what ``faces.detect`` wrote, edited "
        "or not, or boxes ``[[left, top, right, bottom]]``. Then nothing is searched for.",
        advanced=True,
    ),
]


@dataclass(frozen=True)
class Asked:
    """What is asked of a detection."""

    engine: Engine = "nijigen"
    confidence: float = CONFIDENCE
    smallest: int | None = None
    cascade: str = CASCADE
    given: str | None = None
