"""Numbers, dates and durations as they are typed, each as the span of values that it means."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

_FLOAT = re.compile(r"[+-]?(?:\d{1,18}(?:\.\d{0,18})?|\.\d{1,18})")
_INTEGER = re.compile(r"[+-]?\d{1,18}")
_RATIO = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)[:/](\d{1,9}(?:\.\d{1,9})?)")
_SIZE = re.compile(r"(\d{1,15}(?:\.\d{1,9})?)([kmg]?)i?b?")
_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2})(?:t(\d{1,2}):(\d{2})(?::(\d{2}))?z?)?)?)?")
_TIME = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)_?([a-z]+)")
_TOLERANCE = 0.05
"""Of values that nobody knows to the last digit, as at Danbooru: ``mpixels:2`` finds 1.96."""
_DAY = 86400.0
_UNITS = {
    ("s", "sec", "secs", "second", "seconds"): 1.0,
    ("mi", "min", "mins", "minute", "minutes"): 60.0,
    ("h", "hr", "hrs", "hour", "hours"): 3600.0,
    ("d", "day", "days"): _DAY,
    ("w", "wk", "wks", "week", "weeks"): 7 * _DAY,
    ("mo", "mon", "month", "months"): 365.25 / 12 * _DAY,
    ("y", "yr", "yrs", "year", "years"): 365.25 * _DAY,
}
SECONDS = {name: seconds for names, seconds in _UNITS.items() for name in names}


class Span(NamedTuple):
    """Values from ``low`` up to ``high``; None is no limit."""

    low: float | None
    high: float | None
    with_low: bool = True
    with_high: bool = True

    def holds(self, value: float) -> bool:
        """Return whether a value is within the span."""
        above = self.low is None or value > self.low or (self.with_low and value == self.low)
        below = self.high is None or value < self.high or (self.with_high and value == self.high)
        return above and below


class Kind(NamedTuple):
    """How a kind of value is read."""

    example: str
    read: Callable[[str], Span]
    """The values that a text means in a comparison: one number, or all moments of a day."""
    alone: Callable[[str], Span] | None = None
    """The same where it stands alone, if that is more generous."""


def _integer(text: str) -> Span:
    if not _INTEGER.fullmatch(text):
        raise ValueError(f"{text!r} is not a whole number")
    return Span(int(text), int(text))


def _number(text: str) -> Span:
    if not _FLOAT.fullmatch(text):
        raise ValueError(f"{text!r} is not a number")
    return Span(float(text), float(text))


def _about(text: str) -> Span:
    return _widened(_number(text))


def _ratio(text: str) -> Span:
    """Read 16:9, 16/9 or 1.78, to two decimals: 1366×768 is 16:9."""
    match = _RATIO.fullmatch(text)
    if match and float(match[2]):
        value = float(match[1]) / float(match[2])
    elif match or not _FLOAT.fullmatch(text):
        raise ValueError(f"{text!r} is not a ratio")
    else:
        value = float(text)
    return Span(value - 0.005, value + 0.005)


def _filesize(text: str) -> Span:
    match = _SIZE.fullmatch(text.lower())
    if not match:
        raise ValueError(f"{text!r} is not a file size")
    size = float(match[1]) * 1024 ** " kmg".index(match[2] or " ")
    return Span(size, size)


def _about_filesize(text: str) -> Span:
    return _filesize(text) if text.lower().rstrip("b").isdigit() else _widened(_filesize(text))


def _widened(span: Span) -> Span:
    assert span.low is not None
    low, high = sorted((span.low * (1 - _TOLERANCE), span.low * (1 + _TOLERANCE)))
    return Span(low, high)


def _date(text: str) -> Span:
    """Read a year, a month, a day or a minute, in UTC, as all of its moments."""
    match = _DATE.fullmatch(text.lower())
    try:
        if not match:
            raise ValueError
        parts = [int(part) for part in match.groups() if part is not None]
        start = datetime(*(parts + [1, 1][len(parts) - 1 :])[:6], tzinfo=UTC)  # type: ignore[arg-type, misc]
        if len(parts) == 1:
            length = timedelta(days=366 if calendar.isleap(start.year) else 365)
        elif len(parts) == 2:
            length = timedelta(days=calendar.monthrange(start.year, start.month)[1])
        else:
            length = timedelta(days=1) if len(parts) == 3 else timedelta(minutes=1)
            length = timedelta(seconds=1) if len(parts) == 6 else length
    except (ValueError, OverflowError):
        raise ValueError(f"{text!r} is not a date") from None
    low = start.timestamp()
    return Span(low, low + length.total_seconds(), with_high=False)


def _time(text: str) -> Span:
    match = _TIME.fullmatch(text.lower())
    if not match or match[2] not in SECONDS:
        raise ValueError(f"{text!r} is not a length of time")
    seconds = float(match[1]) * SECONDS[match[2]]
    return Span(seconds, seconds)


def _age(text: str) -> Span:
    """Read an age alone as people mean it: 2w is two weeks old, not yet three."""
    span = _time(text)
    match = _TIME.fullmatch(text.lower())
    assert match
    assert span.low is not None
    return Span(span.low, span.low + SECONDS[match[2]], with_high=False)


def _duration(text: str) -> Span:
    return _time(text) if text[-1:].isalpha() else _number(text)


def _about_duration(text: str) -> Span:
    return _widened(_duration(text))


KINDS = {
    "integer": Kind("100, >=100, 100..200, 100,200", _integer),
    "number": Kind("2, >=2.5, 1..4", _number, _about),
    "ratio": Kind("16:9, >=1.5, 4:3..16:9", _ratio),
    "filesize": Kind("2MB, >=500KB, 1MB..5MB", _filesize, _about_filesize),
    "date": Kind("2024-01-31, 2024-01, 2023..2024, >=2024-06-01", _date),
    "age": Kind("<1d, 2weeks..1year, >6mo", _time, _age),
    "duration": Kind("30s, >=2min, 10..20", _duration, _about_duration),
}


def read_spans(text: str, kind: Kind) -> list[Span]:
    """Read values and ranges, separated by commas: ``a..b a...b >=a >a <=a <a a.. ..b a``.

    ``a...b`` leaves out b; ``any`` is an unlimited span. The limits may come in either order.

    Raises:
        ValueError: One of them is no value of this kind.
    """
    return [_span(part, kind) for part in text.split(",")]


def _span(text: str, kind: Kind) -> Span:
    if text == "any":
        return Span(None, None)
    for sign in (">=", "<=", ">", "<", "="):
        if text.startswith(sign):
            return _compared(sign, kind.read(text[len(sign) :]))
    low, dots, high = text.partition("..")
    if not dots:
        return (kind.alone or kind.read)(text)
    if not high:
        return _compared(">=", kind.read(low))
    if not low:
        return _compared("<=", kind.read(high))
    without_end = high.startswith(".")
    first, last = sorted((kind.read(low), kind.read(high[1:] if without_end else high)))
    if without_end:
        return Span(first.low, last.low, with_high=False)
    return Span(first.low, last.high, with_high=last.with_high)


def _compared(sign: str, span: Span) -> Span:
    if sign == ">=":
        return Span(span.low, None)
    if sign == ">":
        return Span(span.high, None, with_low=not span.with_high)
    if sign == "<=":
        return Span(None, span.high, with_high=span.with_high)
    if sign == "<":
        return Span(None, span.low, with_high=False)
    return span
