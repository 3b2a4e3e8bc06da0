"""People: colors that hair, eyes, skin and clothes have together, drawn from measured combinations.

Measured by ``benchmarks/color_palettes.py`` on real pictures.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from nijigen.color._palettes.mapping import in_gamut
from nijigen.core.colors import rgb, written
from nijigen.imaging.color_spaces import from_lch, from_oklab, lch, oklab, to_bytes

Mood = Literal["soft", "clear", "vivid"]
Look = dict[str, str]
"""A color for each part."""

_FACE = ("hair", "iris", "skin")
_CLOTH = ("top", "bottom", "accessory")
_CANDIDATES = 12
"""Combinations that one is chosen from, for being unlike those chosen before."""
_MOODS = {"soft": (0.72, 0.8), "clear": (1.0, 1.0), "vivid": (1.35, 1.0)}
"""Factors of chroma, and of the distance of lightness from white."""
_SKIN_CHROMA = (0.022, 0.05)
_SKIN_LIGHT = 0.86
_DARKEST = {"hair": 0.34, "iris": 0.36, "top": 0.46, "bottom": 0.4, "accessory": 0.42}
"""Lightness below which lines and shading on a flat would not show; measured colors include
shadows."""
_HARMONIC = (0.0, 30.0, 120.0, 150.0, 180.0, 210.0, 240.0, 330.0)
"""Differences in hue, in degrees, at which clothes go with hair and eyes."""
_PULL = 0.6
"""How far a hue is moved towards the nearest harmonic one."""


@dataclass(frozen=True, eq=False)
class _Measured:
    people: NDArray[np.float32]
    """``(n, 3, 3)``: hair, iris and skin in OKLab."""
    costumes: NDArray[np.float32]
    """Likewise top, bottom and accessory."""


@cache
def _measured() -> _Measured:
    data = json.loads(Path(__file__).with_name("people.json").read_text(encoding="utf-8"))

    def values(rows: Sequence[Sequence[str]]) -> NDArray[np.float32]:
        colors = np.array([[rgb(color) for color in row] for row in rows], np.uint8)
        return np.asarray(oklab(colors.reshape(-1, 3)), np.float32).reshape(len(rows), -1, 3)

    return _Measured(values(data["people"]), values(data["costumes"]))


def looks(
    count: int,
    seed: int,
    mood: Mood = "clear",
    known: Mapping[str, str] | None = None,
    lock: Sequence[str] | None = None,
) -> list[Look]:
    """Return looks that are told apart: a color for each part of a person.

    Args:
        count: How many.
        seed: Seed of the choice.
        mood: How saturated they are.
        known: Colors that are given for some parts; the others are chosen to go with them.
        lock: Colors to choose from.
    """
    chance = np.random.default_rng(seed)
    known = dict(known or {})
    chosen: list[Look] = []
    for _ in range(count):
        some = [_look(chance, mood, known) for _ in range(_CANDIDATES)]
        merits = [
            min((_difference(one, other) for other in chosen), default=0.0) + _clarity(one)
            for one in some
        ]
        look = some[int(np.argmax(merits))]
        chosen.append(_locked(look, known, lock) if lock else look)
    return chosen


def _look(chance: np.random.Generator, mood: Mood, known: Mapping[str, str]) -> Look:
    measured = _measured()
    face = measured.people[_drawn(measured.people, _FACE, known, chance)].copy()
    cloth = measured.costumes[_drawn(measured.costumes, _CLOTH, known, chance)].copy()
    face[2] = _healthy(face[2])
    cloth = _harmonised(cloth, face[:2])
    values = dict(zip((*_FACE, *_CLOTH), [*face, *cloth], strict=True))
    for name in ("hair", "iris", *_CLOTH):
        values[name] = _in_mood(_lifted(values[name], _DARKEST[name]), mood)
    for name, color in known.items():
        values[name] = oklab(np.array([rgb(color)], np.uint8))[0]
    values.setdefault("shoes", _darker(values["accessory"], 0.75))
    values.setdefault("brow", _darker(values["hair"], 0.6))
    values.setdefault("mouth", _lips(values["skin"]))
    values.setdefault("eye white", np.array((0.985, 0.0, -0.004), np.float32))
    if _apart(values["iris"], values["skin"]) < 0.12 and "iris" not in known:
        values["iris"] = _darker(values["iris"], 0.7)
    return {name: _hex(value) for name, value in values.items()}


def _drawn(
    rows: NDArray[np.float32],
    names: tuple[str, ...],
    known: Mapping[str, str],
    chance: np.random.Generator,
) -> int:
    """Return a row, the likelier the nearer its colors are to those that are known."""
    far = np.zeros(len(rows))
    for place, name in enumerate(names):
        if name in known:
            given = oklab(np.array([rgb(known[name])], np.uint8))[0]
            far += ((rows[:, place] - given) ** 2).sum(axis=1)
    weight = np.exp(-far / 0.01)
    total = weight.sum()
    if total < 1e-12:
        return int(far.argmin())
    return int(chance.choice(len(rows), p=weight / total))


def _healthy(skin: NDArray[Any]) -> NDArray[Any]:
    """Return a measured skin color without what light and JPEG did to it."""
    light, chroma, hue = lch(skin[None])[0]
    given = (max(light, _SKIN_LIGHT), np.clip(chroma, *_SKIN_CHROMA), np.clip(hue, 42, 65))
    return np.asarray(from_lch(np.array([given], np.float32))[0])


def _harmonised(cloth: NDArray[Any], face: NDArray[Any]) -> NDArray[Any]:
    """Move the hues of clothes towards those that go with hair and eyes."""
    polar = lch(cloth)
    own = lch(face)
    anchor = float(own[own[:, 1].argmax(), 2])
    for row in polar:
        off = (row[2] - anchor) % 360
        target = min(_HARMONIC, key=lambda hue: abs((off - hue + 180) % 360 - 180))
        turn = (target - off + 180) % 360 - 180
        row[2] += _PULL * turn
    return np.asarray(from_lch(polar))


def _lifted(value: NDArray[Any], darkest: float) -> NDArray[Any]:
    """Map lightness into what is usable for a flat, dark colors still the darkest."""
    light = darkest + (1 - darkest) * np.clip((value[0] - 0.15) / 0.85, 0, 1)
    return np.array((light, *value[1:]), np.float32)


def _in_mood(value: NDArray[Any], mood: Mood) -> NDArray[Any]:
    chroma, depth = _MOODS[mood]
    return np.array((1 - (1 - value[0]) * depth, *(value[1:] * chroma)), np.float32)


def _darker(value: NDArray[Any], factor: float) -> NDArray[Any]:
    return np.array((value[0] * factor, *(value[1:] * 0.9)), np.float32)


def _lips(skin: NDArray[Any]) -> NDArray[Any]:
    return np.array((skin[0] * 0.78, skin[1] + 0.09, skin[2] + 0.015), np.float32)


def _locked(look: Look, known: Mapping[str, str], lock: Sequence[str]) -> Look:
    """Return the look in the colors of a palette; parts take different ones while there are."""
    values = oklab(np.array([rgb(color) for color in lock], np.uint8))
    used = np.zeros(len(lock))
    made = dict(look)
    for name in ("skin", "hair", "top", "bottom", "iris", "accessory", "shoes", "mouth", "brow",
                 "eye white"):  # fmt: skip
        if name in known or name not in look:
            continue
        wanted = oklab(np.array([rgb(look[name])], np.uint8))[0]
        far = np.linalg.norm(values - wanted, axis=1) + 0.12 * used
        best = int(far.argmin())
        used[best] += 1
        made[name] = lock[best]
    return made


def _clarity(look: Look) -> float:
    """Return how well the parts of a look are told apart, and how colorful its clothes are."""
    names = ("hair", "skin", "top", "bottom", "iris")
    value = dict(zip(names, oklab(np.array([rgb(look[one]) for one in names], np.uint8)),
                     strict=True))  # fmt: skip
    pairs = (("top", "skin"), ("top", "hair"), ("hair", "skin"), ("bottom", "top"))
    apart = sum(min(_apart(value[one], value[other]), 0.2) for one, other in pairs)
    colorful = sum(min(float(np.hypot(*value[one][1:])), 0.08) for one in ("top", "iris"))
    return apart + 2 * colorful


def _difference(one: Look, other: Look) -> float:
    return float(
        sum(
            _apart(*oklab(np.array([rgb(one[name]), rgb(other[name])], np.uint8)))
            for name in ("hair", "iris", "top", "bottom")
        )
    )


def _apart(one: NDArray[Any], other: NDArray[Any]) -> float:
    return float(np.linalg.norm(np.asarray(one) - np.asarray(other)))


def _hex(value: NDArray[Any]) -> str:
    red, green, blue = to_bytes(from_oklab(in_gamut(np.asarray(value, np.float32)[None])))[0]
    return written(int(red), int(green), int(blue))
