"""Encode results that are not pictures as the content of files."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

from nijigen.core.binary import Binary
from nijigen.core.strict import escaped, printable


def as_bytes(result: Any) -> bytes:
    """Return a result that is not a picture as the content of a file."""
    return result.content if isinstance(result, Binary) else printable(as_text(result)).encode()


def as_text(result: Any) -> str:
    """Return a result that is not a picture as the text of a file.

    Texts, such as tables, are returned unchanged, and those of frames are separated by blank
    lines; everything else becomes JSON.
    """
    if isinstance(result, tuple) and result and all(isinstance(part, str) for part in result):
        return "\n".join(result)
    return result if isinstance(result, str) else as_json(result)


def as_json(result: Any) -> str:
    """Return a result that is not a picture as JSON text."""
    data = result.model_dump(mode="json") if hasattr(result, "model_dump") else result
    return escaped(json.dumps(data, ensure_ascii=False, indent=2, default=plain)) + "\n"


def plain(value: Any) -> Any:
    """Return a value that JSON cannot represent as one that it can."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    return value.model_dump(mode="json") if hasattr(value, "model_dump") else str(value)
