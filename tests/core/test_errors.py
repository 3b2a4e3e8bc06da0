from __future__ import annotations

import re

from nijigen.core import errors


def test_the_tree_in_the_docstring_is_the_tree() -> None:
    """Exit codes and HTTP statuses stand in the drawing; a row without them inherits."""
    text = errors.__doc__ or ""
    drawn = {}
    for line in text.splitlines():
        match = re.match(r"[│├└─ ]*(\w[\w, /]*?)\s{2,}.*?(\d+)\s+(\d+)$", line)
        if match:
            drawn[match[1].split()[0]] = (int(match[2]), int(match[3]))
    assert len(drawn) >= 6
    for name, codes in drawn.items():
        if name == "NijigenError":
            continue
        kind = getattr(errors, name)
        assert (kind.exit_code, kind.http_status) == codes, name
    for kind in vars(errors).values():
        if isinstance(kind, type) and issubclass(kind, errors.NijigenError):
            assert kind.__name__ in text


def test_nearest() -> None:
    assert errors.nearest("haltone", ["halftone", "glitch"]) == "did you mean halftone?"
    assert errors.nearest("zzz", ["a", "b"]) == "known: a, b"
