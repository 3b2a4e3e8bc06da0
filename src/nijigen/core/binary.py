"""Binary: a result that is a file of any type, neither a picture nor JSON data."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Binary(BaseModel):
    """The bytes of a file; base64 in JSON, as in a job's result."""

    model_config = ConfigDict(frozen=True, ser_json_bytes="base64", val_json_bytes="base64")

    content: bytes
    ending: str
    """Its usual file extension, without the dot."""
