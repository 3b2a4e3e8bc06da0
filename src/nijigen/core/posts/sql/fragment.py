"""Fragment: a piece of SQL with its parameters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

Parameter = int | float | str


class Fragment(NamedTuple):
    """SQL with ``?`` for its parameters; the row of the picture is called ``p``.

    A condition may be NULL, which counts as false.
    """

    text: str
    parameters: tuple[Parameter, ...] = ()


def either(conditions: Sequence[Fragment]) -> Fragment:
    """Return a condition that is true where one of several is."""
    return _joined(" OR ", conditions) if conditions else Fragment("1 = 0")


def every(conditions: Sequence[Fragment]) -> Fragment:
    """Return a condition that is true where all of several are."""
    return _joined(" AND ", conditions) if conditions else Fragment("1 = 1")


def _joined(word: str, conditions: Sequence[Fragment]) -> Fragment:
    text = word.join(condition.text for condition in conditions)
    parameters = tuple(p for condition in conditions for p in condition.parameters)
    return Fragment(f"({text})" if len(conditions) > 1 else text, parameters)
