"""Parse JavaScript literals: JSON, and what minifiers turn it into.

npm packages ship networks as modules that export one object or string. Only that literal is
parsed; no code is run.
"""

from __future__ import annotations

import json
import re
from typing import Any

from nijigen.models._onnx.graph import Unreadable

DEEPEST = 100

_EXPORT = re.compile(r"(?:\bexports\s*=|\bexport\s+default\b)\s*(?=[{\"'`])")
_TOKEN = re.compile(
    r"""\s*(?:
    (?P<mark>[{}\[\],:])
    | (?P<text>"[^"\\]*(?:\\.[^"\\]*)*" | '[^'\\]*(?:\\.[^'\\]*)*' | `[^`\\$]*`)
    | (?P<number>-?(?:\d++(?:\.\d*+)?|\.\d++)(?:[eE][+-]?\d++)?+(?![\w.]))
    | (?P<word>![01] | void\s0 | [A-Za-z_$][\w$]*)
    )""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|\r\n|.)", re.DOTALL)
_WORDS = {
    "true": True,
    "!0": True,
    "false": False,
    "!1": False,
    "null": None,
    "undefined": None,
    "void 0": None,
    "NaN": float("nan"),
    "Infinity": float("inf"),
}
_LETTERS = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": ""}


def read_value(data: bytes) -> Any:
    """Return the value of a ``.json`` file, or the one that a JavaScript module exports.

    Raises:
        Unreadable: It contains no such value.
    """
    text = data.decode("utf-8", "replace").lstrip("\ufeff")
    try:
        if text.lstrip().startswith("{"):
            return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"it is not valid JSON ({type(error).__name__})") from None
    # A bundler's own export comes before the intended one.
    places = [match.end() for match in _EXPORT.finditer(text)]
    if not places:
        raise Unreadable("it exports no value")
    return _Reader(text, places[-1]).value()


class _Reader:
    def __init__(self, text: str, at: int) -> None:
        self._text = text
        self._at = at

    def value(self, depth: int = 0) -> Any:
        kind, token = self._next()
        if kind == "text":
            return _unquoted(token)
        if kind == "number":
            # All JavaScript numbers are float64, but sizes must become integers.
            return int(token) if len(token) < 16 and not set(token) & set(".eE") else float(token)
        if kind == "word" and " ".join(token.split()) in _WORDS:
            return _WORDS[" ".join(token.split())]
        if depth > DEEPEST or token not in ("{", "["):
            raise Unreadable(f"it contains {token[:20]!r} instead of a value")
        return self._object(depth + 1) if token == "{" else self._list(depth + 1)

    def _list(self, depth: int) -> list[Any]:
        items: list[Any] = []
        while self._peek() != "]":
            items.append(self.value(depth))
            if self._peek() != "]":
                self._expect(",")
        self._expect("]")
        return items

    def _object(self, depth: int) -> dict[str, Any]:
        items: dict[str, Any] = {}
        while self._peek() != "}":
            kind, token = self._next()
            if kind == "mark":
                raise Unreadable(f"it contains {token!r} instead of a name")
            self._expect(":")
            items[_unquoted(token) if kind == "text" else token] = self.value(depth)
            if self._peek() != "}":
                self._expect(",")
        self._expect("}")
        return items

    def _peek(self) -> str:
        before = self._at
        token = self._next()[1]
        self._at = before
        return token

    def _expect(self, mark: str) -> None:
        if self._next()[1] != mark:
            raise Unreadable(f"a {mark!r} is missing")

    def _next(self) -> tuple[str, str]:
        match = _TOKEN.match(self._text, self._at)
        if match is None or match.lastgroup is None:
            raise Unreadable("it is truncated, or not a plain literal")
        self._at = match.end()
        return match.lastgroup, match[match.lastgroup]


def _unquoted(token: str) -> str:
    inner = token[1:-1]
    return _ESCAPE.sub(_unescaped, inner) if "\\" in inner else inner


def _unescaped(match: re.Match[str]) -> str:
    code = match[1]
    if len(code) > 2 or (code[0] == "x" and len(code) == 3):
        return chr(int(code[1:], 16))
    return _LETTERS.get(code, "" if code == "\r\n" else code)
