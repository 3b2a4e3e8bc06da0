"""Ten thousand rolls: no two alike, and nothing together that does not go together."""

from __future__ import annotations

from collections import Counter
from dataclasses import astuple

from nijigen.generate import sample
from nijigen.generate._character.styles.proportions import proportions_of
from nijigen.generate._character.traits.parameters import Traits, traits
from nijigen.generate._character.traits.person import ANIMALS

DRAWN = 0.05
"""Share of the characters that are drawn as well."""


def measure(count: int) -> list[str]:
    """Return lines of figures for ``count`` characters."""
    seen: set[object] = set()
    faults: Counter[str] = Counter()
    for seed in range(count):
        who = traits(seed, {})
        own = (astuple(who.identity), astuple(who.style), astuple(proportions_of(who)))
        faults["alike"] += own in seen
        seen.add(own)
        faults.update(_crossings(who))
    pictures = {sample(seed, size=64).rgb.tobytes() for seed in range(round(count * DRAWN))}
    faults["drawn alike"] += round(count * DRAWN) - len(pictures)
    found = ", ".join(f"{name}: {much}" for name, much in sorted(faults.items()) if much)
    return [f"{count} rolls, {round(count * DRAWN)} of them drawn: {found or 'no fault'}"]


def _crossings(who: Traits) -> list[str]:
    one = who.identity
    old = one.age in ("middle", "elderly")
    forbidden = {
        "beard of a child, a teenager or a woman": one.beard != "none"
        and (one.age in ("child", "teen") or one.femininity > 0.4),
        "beard and animal ears": one.beard != "none" and one.ears in ANIMALS,
        "dyed beard": one.beard != "none" and one.hair_coloring != "plain",
        "sailor suit on a man": one.outfit == "sailor" and one.femininity < 0.4,
        "uniform of a pupil on an old person": old and one.outfit in ("sailor", "gakuran"),
        "suit on a child": one.age == "child" and one.outfit == "suit",
        "hat on animal ears": one.ears in ANIMALS
        and one.headwear in ("beret", "cap", "witch_hat", "beanie", "straw_hat", "headphones"),
        "bald with bangs": one.hair_back == "bald" and one.hair_front != "none",
        "ornament without hair": one.hair_back == "bald" and one.ornament != "none",
    }
    return [name for name, so in forbidden.items() if so]
