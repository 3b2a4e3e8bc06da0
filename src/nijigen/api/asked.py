"""What every JSON request has in common."""

from __future__ import annotations

import json
from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator

INPUTS = (
    "By input name: the id of a picture, NAME:relative/path under a registered root, or a text; "
    "a list where the input takes several"
)

CONFIRMATION = "Of exactly this call, where it needs one: see POST /api/confirmations"


class Asked(BaseModel):
    """The body of a request: nothing unknown in it, and all text sound."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _sound(cls, values: Any) -> Any:
        """Refuse halves of characters, which JSON can write and nothing else can hold."""
        try:
            json.dumps(values, ensure_ascii=False, default=str).encode()
        except UnicodeEncodeError:
            raise ValueError("the text has halves of characters (lone surrogates)") from None
        return values
