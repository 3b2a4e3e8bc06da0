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
Engine = Literal["nijigen", "lbpcascade", "animeface"]
Confidence = Annotated[float, Setting(ge=0.05, le=0.95, step=0.05)]
Smallest = Annotated[int | None, Setting(ge=8, le=4096, unit="px")]
Cascade = Annotated[
    str,
    Setting(
        pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]*$",
        max_length=100,
        shown_when={"engine": "lbpcascade"},
        advanced=True,
    ),
]
Format = Literal["json", "coco", "yolo", "csv", "animeface"]


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
    WithJsonSchema({"anyOf": [{"type": "string", "format": "faces"}, {"type": "null"}]}),
    Setting(advanced=True),
]
"""Faces that are known already: what ``faces.detect`` writes, edited or not, or boxes."""


@dataclass(frozen=True)
class Asked:
    """What is asked of a detection."""

    engine: Engine = "nijigen"
    confidence: float = CONFIDENCE
    smallest: int | None = None
    cascade: str = CASCADE
    given: str | None = None
