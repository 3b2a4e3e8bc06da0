"""Messages between two processes: JSON, each preceded by its length in four bytes."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from typing import IO, Any

_LENGTH = struct.Struct(">I")
Message = dict[str, Any]


def write_message(pipe: IO[bytes], message: Mapping[str, Any]) -> None:
    """Write a whole message.

    Raises:
        OSError: The other end is closed.
    """
    content = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()
    pipe.write(_LENGTH.pack(len(content)) + content)
    pipe.flush()


def read_message(pipe: IO[bytes]) -> Message | None:
    """Read a message; None at the end of the stream, even in the middle of a message.

    Raises:
        ValueError: The data is not a message.
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
