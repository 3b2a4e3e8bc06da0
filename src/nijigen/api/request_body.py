"""Base of all JSON request bodies."""

from __future__ import annotations

import json
from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator

INPUTS = (
    "By input name: the id of a picture, NAME:relative/path under a registered root, or a text; "
    "a list if the input takes several"
)

CONFIRMATION = "Confirmation of exactly this call, if required: see POST /api/confirmations"


class RequestBody(BaseModel):
    """The body of a request, without unknown fields and with valid Unicode."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _reject_surrogates(cls, values: Any) -> Any:
        """Reject lone surrogates, which JSON can express but UTF-8 cannot."""
        try:
            json.dumps(values, ensure_ascii=False, default=str).encode()
        except UnicodeEncodeError:
            raise ValueError("the text contains lone surrogates") from None
        return values
