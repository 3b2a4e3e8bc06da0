"""Settings that the operations on faces share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, WithJsonSchema

from nijigen.core.errors import InputError
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
    Setting(description="Faces that are less certain are left out.", ge=0.05, le=0.95, step=0.05),
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


def _as_text(value: Any) -> Any:
    """Return faces of any form as JSON text, once it is sure that they are faces."""
    if value is None:
        return None
    try:
        faces = value if isinstance(value, Faces) else Faces.from_json(value)
    except InputError as error:
        # The words of the limit on this setting; pydantic wants them as a ValueError.
        raise ValueError(error.message) from None
    return faces.to_json()


Given = Annotated[
    str | None,
    BeforeValidator(_as_text),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "format": "faces", "contentMediaType": "application/json"},
                {"type": "null"},
            ]
        }
    ),
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
