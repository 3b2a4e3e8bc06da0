"""Strict reading of JSON and TOML that come from anywhere: every fault is a ValueError.

The parsers themselves also raise RecursionError, accept Infinity, numbers of a million digits and
halves of characters, all of which fail later, where nobody expects it.
"""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

DEEPEST = 64
"""Levels of nesting that are accepted; what people and programs write has fewer than ten."""
_MOST_BITS = 1024
"""Bits of a whole number; Python refuses to print those of more than 4300 digits."""
_HALVES = re.compile("[\ud800-\udfff]")


def read_json(text: str | bytes, *, halves: bool = False, constants: bool = False) -> Any:
    """Return what a text of JSON holds.

    Args:
        text: UTF-8 if it is bytes.
        halves: Accept lone surrogates in texts: names of files that are not UTF-8 have them.
        constants: Accept NaN and Infinity, for those who say better where they are.

    Raises:
        ValueError: It is not JSON, or nested too deeply, or holds a value that JSON cannot hold.
    """
    try:
        value = json.loads(text, parse_constant=None if constants else _refuse_constant)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    except ValueError as error:
        raise _explained(error) from None
    check(value, halves=halves)
    return value


def read_toml(text: str) -> dict[str, Any]:
    """Return what a text of TOML holds.

    Raises:
        ValueError: It is not TOML, or nested too deeply, or holds a value that is out of range.
    """
    import tomllib

    try:
        value = tomllib.loads(text)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    except ValueError as error:
        raise _explained(error) from None
    check(value)
    return value


def check(value: Any, *, halves: bool = False) -> None:
    """Check data that a parser returned, however deep it is.

    Raises:
        ValueError: It is nested too deeply, or a number is too large, or a text is no Unicode.
    """
    level = [value]
    for _ in range(DEEPEST):
        below: list[Any] = []
        for entry in level:
            if isinstance(entry, dict):
                below += entry.keys()
                below += entry.values()
            elif isinstance(entry, list | tuple):
                below += entry
            elif isinstance(entry, str):
                if not halves and _HALVES.search(entry):
                    raise ValueError("a text in it holds half a character")
            elif isinstance(entry, int) and entry.bit_length() > _MOST_BITS:
                raise ValueError("a number in it is too large")
        if not below:
            return
        level = below
    raise ValueError(f"it is nested too deeply: more than {DEEPEST} levels")


def escaped(json_text: str) -> str:
    """Return JSON in which lone surrogates are escaped, so that it can be encoded as UTF-8.

    File names that are not UTF-8 have them; reading the JSON returns the same names.
    """
    return _HALVES.sub(lambda half: f"\\u{ord(half[0]):04x}", json_text)


def printable(text: str) -> str:
    """Return a text that can be encoded as UTF-8; each byte that is no UTF-8 becomes U+FFFD."""
    return _HALVES.sub("\ufffd", text)


def _explained(error: ValueError) -> ValueError:
    """Return the error of a parser; about digits, Python's own gives advice for programmers."""
    return ValueError("a number in it is too large") if "int_max_str" in str(error) else error


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number of JSON")
