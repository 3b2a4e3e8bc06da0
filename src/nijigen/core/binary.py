"""Binary: a result that is a file of its own kind, neither a picture nor data for JSON."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Binary(BaseModel):
    """The bytes of a file; in JSON, where a job keeps it, they are base64."""

    model_config = ConfigDict(frozen=True, ser_json_bytes="base64", val_json_bytes="base64")

    content: bytes
    ending: str
    """Of its usual file name, without the dot."""
