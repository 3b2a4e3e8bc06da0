"""Parse colors in any notation, and named colors."""

from __future__ import annotations

import colorsys
import csv
import functools
import re
from collections.abc import Sequence
from importlib import resources
from typing import Any, NamedTuple

from PIL import ImageColor

from nijigen.core.errors import nearest
from nijigen.core.strict import read_json

MOST_COLORS = 1024
"""Most colors in a palette."""
NOTATIONS = "#rrggbb, rgb(…), hsl(…), hsv(…), cmyk(…), r, g, b, or a CSS or Chinese color name"
_CALL = re.compile(r"(rgb|hsl|hsv|hsb|cmyk)a?\s*\(([^()]*)\)", re.I)
_NUMBER = re.compile(r"([+-]?\d*\.?\d+)(%|deg)?")
_HEX = re.compile(r"#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})", re.I)
_LIMITS = {"rgb": (255, 255, 255), "hsl": (360, 100, 100), "cmyk": (100, 100, 100, 100)}
_WORD = re.compile(r"[^\s,;()]+(?:\([^()]*\))?")


class RGB(NamedTuple):
    """A color as three numbers from 0 to 255."""

    red: int
    green: int
    blue: int


class CMYK(NamedTuple):
    """Amounts of the four inks in percent."""

    cyan: int
    magenta: int
    yellow: int
    black: int


class Traditional(NamedTuple):
    """One of the traditional Chinese colors."""

    name: str
    pinyin: str
    color: str
    """``#rrggbb``."""
    cmyk: CMYK


@functools.cache
def traditional() -> tuple[Traditional, ...]:
    """Return the 526 traditional Chinese colors, from white and yellow through to gray.

    Source: zhongguose.com; in the 8 rows where its RGB and hex values differ, the hex value.
    """
    text = resources.files("nijigen.core").joinpath("zhongguose.csv").read_text("utf-8")
    return tuple(
        Traditional(name, pinyin, color, CMYK(*map(int, inks)))
        for name, pinyin, color, *inks in list(csv.reader(text.splitlines()))[1:]
    )


def hex_of(text: str) -> str:
    """Return ``#rrggbb`` for a color in any notation; an opacity is ignored.

    Inks in ``cmyk(…)`` are percentages. Traditional Chinese colors are given by name (藕荷) or by
    pinyin without tones (ouhe); a pinyin shared by several colors is rejected.

    Raises:
        ValueError: It is not a color, not a known name, or out of range.
    """
    plain = text.strip()
    if plain.startswith("#"):
        if not _HEX.fullmatch(plain):
            raise ValueError(f"{text!r} is not a color; use # and 3 or 6 hexadecimal digits")
        return written(*ImageColor.getrgb(plain)[:3])
    if called := _taken_apart(plain):
        return _called(*called, text)
    return _named(plain)


def is_see_through(text: str) -> bool:
    """Return whether a notation states an opacity of less than 1, or is ``transparent``."""
    plain = text.strip().lower()
    if plain.startswith("#"):
        alpha = plain[4:5] * 2 if len(plain) == 5 else plain[7:9]
        return alpha not in ("", "ff")
    kind, words = _taken_apart(plain) or ("", [])
    if kind in ("", "cmyk"):
        return plain == "transparent"
    more = map(_NUMBER.fullmatch, words[3:4])
    return any(one and float(one[1]) < (100 if one[2] == "%" else 1) for one in more)


def rgb(color: str) -> RGB:
    """Return the three channels of a color in any notation."""
    return RGB(*ImageColor.getrgb(hex_of(color))[:3])


def written(red: float, green: float, blue: float) -> str:
    """Return ``#rrggbb`` for channels from 0 to 255, clamped and rounded."""
    channels = (max(0, min(255, int(value + 0.5))) for value in (red, green, blue))
    return "#{:02x}{:02x}{:02x}".format(*channels)


def cmyk(color: str) -> CMYK:
    """Return a simple ink separation without a profile: gray is all black ink."""
    red, green, blue = (channel / 255 for channel in rgb(color))
    light = max(red, green, blue)
    if light == 0:
        return CMYK(0, 0, 0, 100)
    inks = [round(100 * (1 - channel / light)) for channel in (red, green, blue)]
    return CMYK(inks[0], inks[1], inks[2], round(100 * (1 - light)))


