"""Odds: random values of parameters that are not given, depending on those already chosen."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Any

from nijigen.generate._character.drawing.colors import hsv, mixed
from nijigen.generate._character.styles.style import STYLES, DrawingStyle, Spread, mixture

_AGES = {"child": 1.2, "teen": 5, "adult": 4, "middle": 0.9, "elderly": 0.6}
FEMININITY = {"feminine": (0.6, 1.0), "androgynous": (0.4, 0.6), "masculine": (0.0, 0.4)}
"""Range of ``femininity`` for each presentation."""
_SKINS = ("#fff0e6", "#ffe6d8", "#fde0cb", "#f6d2b6", "#eabf9b", "#d3a077", "#b57f55", "#96633f",
          "#784a2d", "#5b3722")  # fmt: skip
_NATURAL = ("#2b2530", "#3a2c2a", "#59402f", "#7c5634", "#a8743f", "#d9ab62", "#efd48f", "#b5583a",
            "#8d3b2e", "#474a5c")  # fmt: skip
_ANIMAL = ("cat", "fox", "rabbit", "bear", "dog")
_OLD = ("#c9c7cc", "#e6e3e2", "#a9a8b0", "#f2f0ee", "#8c8b94")
_MOUTHS = {
    "neutral": ("neutral", "smile", "cat"), "smile": ("smile", "grin", "cat"),
    "joy": ("open", "laugh", "a"), "laugh": ("laugh", "open"), "sad": ("frown", "wavy"),
    "crying": ("wavy", "frown", "e"), "angry": ("frown", "teeth", "e"),
    "surprised": ("o", "a", "u"), "shy": ("wavy", "neutral", "pout"),
    "sleepy": ("neutral", "o"), "smug": ("grin", "smile", "cat"),
    "worried": ("wavy", "frown", "i"), "wink": ("smile", "open", "cat"),
}  # fmt: skip
# Openness of the eyes, raise of the brows, frown, blush.
_FACES = {
    "neutral": (1, 0, 0, 0.1), "smile": (0.95, 0.1, 0, 0.4), "joy": (1, 0.4, 0, 0.6),
    "laugh": (0, 0.5, 0, 0.6), "sad": (0.75, 0.1, -0.8, 0.1), "crying": (0.6, 0.1, -1, 0.4),
    "angry": (0.85, -0.4, 1, 0.1), "surprised": (1.12, 0.9, 0, 0.1),
    "shy": (0.8, 0.2, -0.5, 1), "sleepy": (0.35, 0.1, -0.1, 0.2), "smug": (0.6, 0.2, 0.3, 0.2),
    "worried": (0.9, 0.3, -0.9, 0.1), "wink": (1, 0.3, 0, 0.5),
}  # fmt: skip


def rolled(
    name: str,
    source: random.Random,
    known: Mapping[str, Any],
    choices: Sequence[str],
    fixed: frozenset[str],
) -> Any:
    """Return a value for the parameter of that name."""
    special = globals().get(f"_{name}")
    if callable(special):
        return special(source, known, fixed)
    if name in _RANGES:
        low, high = _RANGES[name]
        return round(low + (high - low) * source.random(), 3)
    if name in _RARE and choices[0] == "none" and source.random() >= _RARE[name]:
        return "none"
    return source.choice([c for c in choices if c != "none" or name not in _RARE])


_RANGES = {
    "eye_size": (0.9, 1.12), "eye_spacing": (0.96, 1.04), "hair_volume": (0.92, 1.12),
    "gaze_x": (-0.5, 0.5), "gaze_y": (-0.25, 0.25), "sway": (-0.6, 0.6),
    "light": (-1.0, 1.0), "maturity": (0.42, 0.58), "style_mix": (0.15, 0.45),
}  # fmt: skip
_RARE = {
    "jewelry": 0.4,
    "glasses": 0.18,
    "ornament": 0.4,
    "marking": 0.25,
}


def _weighted(source: random.Random, weights: Mapping[str, float]) -> str:
    return source.choices(list(weights), list(weights.values()))[0]


def _drawn(known: Mapping[str, Any]) -> DrawingStyle:
    """Return the style in which somebody is drawn."""
    return mixture(known["style"], known["style_second"], known["style_mix"])


def _own(known: Mapping[str, Any]) -> DrawingStyle:
    """Return the style that the seed itself has."""
    return mixture(known["own_style"], "none", 0.0)


def _relative(weights: Mapping[str, float], factors: Mapping[str, float]) -> dict[str, float]:
    return {name: weight * factors.get(name, 1.0) for name, weight in weights.items()}


def _near(source: random.Random, spread: Spread, low: float, high: float) -> float:
    return round(max(low, min(high, source.gauss(spread.mean, spread.spread))), 3)


def _style(source: random.Random, _: Mapping[str, Any], __: frozenset[str]) -> str:
    return _weighted(source, {name: mixture(name, "none", 0.0).share for name in STYLES})


def _style_second(source: random.Random, known: Mapping[str, Any], _: frozenset[str]) -> str:
    # A chibi is one or is none.
    if known["style"] == "chibi" or source.random() < 0.65:
        return "none"
    return source.choice([name for name in STYLES if name not in ("chibi", known["style"])])


def _age(source: random.Random, known: Mapping[str, Any], __: frozenset[str]) -> str:
    return _weighted(source, _relative(_AGES, _own(known).ages))


def _presentation(source: random.Random, known: Mapping[str, Any], fixed: frozenset[str]) -> str:
    if "femininity" in fixed:
        return next(
            name for name, (low, high) in FEMININITY.items() if low <= known["femininity"] <= high
        )
    odds = {"feminine": 6.3, "masculine": 3.1, "androgynous": 0.6}
    return _weighted(source, _relative(odds, _own(known).presentation))


def _femininity(source: random.Random, known: Mapping[str, Any], _: frozenset[str]) -> float:
    low, high = FEMININITY[known["presentation"]]
    # Clearly the one or the other rather than nearly between.
    place = source.betavariate(2.2, 1.2)
    if known["presentation"] == "masculine":
        place = 1 - place
    return round(low + (high - low) * place, 3)


def _build(source: random.Random, _: Mapping[str, Any], __: frozenset[str]) -> float:
    return round(source.betavariate(4, 4.6), 3)


def _skin(source: random.Random, _: Mapping[str, Any], __: frozenset[str]) -> str:
    place = source.random() ** 1.25 * (len(_SKINS) - 1)
    first = min(int(place), len(_SKINS) - 2)
    return mixed(_SKINS[first], _SKINS[first + 1], place - first)


def _face(source: random.Random, known: Mapping[str, Any], _: frozenset[str]) -> str:
    soft, hard = known["femininity"], 1 - known["femininity"]
    young = 2.0 if known["age"] == "child" else 0.6
    weights = {
        "oval": 1, "round": young, "heart": soft + 0.2, "long": 0.6 * hard + 0.1,
        "square": hard * (0.1 if known["age"] == "child" else 1), "sharp": 0.6,
    }  # fmt: skip
    return _weighted(source, weights)


def _eyes(source: random.Random, known: Mapping[str, Any], _: frozenset[str]) -> str:
    soft, hard = known["femininity"], 1 - known["femininity"]
    old = {"child": 0, "teen": 0, "adult": 0.2, "middle": 0.7, "elderly": 1.2}[known["age"]]
    weights = {
        "round": 1.0, "big": soft + 0.1, "almond": 1.0, "cat": 0.8, "droopy": 0.8,
        "sharp": 0.2 + hard, "sleepy": 0.6, "narrow": 0.1 + 0.5 * hard + old, "doe": soft,
        "fierce": 0.2 + 0.7 * hard, "soft": 0.8, "small": 0.1 + 0.5 * hard + old,
        "sanpaku": 0.3 + 0.3 * hard, "sparkling": soft,
    }  # fmt: skip
    return _weighted(source, _relative(weights, _drawn(known).eyes))


def _eye_color(source: random.Random, _: Mapping[str, Any], __: frozenset[str]) -> str:
    if source.random() < 0.35:
        return hsv(source.uniform(0.05, 0.09), source.uniform(0.45, 0.7), source.uniform(0.4, 0.65))
    return hsv(source.random(), source.uniform(0.45, 0.8), source.uniform(0.6, 0.9))


def _eye_color_left(source: random.Random, known: Mapping[str, Any], fixed: frozenset[str]) -> str:
    if "eye_color" not in fixed and source.random() < 0.05:
        return _eye_color(source, known, fixed)
    return str(known["eye_color"])


def _pupil(source: random.Random, _: Mapping[str, Any], __: frozenset[str]) -> str:
    return _weighted(source, {"round": 12, "slit": 1.2, "star": 0.4, "heart": 0.3, "none": 0.6})


def _brows(source: random.Random, known: Mapping[str, Any], _: frozenset[str]) -> str:
    soft, hard = known["femininity"], 1 - known["femininity"]
    return _weighted(source, {
        "thin": soft + 0.1, "soft": 1, "straight": 0.8, "arched": soft, "thick": hard + 0.1,
        "short": 0.4 * soft, "angular": hard + 0.1,
        "bushy": hard * (1.2 if known["age"] == "elderly" else 0.3),
    })  # fmt: skip


def _nose(source: random.Random, known: Mapping[str, Any], _: frozenset[str]) -> str:
    soft, hard = known["femininity"], 1 - known["femininity"]
    old = {"child": -0.3, "teen": 0, "adult": 0.2, "middle": 0.8, "elderly": 1.3}[known["age"]]
    return _weighted(source, {
        "dot": soft, "tick": 1, "shade": 0.8, "bridge": max(0.05, 0.6 * hard + old),
        "button": 0.7, "strong": max(0.02, 0.5 * hard + old),
    })  # fmt: skip


def _ears(source: random.Random, _: Mapping[str, Any], __: frozenset[str]) -> str:
    return _weighted(source, {
        "human": 20, "pointed": 1, "elf": 1, "cat": 1.6, "fox": 1, "rabbit": 1, "bear": 0.8,
        "dog": 0.8,
    })  # fmt: skip


def _hair_front(source: random.Random, known: Mapping[str, Any], _: frozenset[str]) -> str:
    if known.get("hair_back") == "bald":
        return "none"
    hard, old = 1 - known["femininity"], known["age"] == "elderly"
    if known.get("hair_back") == "afro":
        return source.choice(("none", "curly"))
    weights = dict.fromkeys(
        ("straight", "choppy", "wispy", "parted", "side_left", "side_right", "swept", "messy",
         "curtain", "pointed", "curly", "crossed"), 1.0,
    )  # fmt: skip
    weights |= dict.fromkeys(("blunt", "princess", "fringe_arc", "center_long", "one_eye",
                              "antenna"), 0.8 * known["femininity"] + 0.1)  # fmt: skip
    weights |= {"spiky": hard + 0.1, "short": hard + 0.1, "slicked": 0.5 * hard + old + 0.05}
    return _weighted(source, weights)


def _hair_side(source: random.Random, known: Mapping[str, Any], _: frozenset[str]) -> str:
    if known.get("hair_back") == "bald":
        return "none"
    soft, hard = known["femininity"], 1 - known["femininity"]
    if known.get("hair_back") == "afro":
        return "none"
    return _weighted(source, {
        "none": hard * 1.5, "short": 1 + 3 * hard,
            "tucked": 0.3 + hard,
            "medium": 0.1 + soft,
        "long": soft, "very_long": 0.5 * soft, "inward": soft, "outward": 0.05 + soft,
        "double": soft, "wavy": soft, "princess": 0.7 * soft, "drill": 0.3 * soft,
        "braid": 0.4 * soft,
    })  # fmt: skip


def _hair_back(source: random.Random, known: Mapping[str, Any], fixed: frozenset[str]) -> str:
    soft, hard = known["femininity"], 1 - known["femininity"]
    manly = dict.fromkeys(("cropped", "short", "spiky"), 5 * hard * hard + 0.05)
    either = {"wolf": 0.2 + 0.6 * hard, "afro": 0.5, "curly": 0.4, "medium": 0.06 + 0.4 * soft,
              "bob": 0.1 + 0.8 * soft}  # fmt: skip
    womanly = dict.fromkeys(
        ("round_bob", "flipped", "long", "very_long", "wavy", "flowing", "twin_tails", "low_tails",
         "ponytail", "side_tail", "braid", "twin_braids", "bun", "double_bun"), soft * soft + 0.01,
    )  # fmt: skip
    womanly["drills"] = 0.5 * soft
    if known["age"] == "elderly":
        # Tails and drills are only for the young.
        womanly |= {name: 0.15 * soft for name in womanly if "tail" in name}
        womanly |= {"drills": 0.0, "double_bun": 0.0, "bun": 2 * soft, "wavy": soft}
    hairless = fixed & {"hair_front", "hair_side", "ahoge", "ornament"}
    grown = known["age"] in ("middle", "elderly")
    # Animal ears need hair around their roots.
    bald = 0.9 * hard if grown and not hairless and known["ears"] not in _ANIMAL else 0
    return _weighted(source, {**manly, **either, **womanly, "bald": bald})


def _hair_color(source: random.Random, known: Mapping[str, Any], _: frozenset[str]) -> str:
    if known["age"] == "elderly" or (known["age"] == "middle" and source.random() < 0.3):
        return source.choice(_OLD)
    if source.random() < 0.5:
        return source.choice(_NATURAL)
    return hsv(source.random(), source.uniform(0.28, 0.68), source.uniform(0.62, 0.98))


def _hair_second(source: random.Random, _: Mapping[str, Any], __: frozenset[str]) -> str:
    return hsv(source.random(), source.uniform(0.35, 0.7), source.uniform(0.6, 0.98))


def _hair_coloring(source: random.Random, known: Mapping[str, Any], _: frozenset[str]) -> str:
    plain = 30.0 if known["age"] in ("middle", "elderly") else 6.0
    inner = 0.0 if known["hair_back"] == "afro" else 0.5
    return _weighted(source, {
        "plain": plain, "gradient": 0.7, "tips": 0.5, "streak": 0.5, "split": 0.25, "inner": inner,
    })  # fmt: skip


def _ahoge(source: random.Random, known: Mapping[str, Any], _: frozenset[str]) -> str:
    if known["hair_back"] in ("bald", "afro") or known["hair_front"] == "slicked":
        return "none"
    return _weighted(
        source, {"none": 5, "curl": 1, "hook": 1, "spring": 0.4, "pair": 0.6, "leaf": 0.5}
    )


def _ornament(source: random.Random, known: Mapping[str, Any], _: frozenset[str]) -> str:
    odd = 0.5 * known["femininity"]
    if known["hair_back"] == "bald" or source.random() >= odd:
        return "none"
    return source.choice(("bow", "ribbon_pair", "flower", "pins", "star", "feather", "bell"))


def _beard(source: random.Random, known: Mapping[str, Any], _: frozenset[str]) -> str:
    odd = {"child": 0, "teen": 0, "adult": 0.35, "middle": 0.6, "elderly": 0.6}[known["age"]]
    if known["femininity"] > 0.35 or source.random() >= odd:
        return "none"
    return source.choice(("stubble", "moustache", "goatee", "full", "full"))


def _headwear(source: random.Random, known: Mapping[str, Any], _: frozenset[str]) -> str:
    if source.random() >= 0.22:
        return "none"
    bands = ["headband", "halo", "tiara", "maid_band", "crown"]
    hats = ["beret", "cap", "witch_hat", "beanie", "straw_hat", "headphones", "horns"]
    if known["femininity"] < 0.4:
        bands = ["halo", "crown"]
    if known["hair_back"] in ("bun", "ponytail"):
        # Hair tied on the crown would pierce a halo.
        bands.remove("halo")
    # A hat leaves no room for animal ears or hair that stands up.
    high = known["hair_back"] in ("afro", "bun", "double_bun") or known["ahoge"] != "none"
    return source.choice(bands if known["ears"] in _ANIMAL or high else bands + hats)


def _outfit(source: random.Random, known: Mapping[str, Any], _: frozenset[str]) -> str:
    soft, hard = known["femininity"], 1 - known["femininity"]
    young = known["age"] in ("child", "teen")
    old = known["age"] in ("middle", "elderly")
    return _weighted(
        source,
        {
            "sailor": 1.6 * soft * (not old) + 0.02,
            "blazer": 1.0 - 0.6 * old,
            "gakuran": hard * (not old),
            "shirt": 1,
            "tee": 1,
            "hoodie": 1 - 0.6 * old,
            "sweater": 1,
            "kimono": 1,
            "suit": 0.1 + 1.2 * hard * (not young),
            "dress": soft,
            "maid": 0.4 * soft * (not old),
            "overalls": 0.6,
            "cape": 0.5,
            "armor": 0.4,
        },
    )


def _outfit_color(source: random.Random, _: Mapping[str, Any], __: frozenset[str]) -> str:
    return hsv(source.random(), source.uniform(0.15, 0.65), source.uniform(0.3, 0.9))


def _outfit_second(source: random.Random, _: Mapping[str, Any], __: frozenset[str]) -> str:
    return hsv(source.random(), source.uniform(0.3, 0.75), source.uniform(0.5, 0.95))


def _yaw(source: random.Random, _: Mapping[str, Any], __: frozenset[str]) -> float:
    return round(max(-32.0, min(32.0, source.gauss(0, 14))), 1)


def _pitch(source: random.Random, _: Mapping[str, Any], __: frozenset[str]) -> float:
    return round(max(-14.0, min(14.0, source.gauss(0, 5))), 1)


def _roll(source: random.Random, _: Mapping[str, Any], __: frozenset[str]) -> float:
    return round(max(-14.0, min(14.0, source.gauss(0, 4))), 1)


def _expression(source: random.Random, _: Mapping[str, Any], __: frozenset[str]) -> str:
    weights = dict.fromkeys(_FACES, 1.0) | {"neutral": 4.0, "smile": 5.0, "joy": 2.0}
    return _weighted(source, weights)


def _mouth(source: random.Random, known: Mapping[str, Any], _: frozenset[str]) -> str:
    mouths = _MOUTHS[known["expression"]]
    if known["femininity"] < 0.5 and known["age"] != "child":
        # Cat mouths are not for men.
        mouths = tuple(kind for kind in mouths if kind not in ("cat", "pout"))
    return source.choice(mouths)


def _open_left(_: random.Random, known: Mapping[str, Any], __: frozenset[str]) -> float:
    return float(_FACES[known["expression"]][0])


def _open_right(_: random.Random, known: Mapping[str, Any], __: frozenset[str]) -> float:
    return 0.0 if known["expression"] == "wink" else float(_FACES[known["expression"]][0])


def _brow_raise(source: random.Random, known: Mapping[str, Any], _: frozenset[str]) -> float:
    return round(_FACES[known["expression"]][1] + source.uniform(-0.1, 0.1), 3)


def _brow_frown(source: random.Random, known: Mapping[str, Any], _: frozenset[str]) -> float:
    return round(_FACES[known["expression"]][2] + source.uniform(-0.1, 0.1), 3)


def _blush(source: random.Random, known: Mapping[str, Any], _: frozenset[str]) -> float:
    much = _FACES[known["expression"]][3] * source.uniform(0.6, 1.2)
    # Men blush less, and only with strong emotions.
    rosy = 1.0 if known["age"] == "child" else 0.3 + 0.7 * known["femininity"]
    return round(min(1.0, much if known["expression"] == "shy" else much * rosy), 3)


def _tears(_: random.Random, known: Mapping[str, Any], __: frozenset[str]) -> float:
    return 1.0 if known["expression"] == "crying" else 0.0


def _line_weight(source: random.Random, known: Mapping[str, Any], _: frozenset[str]) -> float:
    return _near(source, _drawn(known).lines.weight, 0.5, 2.0)


def _line_taper(source: random.Random, known: Mapping[str, Any], _: frozenset[str]) -> float:
    return _near(source, _drawn(known).lines.taper, 0.0, 1.0)


def _inking(source: random.Random, known: Mapping[str, Any], _: frozenset[str]) -> str:
    return _weighted(source, _drawn(known).lines.inking)


def _shading(source: random.Random, known: Mapping[str, Any], _: frozenset[str]) -> str:
    return _weighted(source, _drawn(known).shading)


def _highlights(source: random.Random, known: Mapping[str, Any], _: frozenset[str]) -> str:
    return _weighted(source, _drawn(known).highlights)


def _framing(source: random.Random, _: Mapping[str, Any], __: frozenset[str]) -> str:
    return _weighted(source, {"face": 1, "bust": 3, "upper": 1})


def _background(source: random.Random, _: Mapping[str, Any], __: frozenset[str]) -> str:
    return source.choice(("plain", "gradient", "circle", "petals", "stars", "room", "sky"))


def _background_color(source: random.Random, _: Mapping[str, Any], __: frozenset[str]) -> str:
    return hsv(source.random(), source.uniform(0.08, 0.28), source.uniform(0.86, 0.98))
