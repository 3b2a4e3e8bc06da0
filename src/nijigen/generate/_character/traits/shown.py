"""Odds of how somebody is shown: style, pose, expression and scene."""

from __future__ import annotations

import random

from nijigen.generate._character.styles.style import STYLES, mixture
from nijigen.generate._character.traits.dice import near, weighted
from nijigen.generate._character.traits.expressions import LOOKS, Look, look_of
from nijigen.generate._character.traits.palette import ground_color
from nijigen.generate._character.traits.person import Fixed, Known, drawn


def roll_style(source: random.Random, _: Known, __: Fixed) -> str:
    """Return a style."""
    return weighted(source, {name: mixture(name, "none", 0.0).share for name in STYLES})


def roll_style_second(source: random.Random, known: Known, _: Fixed) -> str:
    """Return a second style, or mostly none."""
    # A chibi is one or is none.
    if known["style"] == "chibi" or source.random() < 0.65:
        return "none"
    return source.choice([name for name in STYLES if name not in ("chibi", known["style"])])


def roll_yaw(source: random.Random, _: Known, __: Fixed) -> float:
    """Return a turn of the head."""
    return round(max(-30.0, min(30.0, source.gauss(0, 12))), 1)


def roll_pitch(source: random.Random, _: Known, __: Fixed) -> float:
    """Return a nod of the head."""
    return round(max(-10.0, min(10.0, source.gauss(0, 4))), 1)


def roll_roll(source: random.Random, _: Known, __: Fixed) -> float:
    """Return a tilt of the head."""
    return round(max(-14.0, min(14.0, source.gauss(0, 4))), 1)


def roll_expression(source: random.Random, _: Known, __: Fixed) -> str:
    """Return an expression, mostly a calm or a happy one."""
    return weighted(source, {name: look.odds for name, look in LOOKS.items()})


def _look(known: Known) -> Look:
    return look_of(known["expression"], known["expression_strength"])


def roll_mouth(source: random.Random, known: Known, _: Fixed) -> str:
    """Return a mouth that agrees with the expression."""
    mouths = _look(known).mouths if known["expression_strength"] > 0.15 else ("neutral",)
    if known["femininity"] < 0.5 and known["age"] != "child":
        # Cat mouths and tongues are not for men.
        mouths = tuple(kind for kind in mouths if kind not in ("cat", "tongue")) or ("smirk",)
    return source.choice(mouths)


def roll_open_left(_: random.Random, known: Known, __: Fixed) -> float:
    """Return how open the expression leaves the eye."""
    return round(min(1.2, _look(known).open), 3)


def roll_open_right(_: random.Random, known: Known, __: Fixed) -> float:
    """Return the same of the other eye, which a wink closes."""
    wink = known["expression"] == "wink"
    return round(0.0 if wink else min(1.2, _look(known).open), 3)


def roll_brow_raise(source: random.Random, known: Known, _: Fixed) -> float:
    """Return how far the expression raises the brows."""
    return round(_look(known).brow_raise + source.uniform(-0.08, 0.08), 3)


def roll_brow_frown(source: random.Random, known: Known, _: Fixed) -> float:
    """Return how much the expression frowns."""
    return round(_look(known).brow_frown + source.uniform(-0.08, 0.08), 3)


def roll_blush(source: random.Random, known: Known, _: Fixed) -> float:
    """Return how much the expression reddens the cheeks."""
    much = _look(known).blush
    if much < 0.75:
        # Men blush less, and only with strong emotions.
        rosy = 1.0 if known["age"] == "child" else 0.3 + 0.7 * known["femininity"]
        much *= source.uniform(0.6, 1.2) * rosy
    return round(min(1.0, much), 3)


def roll_tears(_: random.Random, known: Known, __: Fixed) -> float:
    """Return the tears of the expression."""
    return round(min(1.0, _look(known).tears), 3)


def roll_line_weight(source: random.Random, known: Known, _: Fixed) -> float:
    """Return a thickness of lines, by style."""
    return near(source, drawn(known).lines.weight, 0.5, 2.0)


def roll_line_taper(source: random.Random, known: Known, _: Fixed) -> float:
    """Return a taper of lines, by style."""
    return near(source, drawn(known).lines.taper, 0.0, 1.0)


def roll_inking(source: random.Random, known: Known, _: Fixed) -> str:
    """Return a color of lines, by style."""
    return weighted(source, drawn(known).lines.inking)


def roll_shading(source: random.Random, known: Known, _: Fixed) -> str:
    """Return a kind of shading, by style."""
    return weighted(source, drawn(known).shading)


def roll_highlights(source: random.Random, known: Known, _: Fixed) -> str:
    """Return a kind of highlights, by style."""
    return weighted(source, drawn(known).highlights)


def roll_framing(source: random.Random, _: Known, __: Fixed) -> str:
    """Return how much of the figure is visible."""
    return weighted(source, {"face": 1.2, "bust": 3.6, "upper": 0.7})


def roll_background(source: random.Random, _: Known, __: Fixed) -> str:
    """Return a background, mostly a calm one."""
    return weighted(source, {"plain": 5, "gradient": 4, "circle": 0.8, "petals": 0.5, "stars": 0.3,
                             "room": 0.4, "sky": 0.5})  # fmt: skip


def roll_background_color(source: random.Random, _: Known, __: Fixed) -> str:
    """Return a pale color."""
    return ground_color(source)
