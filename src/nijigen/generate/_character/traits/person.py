"""Odds of who somebody is: age, presentation, face, eyes, ears and beard."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

from nijigen.generate._character.drawing.colors import luma, mixed
from nijigen.generate._character.styles.style import DrawingStyle, mixture
from nijigen.generate._character.traits.dice import relative, weighted
from nijigen.generate._character.traits.palette import eye_color, skin_color

Known = Mapping[str, Any]
Fixed = frozenset[str]

FEMININITY = {"feminine": (0.6, 1.0), "androgynous": (0.4, 0.6), "masculine": (0.0, 0.4)}
"""Range of ``femininity`` for each presentation."""
ANIMALS = ("cat", "fox", "rabbit", "bear", "dog")
"""Ears of animals."""
# As in the genre, most are teenagers and young adults.
_AGES = {"child": 1.1, "teen": 5.0, "adult": 4.0, "middle": 0.7, "elderly": 0.45}
_PRESENTATIONS = {"feminine": 6.3, "masculine": 3.1, "androgynous": 0.6}


def drawn(known: Known) -> DrawingStyle:
    """Return the style in which somebody is drawn."""
    return mixture(known["style"], known["style_second"], known["style_mix"])


def own(known: Known) -> DrawingStyle:
    """Return the style that the seed itself has."""
    return mixture(known["own_style"], "none", 0.0)


def roll_age(source: random.Random, known: Known, _: Fixed) -> str:
    """Return an age."""
    return weighted(source, relative(_AGES, own(known).ages))


def roll_presentation(source: random.Random, known: Known, fixed: Fixed) -> str:
    """Return a presentation, that of the femininity if that is given."""
    if "femininity" in fixed:
        much = known["femininity"]
        return next(name for name, (low, high) in FEMININITY.items() if low <= much <= high)
    return weighted(source, relative(_PRESENTATIONS, own(known).presentation))


def roll_femininity(source: random.Random, known: Known, _: Fixed) -> float:
    """Return a femininity: clearly the one or the other rather than nearly between."""
    low, high = FEMININITY[known["presentation"]]
    place = source.betavariate(2.2, 1.2)
    if known["presentation"] == "masculine":
        place = 1 - place
    return round(low + (high - low) * place, 3)


def roll_build(source: random.Random, _: Known, __: Fixed) -> float:
    """Return a build, mostly average."""
    return round(source.betavariate(4, 4.6), 3)


def roll_skin(source: random.Random, known: Known, _: Fixed) -> str:
    """Return a color of the skin."""
    return skin_color(source, drawn(known).palette.skin)


def roll_face(source: random.Random, known: Known, _: Fixed) -> str:
    """Return a shape of the face."""
    soft, hard = known["femininity"], 1 - known["femininity"]
    child = known["age"] == "child"
    return weighted(source, {
        "oval": 2, "round": 1.6 if child else 0.2 + 0.5 * soft, "heart": soft + 0.1,
        "long": 0.5 * hard + 0.05, "square": hard * (0.05 if child else 0.5), "sharp": 0.6,
    })  # fmt: skip


def roll_eyes(source: random.Random, known: Known, _: Fixed) -> str:
    """Return a design of the eyes, by style, age and femininity."""
    soft, hard = known["femininity"], 1 - known["femininity"]
    old = {"child": 0, "teen": 0, "adult": 0.1, "middle": 0.7, "elderly": 1.2}[known["age"]]
    young = 1.0 if known["age"] in ("child", "teen") else 0.6
    weights = {
        "round": 1.0, "big": young * soft + 0.05, "almond": 1.0, "cat": 0.7 * young,
        "droopy": 0.7, "sharp": 0.1 + hard, "sleepy": 0.35, "narrow": 0.05 + 0.4 * hard + old,
        "doe": young * soft, "fierce": 0.1 + 0.6 * hard, "soft": 0.8,
        "small": 0.05 + 0.3 * hard + old, "sanpaku": 0.1 + 0.2 * hard,
        "sparkling": 0.8 * young * soft,
    }  # fmt: skip
    return weighted(source, relative(weights, drawn(known).eyes))


def roll_eye_color(_: random.Random, known: Known, __: Fixed) -> str:
    """Return a color of the eyes that goes with the hair."""
    return eye_color(known, drawn(known).palette.eyes)


def roll_eye_color_left(source: random.Random, known: Known, fixed: Fixed) -> str:
    """Return the same color; two eyes of different color are rare."""
    if "eye_color" not in fixed and source.random() < 0.02:
        return eye_color(known, drawn(known).palette.eyes, "left eye")
    return str(known["eye_color"])


def roll_pupil(source: random.Random, known: Known, _: Fixed) -> str:
    """Return a shape of the pupil; hearts and stars are for the young."""
    odd = 1.0 if known["age"] in ("child", "teen", "adult") else 0.0
    sweet = odd * known["femininity"]
    return weighted(source, {"round": 20, "slit": 0.5 * odd, "star": 0.2 * sweet,
                             "heart": 0.15 * sweet, "none": 0.4})  # fmt: skip


def roll_brows(source: random.Random, known: Known, _: Fixed) -> str:
    """Return a shape of the brows."""
    soft, hard = known["femininity"], 1 - known["femininity"]
    grown = 0.0 if known["age"] == "child" else 1.0
    return weighted(source, {
        "thin": soft + 0.1, "soft": 1, "straight": 0.8, "arched": soft, "thick": grown * hard + 0.1,
        "short": 0.3 * soft, "angular": hard + 0.1,
        "bushy": hard * {"elderly": 1.2, "middle": 0.4}.get(known["age"], 0.05),
    })  # fmt: skip


def roll_nose(source: random.Random, known: Known, _: Fixed) -> str:
    """Return how the nose is drawn: a hint on the young, more on grown men and the old."""
    soft, hard = known["femininity"], 1 - known["femininity"]
    old = {"child": -1, "teen": -0.3, "adult": 0, "middle": 0.7, "elderly": 1.2}[known["age"]]
    if known["style"] == "seinen":
        old += 0.4
    return weighted(source, {
        "dot": soft + 0.2, "tick": 1.4, "shade": 0.9, "bridge": max(0.02, 0.5 * hard + old),
        "button": 0.4, "strong": max(0.01, 0.3 * hard + old - 0.2),
    })  # fmt: skip


def roll_lip_color(_: random.Random, known: Known, __: Fixed) -> str:
    """Return the color of the lips: that of the skin, but of grown women and on dark skin."""
    skin = str(known["skin"])
    dark = max(0.0, 1 - 1.7 * luma(skin))
    grown = {"adult": 0.8, "middle": 1.0}.get(known["age"], 0.0)
    if dark + grown * max(0.0, known["femininity"] - 0.4) < 0.2:
        return skin
    return mixed(skin, "#c8485c" if dark < 0.3 else "#bc5a66", 0.22 + 0.25 * dark)


def roll_ears(source: random.Random, known: Known, _: Fixed) -> str:
    """Return a kind of ears; those of animals are for the young, and rarely for men."""
    young = 0.05 if known["age"] in ("middle", "elderly") else 1.0
    much = young * (0.15 + 0.85 * known["femininity"])
    return weighted(source, {
        "human": 30, "pointed": 0.7, "elf": 0.9, "cat": 1.7 * much, "fox": 0.8 * much,
        "rabbit": 0.6 * much * known["femininity"], "bear": 0.25 * much, "dog": 0.5 * much,
    })  # fmt: skip


def roll_beard(source: random.Random, known: Known, _: Fixed) -> str:
    """Return a beard: only of grown men without the ears of an animal."""
    odds = {"child": 0, "teen": 0, "adult": 0.12, "middle": 0.45, "elderly": 0.5}[known["age"]]
    if known["femininity"] > 0.3 or known["ears"] in ANIMALS or source.random() >= odds:
        return "none"
    full = 0.6 if known["age"] == "adult" else 1.6
    return weighted(source, {"stubble": 1.4, "moustache": 0.7, "goatee": 0.5, "full": full})


def roll_marking(source: random.Random, known: Known, _: Fixed) -> str:
    """Return a marking of the skin, or mostly none."""
    if source.random() >= 0.09:
        return "none"
    hard = 1 - known["femininity"]
    young = known["age"] in ("child", "teen", "adult")
    return weighted(source, {"freckles": 1.2, "mole": 1.5, "scar": 0.1 + hard,
                             "bandage": 0.7 * young, "face_paint": 0.15 * young})  # fmt: skip
