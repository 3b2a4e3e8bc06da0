"""Clothes: the outfit of a character."""

from __future__ import annotations

from collections.abc import Callable

from nijigen.generate._character.drawing.scene import Scene
from nijigen.generate._character.outfit.body import Body
from nijigen.generate._character.outfit.costumes import COSTUMES
from nijigen.generate._character.outfit.everyday import EVERYDAY
from nijigen.generate._character.outfit.uniforms import UNIFORMS
from nijigen.generate._character.outfit.wear import Wear
from nijigen.generate._character.traits.parameters import Traits

OUTFITS: dict[str, Callable[[Wear], None]] = {**EVERYDAY, **UNIFORMS, **COSTUMES}


def draw_outfit(scene: Scene, body: Body, traits: Traits, neck: int, base: str, back: int) -> None:
    """Draw the clothes of a character; ``back`` is the index of the first item of the neck."""
    OUTFITS[traits.identity.outfit](Wear(scene, body, traits, neck, base, back))
