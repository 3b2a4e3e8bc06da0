"""Odds of characters: what goes together, and what is common."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest

from nijigen.generate._character.traits.palette import lch_of
from nijigen.generate._character.traits.parameters import Traits, traits
from nijigen.generate._character.traits.person import ANIMALS

_ROLLS = 3000


@cache
def _people() -> list[Traits]:
    return [traits(seed, {}) for seed in range(_ROLLS)]


def test_beards_are_of_grown_men_in_a_color_that_hair_has() -> None:
    bearded = [one.identity for one in _people() if one.identity.beard != "none"]
    assert len(bearded) > _ROLLS / 200
    for who in bearded:
        assert who.age in ("adult", "middle", "elderly")
        assert who.femininity <= 0.3
        assert who.ears not in ANIMALS
        _, chroma, hue = lch_of(who.hair_color)
        assert chroma < 0.06 or 5 < hue < 110, who.hair_color


def test_costumes_fit_age_and_presentation() -> None:
    for one in _people():
        who = one.identity
        if who.outfit == "sailor":
            assert who.femininity > 0.4
        if who.outfit == "gakuran":
            assert who.femininity < 0.4
        if who.outfit in ("sailor", "gakuran", "maid"):
            assert who.age in ("child", "teen", "adult")
        if who.outfit == "suit":
            assert who.age != "child"
        if who.ears in ANIMALS:
            assert who.headwear not in ("beret", "cap", "witch_hat", "beanie", "straw_hat")
        if who.age in ("middle", "elderly"):
            assert who.hair_coloring == "plain"
            assert who.pupil in ("round", "none")


def test_most_are_young_and_most_are_women_or_girls() -> None:
    ages = Counter(one.identity.age for one in _people())
    assert (ages["teen"] + ages["adult"]) / _ROLLS > 0.75
    assert all(ages[age] > _ROLLS / 80 for age in ("child", "middle", "elderly"))
    shown = Counter(one.identity.presentation for one in _people())
    assert 0.58 < shown["feminine"] / _ROLLS < 0.68
    assert shown["androgynous"] > _ROLLS / 50


@pytest.mark.parametrize(
    ("name", "most"),
    [("glasses", 0.16), ("headwear", 0.13), ("jewelry", 0.22), ("marking", 0.1), ("beard", 0.05)],
)
def test_accessories_are_exceptions(name: str, most: float) -> None:
    worn = sum(one.tags()[name] != "none" for one in _people()) / _ROLLS
    assert 0.01 < worn < most


def test_a_color_by_hand_leaves_the_other_colors() -> None:
    for seed in range(30):
        alone, told = traits(seed, {}).tags(), traits(seed, {"hair_color": "#00ff00"}).tags()
        changed = {name for name in alone if alone[name] != told[name]}
        assert changed == {"hair_color", "brow_color"}, "brows have the color of the hair"
