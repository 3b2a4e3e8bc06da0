"""Proportions of one character: rolled from its style, then changed by who it is."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from nijigen.generate._character.styles.style import mixture, style_of

if TYPE_CHECKING:
    from nijigen.generate._character.traits.parameters import Traits


SKULL_TOP = -78.0
"""Top of the skull without hair. Hair reaches 22 higher on average: on the sprites of 8 characters
the crown is 1.75 times the eyes' distance above the eyes (1.57 to 1.97, the median of each)."""


@dataclass(frozen=True)
class Proportions:
    """Measures of a head seen from the front, in figure units: y is down, 0 between crown and chin.

    The skull without hair reaches from ``SKULL_TOP`` to ``chin_y``.

    Attributes:
        face_width: Half width of the face at the temples.
        cheek_y: Height where the cheek begins to turn inward.
        cheek_width: Half width there.
        jaw_y: Height of the corner of the jaw.
        jaw_width: Half width there.
        chin_y: Lowest point of the chin.
        chin_width: Half width of the chin, 3 units above its lowest point.
        eye_y: Height of the middle between the lids of an open eye.
        eye_x: Distance of the middle of an eye from the middle of the face.
        eye_width: Width of an average eye design; others are relative to it.
        eye_height: Height between its open lids.
        eye_tilt: How much higher the outer corner is.
        iris_width: Width of the iris of an average eye design.
        brow_y: Height of a relaxed brow's middle.
        nose_y: Height of the tip of the nose.
        mouth_y: Height of the line between closed lips.
        mouth_width: Width of a closed mouth at rest.
        ear_size: Height of a human ear.
        neck_width: Half width of the neck.
        shoulder_width: Half width of the shoulders.
        shoulder_slope: How far the shoulders drop from the neck to their ends.
        hair_side: How far hair reaches beyond the skull at the sides.
        hair_top: How far hair reaches beyond the skull at the crown.
    """

    face_width: float
    cheek_y: float
    cheek_width: float
    jaw_y: float
    jaw_width: float
    chin_y: float
    chin_width: float
    eye_y: float
    eye_x: float
    eye_width: float
    eye_height: float
    eye_tilt: float
    iris_width: float
    brow_y: float
    nose_y: float
    mouth_y: float
    mouth_width: float
    ear_size: float
    neck_width: float
    shoulder_width: float
    shoulder_slope: float
    hair_side: float
    hair_top: float


_LEAST_MOUTH = 10.0
NAMES = tuple(field.name for field in fields(Proportions))
_MOVED = tuple(name for name in NAMES if name.endswith("_y") or name == "eye_tilt")


def proportions_of(traits: Traits) -> Proportions:
    """Return the proportions of a character.

    They are the same in all poses, expressions and scenes. In another style, what was large or
    small for the one style is so for the other.
    """
    who = traits.identity
    style, maturity = style_of(traits), traits.style.maturity
    # Less mature is nearer to a chibi, more mature to a style for adults.
    toward = mixture("chibi" if maturity < 0.5 else "seinen", "none", 0.0)
    share = abs(maturity - 0.5) * 2
    source = traits.random("proportions")
    # A boy's head differs little from a girl's.
    hard = (1 - who.femininity) * (0.25 if who.age == "child" else 1.0)
    values = {}
    for name in NAMES:
        first, second = style.proportions[name], toward.proportions[name]
        mean = first.woman + (first.man - first.woman) * hard
        other = second.woman + (second.man - second.woman) * hard
        beside = max(-2.0, min(2.0, source.gauss(0, 1)))
        values[name] = mean + (other - mean) * share + beside * first.spread
    people = _people()
    _change(values, people["age"][who.age])
    _change(values, people["face"][who.face])
    _change(values, people["build"]["slim" if who.build < 0.5 else "broad"],
            abs(who.build - 0.5) * 2)  # fmt: skip
    # A smaller mouth could not be read.
    values["mouth_width"] = max(values["mouth_width"], _LEAST_MOUTH)
    values["eye_width"] *= who.eye_size
    values["eye_height"] *= who.eye_size
    values["iris_width"] *= who.eye_size
    values["eye_x"] *= who.eye_spacing
    values["hair_side"] *= 1 + 2 * (who.hair_volume - 1)
    values["hair_top"] *= 1 + 2 * (who.hair_volume - 1)
    return Proportions(**values)


def _change(values: dict[str, float], changes: dict[str, float], strength: float = 1.0) -> None:
    """Move heights and multiply sizes."""
    for name, change in changes.items():
        if name in _MOVED:
            values[name] += change * strength
        else:
            values[name] *= 1 + (change - 1) * strength


@lru_cache(1)
def _people() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("people.toml").read_text("utf-8"))
