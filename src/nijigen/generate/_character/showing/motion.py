"""Motion: animations of a turning head and of a talking, blinking head."""

from __future__ import annotations

import math
import unicodedata
from dataclasses import replace

from nijigen.core.animation import Animation
from nijigen.core.errors import SettingsError
from nijigen.core.picture import Picture
from nijigen.core.run import Run
from nijigen.generate._character.showing.sheet import Draw
from nijigen.generate._character.traits.parameters import Mouth, Traits

_SOUNDS: dict[str, Mouth] = {
    "a": "a", "i": "i", "u": "u", "e": "e", "o": "o", "y": "i", "w": "u"
}  # fmt: skip
_CLOSED = "mbpfv"
# Duration of the mouth of each character; a pause between words is a closed mouth.
_HELD, _PAUSE = 90, 160
_REACH = 32.0
"""Maximum turn in degrees; beyond 35 a head cannot be drawn."""

Spoken = tuple[Mouth, bool, int]
"""A mouth, whether the eyes are shut, and the duration in milliseconds."""


def turntable(person: Traits, frames: int, draw: Draw, run: Run) -> Animation:
    """Return a looping animation of a head that turns to both sides."""
    pictures = []
    for number in range(frames):
        turn = 2 * math.pi * number / frames
        # Hair lags behind the head by an eighth of the period.
        yaw, sway = round(_REACH * math.sin(turn), 2), round(-0.7 * math.cos(turn), 3)
        pictures.append(draw(replace(person, pose=replace(person.pose, yaw=yaw, sway=sway))))
        run.progress((number + 1) / frames)
    return Animation(tuple(pictures), (70,) * frames, loop=0)


def talking(person: Traits, script: list[Spoken], draw: Draw, run: Run) -> Animation:
    """Return a looping animation of a head that speaks a script of :func:`script_of`."""
    made: dict[tuple[Mouth, bool], Picture] = {}
    needed = len({(mouth, shut) for mouth, shut, _ in script})
    for mouth, shut, _ in script:
        if (mouth, shut) in made:
            continue
        face = replace(person.expression, mouth=mouth)
        if shut:
            face = replace(face, open_left=0.0, open_right=0.0)
        made[mouth, shut] = draw(replace(person, expression=face))
        run.progress(len(made) / needed)
    frames = tuple(made[mouth, shut] for mouth, shut, _ in script)
    return Animation(frames, tuple(held for _, _, held in script), loop=0)


def script_of(text: str) -> list[Spoken]:
    """Return the mouths and blinks for a spoken text: a mouth for each vowel.

    Vowels are read as in Latin or Japanese spelling; kana are read by their Unicode names.

    Raises:
        SettingsError: The text has no vowels.
    """
    mouths = _mouths(text)
    if all(mouth == "neutral" for mouth, _ in mouths):
        raise SettingsError(
            "the text has no vowels",
            "write some words with vowels, or with kana in place of kanji",
            field="text",
        )
    script: list[Spoken] = [
        (mouth, number % 17 == 16, held) for number, (mouth, held) in enumerate(mouths)
    ]
    return [*script, ("neutral", False, 600), ("neutral", True, 120), ("neutral", False, 700)]


def _mouths(text: str) -> list[tuple[Mouth, int]]:
    """Return the mouths of a text and their durations in milliseconds."""
    found: list[tuple[Mouth, int]] = []
    for sign in text:
        # "HIRAGANA LETTER KA" ends with its vowel; a Latin letter's decomposition begins with it.
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
    return found
