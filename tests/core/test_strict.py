from __future__ import annotations

import pytest

from nijigen.core.history import History
from nijigen.core.strict import escaped, printable, read_json, read_toml


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[" * 100_000, "nested too deeply"),
        ("[" * 65 + "]" * 65, "nested too deeply"),
        ("NaN", "not a number of JSON"),
        ("[-Infinity]", "not a number of JSON"),
        ("1" + "0" * 5000, "too large"),
        ("1" + "0" * 400, "too large"),
        ('"\\ud800"', "half a character"),
        ('{"\\udfff": 1}', "half a character"),
        ("{", "Expecting"),
    ],
)
def test_odd_json(text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        read_json(text)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("a = " + "[" * 5000, "nested too deeply"),
        ("a." * 3000 + "b = 1", "nested too deeply"),
        ("a = 0x" + "f" * 9000, "too large"),
        ("a = " + "9" * 5000, "too large"),
        ("a = ", "Invalid value"),
    ],
)
def test_odd_toml(text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        read_toml(text)


def test_what_is_written_is_read() -> None:
    assert read_json("[" * 60 + "]" * 60)
    assert read_json('{"a": [1, 2.5, "é", null, true]}') == {"a": [1, 2.5, "é", None, True]}
    assert read_toml("[a.b]\nc = 1") == {"a": {"b": {"c": 1}}}


def test_names_that_are_not_utf_8_survive() -> None:
    name = b"\x83e.png".decode("utf-8", "surrogateescape")
    text = History(name, "0" * 64).to_json()
    assert text.encode()
    assert History.from_json(text) == History(name, "0" * 64)
    assert escaped("\udc83") == "\\udc83"
    assert printable(name) == "\ufffde.png"
