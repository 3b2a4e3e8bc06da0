"""Odds of the hair: cut, bangs, sides and colors."""

from __future__ import annotations

import random

from nijigen.generate._character.traits.dice import relative, weighted
from nijigen.generate._character.traits.palette import hair_color, second_color
from nijigen.generate._character.traits.person import ANIMALS, Fixed, Known, drawn, own


def roll_hair_back(source: random.Random, known: Known, fixed: Fixed) -> str:
    """Return the hair behind the head."""
    soft, hard = known["femininity"], 1 - known["femininity"]
    manly = {"cropped": 2.5, "short": 6, "spiky": 3.5, "wolf": 1.6}
    manly = {name: much * hard * hard + 0.02 for name, much in manly.items()}
    either = {"afro": 0.12, "curly": 0.3, "medium": 0.3 + 0.8 * soft, "bob": 0.1 + 1.2 * soft}
    womanly = {
        "round_bob": 1.0, "flipped": 0.9, "long": 2.2, "very_long": 1.2, "wavy": 1.3,
        "flowing": 1.1, "twin_tails": 1.3, "low_tails": 0.8, "ponytail": 1.3, "side_tail": 0.8,
        "braid": 0.7, "twin_braids": 0.7, "bun": 0.5, "double_bun": 0.5, "drills": 0.3,
    }  # fmt: skip
    womanly = {name: much * soft * soft + 0.01 for name, much in womanly.items()}
    if hard > 0.5:
        womanly |= {"long": 0.25, "ponytail": 0.35, "low_tails": 0.05}
    old = known["age"] in ("middle", "elderly")
    if old:
        # Tails and drills are for the young.
        womanly |= {name: 0.1 * soft for name in womanly if "tail" in name or "braids" in name}
        womanly |= {"drills": 0.0, "double_bun": 0.0, "bun": 2 * soft, "very_long": 0.2 * soft}
        manly["spiky"] = 0.1 * hard
    hairless = fixed & {"hair_front", "hair_side", "ahoge", "ornament"}
    # Animal ears need hair around their roots.
    bald = 1.2 * hard if old and not hairless and known["ears"] not in ANIMALS else 0
    odds = relative({**manly, **either, **womanly}, own(known).hair)
    return weighted(source, {**odds, "bald": bald})


def roll_hair_front(source: random.Random, known: Known, _: Fixed) -> str:
    """Return the bangs."""
    back = known.get("hair_back")
    if back == "bald":
        return "none"
    soft, hard, old = known["femininity"], 1 - known["femininity"], known["age"] == "elderly"
    if back == "afro":
        return source.choice(("none", "curly"))
    weights = {
        "straight": 1.2, "choppy": 1.4, "wispy": 1.0, "parted": 1.1, "side_left": 0.8,
        "side_right": 0.8, "swept": 0.9, "messy": 1.2, "curtain": 0.8, "pointed": 1.0,
        "curly": 2.0 if back == "curly" else 0.15, "crossed": 0.7, "center_long": 0.5,
        "antenna": 0.25, "one_eye": 0.25, "blunt": 0.9 * soft, "princess": 0.8 * soft,
        "fringe_arc": 0.6 * soft,
        "spiky": (1.8 if back == "spiky" else 0.8) * hard + 0.05,
        "short": 0.8 * hard + 0.03, "slicked": 0.25 * hard + old + 0.02,
    }  # fmt: skip
    return weighted(source, relative(weights, own(known).hair))


def roll_hair_side(source: random.Random, known: Known, _: Fixed) -> str:
    """Return the locks beside the face."""
    if known.get("hair_back") in ("bald", "afro"):
        return "none"
    soft, hard = known["femininity"], 1 - known["femininity"]
    return weighted(source, {
        "none": 1.2 * hard, "short": 0.7 + 3 * hard, "tucked": 0.25 + 0.6 * hard,
        "medium": 0.1 + 1.6 * soft, "long": 1.4 * soft, "very_long": 0.5 * soft,
        "inward": soft, "outward": 0.05 + 0.7 * soft, "double": 0.7 * soft, "wavy": 0.6 * soft,
        "princess": 0.7 * soft, "drill": 0.15 * soft, "braid": 0.25 * soft,
    })  # fmt: skip


def roll_hair_color(_: random.Random, known: Known, __: Fixed) -> str:
    """Return the color of the hair."""
    return hair_color(known, drawn(known).palette.hair)


def roll_hair_second(_: random.Random, known: Known, __: Fixed) -> str:
    """Return the second color of dyed hair."""
    return second_color(known, drawn(known).palette.hair)


def roll_hair_coloring(source: random.Random, known: Known, _: Fixed) -> str:
    """Return where the second color is: mostly nowhere."""
    if known["age"] in ("middle", "elderly") or known["beard"] != "none":
        return "plain"
    inner = 0.0 if known["hair_back"] == "afro" else 0.5
    return weighted(source, {
        "plain": 16, "gradient": 0.6, "tips": 0.4, "streak": 0.4, "split": 0.12, "inner": inner,
    })  # fmt: skip


def roll_brow_color(_: random.Random, known: Known, __: Fixed) -> str:
    """Return the color of the brows before they are darkened: that of the hair."""
    return str(known["hair_color"])


def roll_ahoge(source: random.Random, known: Known, _: Fixed) -> str:
    """Return the strand that stands up from the crown: on young people."""
    if known["hair_back"] in ("bald", "afro") or known["hair_front"] == "slicked":
        return "none"
    plain = 6 if known["age"] in ("child", "teen", "adult") else 200
    return weighted(
        source, {"none": plain, "curl": 0.7, "hook": 0.7, "spring": 0.1, "pair": 0.3, "leaf": 0.3}
    )
