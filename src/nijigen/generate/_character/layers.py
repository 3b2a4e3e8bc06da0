"""Layers: the character as a layered document, each part whole, so that it can be rigged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nijigen.core.artwork import Artwork, Group, Layer
from nijigen.core.picture import Picture
from nijigen.generate._character.draw import samples_for
from nijigen.generate._character.figure import figure
from nijigen.generate._character.paint import (
    BLUSH,
    Bytes,
    averaged,
    blush_cover,
    colors,
    flat_color,
    inked,
)
from nijigen.generate._character.parameters import traits
from nijigen.generate._character.raster import View, rasterized
from nijigen.generate._character.scene import Cover, Fill, Item, Scene
from nijigen.generate._character.view import framed


def character_artwork(
    seed: int = 7,
    *,
    width: int = 512,
    height: int = 512,
    given: Mapping[str, Any] | None = None,
    vary: Mapping[Any, int] | None = None,
) -> Artwork:
    """Return a character as groups of layers: flat colors, shadow, highlight and lines of each.

    What is hidden by other groups is there: hair goes on behind the face, the face under the hair.

    Args:
        seed: Rolls what is not given.
        width: Width in pixels.
        height: Height in pixels.
        given: Parameters by name.
        vary: Other seeds for some groups of parameters, as ``{"pose": 3}``.

    Raises:
        SettingsError: A parameter is unknown or contradicts another.
    """
    person = traits(seed, given or {}, vary)
    scene, _, _ = figure(person)
    view = framed(person.scene.framing, width, height)
    groups = []
    names: dict[str, int] = {}
    for name, ids in _runs(scene):
        names[name] = names.get(name, 0) + 1
        title = name if names[name] == 1 else f"{name} {names[name]}"
        layers = _layers(scene, view, ids, person.style.shading)
        if layers:
            groups.append(Group(title, layers))
    return Artwork((width, height), tuple(groups))


def _runs(scene: Scene) -> list[tuple[str, set[int]]]:
    """Return the parts in the order of painting, by runs of one layer."""
    painted = list(dict.fromkeys(item.part for item in scene.items if not isinstance(item, Cover)))
    runs: list[tuple[str, set[int]]] = []
    for number in painted:
        layer = scene.parts[number - 1].layer
        if not runs or runs[-1][0] != layer:
            runs.append((layer, set()))
        runs[-1][1].add(number)
    return runs


def _alone(scene: Scene, ids: set[int]) -> Scene:
    """Return a scene of these parts, and of the bare areas that they are clipped by."""
    bounds: set[int] = set()
    wanted = set(ids)
    while wanted:
        clips = {
            other
            for item in scene.items
            if isinstance(item, Fill) and item.part in wanted
            for other in item.within
        } | {
            other
            for item in scene.items
            if not isinstance(item, Fill | Cover) and item.part in wanted & ids
            for other in item.within
        }
        wanted = clips - ids - bounds
        bounds |= wanted
    items: list[Item] = []
    for item in scene.items:
        if isinstance(item, Cover):
            own = tuple(number for number in item.within if number in ids)
            if own:
                items.append(replace(item, within=own))
        elif item.part in ids or (isinstance(item, Fill) and item.part in bounds):
            items.append(item)
    return Scene(parts=scene.parts, items=items)


def _layers(scene: Scene, view: View, ids: set[int], shading: str) -> tuple[Layer, ...]:
    alone = _alone(scene, ids)
    samples = samples_for(view.width, view.height)
    planes = rasterized(alone, view, samples)
    own = np.zeros(256, np.uint8)
    own[list(ids)] = 1
    there = own.take(planes.part)
    table = colors(scene, "#000000")
    painted = flat_color(scene, planes, np.zeros_like(there), table)
    shade = flat_color(scene, planes, np.full_like(there, 1), table)
    light = flat_color(scene, planes, np.full_like(there, 2), table)
    inks = painted.copy()
    inked(inks, planes)
    cheeks = None if shading == "none" else blush_cover(alone, planes)
    layers = [
        _layer("flat", painted, there, samples),
        None if shading == "none" else _layer("shadow", shade, there & planes.shade, samples),
        _layer("highlight", light, there & planes.light, samples),
        None if cheeks is None else _blush(cheeks),
        _layer("lines", inks, (planes.ink != 0).view(np.uint8), samples),
    ]
    return tuple(layer.trimmed() for layer in layers if layer is not None)


def _layer(name: str, image: Bytes, mask: NDArray[np.uint8], samples: int) -> Layer | None:
    if not mask.any():
        return None
    alpha = averaged(mask * np.uint8(255), samples)
    total = averaged(image[:, :, :3] * mask[:, :, None], samples).astype(np.int32)
    share = np.maximum(alpha, 1).astype(np.int32)[:, :, None]
    color = ((total * 255 + share // 2) // share).clip(0, 255).astype(np.uint8)
    return Layer(name, Picture(np.concatenate([color, alpha[:, :, None]], axis=2)))


def _blush(cover: Bytes) -> Layer:
    pixels = np.empty((*cover.shape, 4), np.uint8)
    pixels[:, :, :3] = BLUSH
    pixels[:, :, 3] = cover
    return Layer("blush", Picture(pixels))
