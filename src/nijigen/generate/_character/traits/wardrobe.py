"""Odds of clothes and accessories."""

from __future__ import annotations

import random

from nijigen.generate._character.drawing.colors import luma, mixed
from nijigen.generate._character.traits.dice import weighted
from nijigen.generate._character.traits.palette import cloth_color
from nijigen.generate._character.traits.person import ANIMALS, Fixed, Known, drawn


def roll_glasses(source: random.Random, known: Known, _: Fixed) -> str:
    """Return glasses, or mostly none."""
    old = known["age"] in ("middle", "elderly")
    if source.random() >= (0.3 if old else 0.11):
        return "none"
    grown = known["age"] in ("adult", "middle", "elderly")
    return weighted(source, {"round": 2, "square": 3, "half": 2, "sunglasses": 0.35 * grown,
                             "monocle": 0.12 * grown, "eyepatch": 0.25})  # fmt: skip


def roll_glasses_color(source: random.Random, known: Known, _: Fixed) -> str:
    """Return the color of the frame, which is light on dark skin."""
    color = source.choice(("#2c2430", "#7a3328", "#3d4f6b", "#b08a3c", "#5a5560"))
    return mixed(color, "#f6dca0", 0.62) if luma(known["skin"]) < 0.42 else color


def roll_headwear(source: random.Random, known: Known, _: Fixed) -> str:
    """Return something on the head, or mostly nothing."""
    if source.random() >= 0.11:
        return "none"
    soft, old = known["femininity"], known["age"] in ("middle", "elderly")
    odds = {
        "headband": 2.0 * soft, "halo": 0.15, "tiara": 0.3 * soft, "crown": 0.12,
        "maid_band": 0.2 * soft * (not old), "beret": 1.2, "cap": 1.2, "witch_hat": 0.4 * soft,
        "beanie": 1.0, "straw_hat": 0.6, "headphones": 1.2 * (not old), "horns": 0.5 * (not old),
    }  # fmt: skip
    if known["hair_back"] in ("bun", "ponytail"):
        # Hair tied on the crown would pierce a halo.
        del odds["halo"]
    if (
        known["ears"] in ANIMALS
        or known["hair_back"] in ("afro", "bun", "double_bun")
        or (known["ahoge"] != "none")
    ):
        # A hat leaves no room for animal ears or hair that stands up.
        for hat in ("beret", "cap", "witch_hat", "beanie", "straw_hat", "headphones", "horns"):
            del odds[hat]
    return weighted(source, odds)


def roll_ornament(source: random.Random, known: Known, _: Fixed) -> str:
    """Return a hair ornament: of girls, and not beside something on the head."""
    odds = 0.3 * known["femininity"] ** 2 * (1.0 if known["headwear"] == "none" else 0.15)
    odds *= {"middle": 0.2, "elderly": 0.1}.get(known["age"], 1.0)
    if known["hair_back"] == "bald" or source.random() >= odds:
        return "none"
    return weighted(source, {"bow": 1.4, "ribbon_pair": 1, "flower": 1.1, "pins": 1.6, "star": 0.4,
                             "feather": 0.2, "bell": 0.25})  # fmt: skip


def roll_jewelry(source: random.Random, known: Known, _: Fixed) -> str:
    """Return jewelry or a scarf, or mostly none."""
    soft = known["femininity"]
    if source.random() >= 0.1 + 0.12 * soft or known["age"] == "child":
        return "none"
    human = known["ears"] not in ANIMALS
    return weighted(source, {"studs": human * 1.0, "hoops": human * 0.3 * soft,
                             "drops": human * 0.6 * soft, "choker": 0.9 * soft,
                             "necklace": 0.5 + 0.4 * soft, "scarf": 0.6})  # fmt: skip


def roll_jewelry_color(source: random.Random, _: Known, __: Fixed) -> str:
    """Return gold, silver or copper."""
    return source.choice(("#e3bf5c", "#d6dae4", "#e6a48c"))


def roll_outfit(source: random.Random, known: Known, _: Fixed) -> str:
    """Return clothes: uniforms for pupils, suits for grown-ups, costumes rarely."""
    soft, hard = known["femininity"], 1 - known["femininity"]
    girl = soft if soft > 0.4 else 0.0
    boy = hard if hard > 0.6 else 0.0
    pupil = {"child": 0.4, "teen": 1.0, "adult": 0.15}.get(known["age"], 0.0)
    grown = {"child": 0.0, "teen": 0.15, "adult": 0.7}.get(known["age"], 1.0)
    young = 1.0 - 0.7 * grown
    return weighted(source, {
        "sailor": 2.4 * girl * pupil, "blazer": 2.4 * pupil + 0.1 * grown,
        "gakuran": 2.4 * boy * pupil, "shirt": 1.2, "tee": 0.6 + 0.5 * young,
        "hoodie": 0.3 + 0.9 * young, "sweater": 1.0, "kimono": 0.3, "suit": grown * (0.4 + hard),
        "dress": 0.9 * girl, "maid": 0.16 * girl * (known["age"] in ("teen", "adult")),
        "overalls": 0.12 + 0.2 * young, "cape": 0.18, "armor": 0.12 * (known["age"] != "child"),
    })  # fmt: skip


def roll_outfit_color(_: random.Random, known: Known, __: Fixed) -> str:
    """Return the main color of the clothes."""
    return cloth_color(known, drawn(known).palette.clothes)


def roll_outfit_second(_: random.Random, known: Known, __: Fixed) -> str:
    """Return the second color of the clothes."""
    return cloth_color(known, drawn(known).palette.clothes, second=True)


def roll_accessory_color(_: random.Random, known: Known, __: Fixed) -> str:
    """Return the color of hats, ornaments, ties and scarves: the second one of the clothes."""
    return str(known["outfit_second"])
