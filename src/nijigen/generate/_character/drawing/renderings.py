"""Renderings that vectors and layers support: the items of a scene that each shows."""

from __future__ import annotations

from dataclasses import replace

from nijigen.generate._character.drawing.paint import DRAWN
from nijigen.generate._character.drawing.scene import Cover, Fill, Item, Part, Scene, Stroke
from nijigen.generate._character.traits.parameters import Rendering

VECTORS: tuple[Rendering, ...] = ("color", "lines", "flat")
PAPER, INK = "#ffffff", "#000000"


def rendered(scene: Scene, rendering: Rendering, shading: str) -> Scene:
    """Return the scene with the items and colors of a rendering.

    Line art keeps areas as white paper, which hides the lines behind them.
    """
    if rendering == "flat":
        return replace(scene, items=[item for item in scene.items if isinstance(item, Fill)])
    if rendering == "lines":
        parts = [_on_paper(part) for part in scene.parts]
        return replace(scene, parts=parts, items=[i for i in map(_black, scene.items) if i])
    if shading == "none":
        items = [i for i in scene.items if not isinstance(i, Cover) or i.tone != "shade"]
        return replace(scene, items=items)
    return scene


def _on_paper(part: Part) -> Part:
    color = INK if part.region in DRAWN else PAPER
    return replace(part, color=color, shade=color, light=color, ink=INK, end="")


def _black(item: Item) -> Item | None:
    if isinstance(item, Cover) or (isinstance(item, Stroke) and item.paint):
        return None
    return replace(item, ink="") if isinstance(item, Stroke) else item
