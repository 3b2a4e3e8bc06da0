"""Encode results that are not pictures as the content of files."""

from __future__ import annotations

import dataclasses
import json
import re
from typing import Any

from nijigen.core.binary import Binary, BinaryStream
from nijigen.core.strict import escaped, printable


def as_bytes(result: Any) -> bytes:
    """Return a result that is not a picture as the content of a file."""
    if isinstance(result, Binary | BinaryStream):
        return result.content
    return printable(as_text(result)).encode()


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
    text = json.dumps(data, ensure_ascii=False, indent=2, default=plain)
    return escaped(_NUMBERS.sub(_on_one_line, text)) + "\n"


# Boxes and points are read as lines. A text holds no line breaks in JSON, so none is changed.
_NUMBER = r"(?:-?[0-9][0-9.eE+-]*|null)"
_NUMBERS = re.compile(rf"\[\n\s+{_NUMBER}(?:,\n\s+{_NUMBER})*\n\s+\]")


def _on_one_line(found: re.Match[str]) -> str:
    return "[" + ", ".join(part.strip() for part in found[0][1:-1].split(",")) + "]"


def plain(value: Any) -> Any:
    """Return a value that JSON cannot represent as one that it can."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    return value.model_dump(mode="json") if hasattr(value, "model_dump") else str(value)