def palette_of(given: Any) -> tuple[str, ...]:
    """Return the colors of a palette as ``#rrggbb``, without duplicates, in order.

    Args:
        given: Colors in any notation; or as text: JSON, colors separated by spaces, commas or
            semicolons, or ``zhongguose`` or ``css`` for all named colors of that set.

    Raises:
        ValueError: One is not a color, or there are none or more than 1024.
    """
    if isinstance(given, str):
        given = _listed(given.strip())
    if not isinstance(given, Sequence) or not all(isinstance(color, str) for color in given):
        raise ValueError('a palette is a list of colors, such as ["#ffd1c1", "藕荷"]')
    if not 1 <= len(given) <= MOST_COLORS:
        raise ValueError(f"a palette of {len(given)} colors; use 1 to {MOST_COLORS}")
    return tuple(dict.fromkeys(map(hex_of, given)))


def _listed(text: str) -> Any:
    if text.startswith("["):
        try:
            return read_json(text)
        except ValueError as error:
            raise ValueError(f"the palette is not valid JSON: {error}") from None
    if text.lower() == "zhongguose":
        return [entry.color for entry in traditional()]
    if text.lower() == "css":
        return sorted(ImageColor.colormap)
    return _WORD.findall(text)


def _taken_apart(plain: str) -> tuple[str, list[str]] | None:
    """Return the kind and the numbers of ``rgb(…)`` or ``r, g, b``; None of other notations."""
    if call := _CALL.fullmatch(plain):
        kind, inner = call[1].lower(), call[2]
    elif "," in plain and "(" not in plain:
        kind, inner = "rgb", plain
    else:
        return None
    return kind, re.split(r"[\s,/]+", inner.strip())


def _called(kind: str, words: list[str], text: str) -> str:
    """Parse a notation such as ``rgb(…)``: commas or spaces, percentages or numbers."""
    kind = "hsv" if kind == "hsb" else kind
    limits = _LIMITS["hsl" if kind == "hsv" else kind]
    # One more number than needed is an opacity.
    found = [_NUMBER.fullmatch(word) for word in words]
    if len(words) not in {len(limits), len(limits) + (kind != "cmyk")} or None in found:
        raise ValueError(f"{text!r} is not a color; use {NOTATIONS}")
    values = []
    for match, limit in zip(found, limits, strict=False):
        assert match is not None
        value = float(match[1]) * (limit / 100 if match[2] == "%" else 1)
        if limit == 360:
            value %= 360
        elif not 0 <= value <= limit:
            raise ValueError(f"{text!r} is not a color; {match[0]} is not within 0 to {limit}")
        values.append(value / limit)
    if kind == "hsl":
        channels = colorsys.hls_to_rgb(values[0], values[2], values[1])
    elif kind == "hsv":
        channels = colorsys.hsv_to_rgb(values[0], values[1], values[2])
    elif kind == "cmyk":
        first, second, third = ((1 - ink) * (1 - values[3]) for ink in values[:3])
        channels = (first, second, third)
    else:
        channels = (values[0], values[1], values[2])
    return written(*(channel * 255 for channel in channels))


def _named(name: str) -> str:
    plain = re.sub(r"[\s_'-]+", "", name.lower())
    if plain in ImageColor.colormap:
        return written(*ImageColor.getrgb(plain)[:3])
    by_name = {entry.name: entry.color for entry in traditional()}
    if plain in by_name:
        return by_name[plain]
    alike = [entry for entry in traditional() if entry.pinyin == plain]
    if len(alike) == 1:
        return alike[0].color
    if alike:
        names = " or ".join(f"{entry.name} ({entry.color})" for entry in alike)
        raise ValueError(f"{name!r} is the pinyin of {len(alike)} colors; use {names}")
    known = {*ImageColor.colormap, *by_name, *(entry.pinyin for entry in traditional())}
    hint = nearest(plain, known) or f"use {NOTATIONS}"
    raise ValueError(f"{name[:80]!r} is not a color; {hint}")
