"""Motion: a head that turns, and one that talks and blinks."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping
from typing import Any

from nijigen.core.animation import Animation
from nijigen.core.errors import InputError
from nijigen.core.picture import Picture
from nijigen.generate._character.draw import drawn
from nijigen.generate._character.parameters import traits

_SOUNDS = {"a": "a", "i": "i", "u": "u", "e": "e", "o": "o", "y": "i", "w": "u"}
_CLOSED = "mbpfv"
# The mouth of each sign is held so long; a pause between words is a closed mouth.
_HELD, _PAUSE = 90, 160


def turntable(
    seed: int = 7,
    *,
    frames: int = 24,
    size: int = 256,
    reach: float = 32.0,
    given: Mapping[str, Any] | None = None,
) -> Animation:
    """Return a head that turns to one side, to the other, and back; it loops.

    Args:
        seed: Rolls what is not given.
        frames: Pictures, at least 4.
        size: Side of a picture in pixels.
        reach: Farthest turn in degrees, up to 35.
        given: Other parameters by name.

    Raises:
        InputError: There are too few frames, or the turn is too far.
        SettingsError: A parameter is unknown or contradicts another.
    """
    if frames < 4 or not 0 <= reach <= 35:
        raise InputError(
            f"{frames} frames over {reach} degrees", "4 frames or more, and up to 35 degrees"
        )
    pictures = []
    for number in range(frames):
        turn = 2 * math.pi * number / frames
        # Hair lags behind the head by an eighth of the way.
        moved = {"yaw": round(reach * math.sin(turn), 2), "sway": round(-0.7 * math.cos(turn), 3)}
        person = traits(seed, {**(given or {}), **moved})
        pictures.append(Picture(drawn(person, size, size, "color")))
    return Animation(tuple(pictures), (70,) * frames, loop=0)


def talking(
    text: str,
    seed: int = 7,
    *,
    size: int = 256,
    given: Mapping[str, Any] | None = None,
) -> Animation:
    """Return a head that says a text: a mouth for each vowel, a blink now and then.

    Args:
        text: Vowels are read as in Latin or Japanese spelling; kana are read by their names.
        seed: Rolls what is not given.
        size: Side of a picture in pixels.
        given: Other parameters by name.

    Raises:
        InputError: The text has nothing to say.
        SettingsError: A parameter is unknown or contradicts another.
    """
    mouths = _mouths(text)
    if not mouths:
        raise InputError("there is nothing to say", "write some words with vowels")
    fixed = dict(given or {})
    rest = traits(seed, fixed).expression
    made: dict[tuple[str, bool], Picture] = {}

    def frame(mouth: str, shut: bool) -> Picture:
        if (mouth, shut) not in made:
            lids = {"open_left": 0.0, "open_right": 0.0} if shut else {}
            person = traits(seed, {**fixed, "mouth": mouth, "expression": rest.expression, **lids})
            made[mouth, shut] = Picture(drawn(person, size, size, "color"))
        return made[mouth, shut]

    pictures, durations = [], []
    for number, (mouth, held) in enumerate(mouths):
        pictures.append(frame(mouth, number % 17 == 16))
        durations.append(held)
    pictures += [frame("neutral", False), frame("neutral", True), frame("neutral", False)]
    durations += [600, 120, 700]
    return Animation(tuple(pictures), tuple(durations), loop=0)


def _mouths(text: str) -> list[tuple[str, int]]:
    """Return the mouths of a text and how many milliseconds each is held."""
    found: list[tuple[str, int]] = []
    for sign in text:
        # "HIRAGANA LETTER KA" ends in its vowel; a Latin letter's decomposition starts with it.
        name = unicodedata.name(sign, "")
        if name.startswith(("HIRAGANA LETTER", "KATAKANA LETTER")):
            spoken = name.rpartition(" ")[2].lower()
        else:
            spoken = unicodedata.normalize("NFD", sign)[:1].lower()
        if spoken.isspace() or (spoken and not spoken.isalpha()):
            if found and found[-1][0] != "neutral":
                found.append(("neutral", _PAUSE))
        elif spoken and spoken[-1] in _SOUNDS:
            found.append((_SOUNDS[spoken[-1]], _HELD + 30))
        elif spoken and spoken[0] in _CLOSED:
            found.append(("neutral", _HELD))
    return found if any(mouth != "neutral" for mouth, _ in found) else []
