"""Messages between two processes: JSON, each after its length in four bytes."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from typing import IO, Any

_LENGTH = struct.Struct(">I")
Message = dict[str, Any]


def write_message(pipe: IO[bytes], message: Mapping[str, Any]) -> None:
    """Write a message whole.

    Raises:
        OSError: Nobody reads any more.
    """
    content = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()
    pipe.write(_LENGTH.pack(len(content)) + content)
    pipe.flush()


def read_message(pipe: IO[bytes]) -> Message | None:
    """Read a message; None at the end, also where the end comes in the middle of one.

    Raises:
        ValueError: What was read is no message.
    """
    head = pipe.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    length = _LENGTH.unpack(head)[0]
    content = pipe.read(length)
    if len(content) < length:
        return None
    message = json.loads(content)
    if not isinstance(message, dict):
        raise ValueError("a message is an object")
    return message
