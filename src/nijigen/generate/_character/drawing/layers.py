"""Layers: the character as a layered document with complete parts, ready for rigging."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from nijigen.core.artwork import Artwork, Group, Layer
from nijigen.core.picture import Picture
from nijigen.generate._character.drawing.colors import parsed
from nijigen.generate._character.drawing.draw import samples_for
from nijigen.generate._character.drawing.paint import (
    Bytes,
    averaged,
    blush_color,
    blush_cover,
    flat_color,
    inked,
    soft_shade,
)
from nijigen.generate._character.drawing.raster import View, rasterized
from nijigen.generate._character.drawing.renderings import rendered
from nijigen.generate._character.drawing.scene import Cover, Fill, Item, Scene
from nijigen.generate._character.drawing.view import framed
from nijigen.generate._character.figure import figure
from nijigen.generate._character.traits.parameters import Rendering, Traits

FULL = np.uint8(255)


def artwork_of(person: Traits, width: int, height: int, rendering: Rendering) -> Artwork:
    """Return a character as groups of layers: flat colors, shadow, highlight and lines of each.

    Hidden areas are drawn: hair continues behind the face, the face under the hair. Line art is on
    white paper, and so is each of its groups.
    """
    scene = rendered(figure(person)[0], rendering, person.style.shading)
    view = framed(person, width, height)
    groups: list[Layer | Group] = []
    if rendering == "lines":
        groups.append(Layer("paper", Picture(np.full((height, width, 3), 255, np.uint8))))
    names: dict[str, int] = {}
    for name, ids in _runs(scene):
        names[name] = names.get(name, 0) + 1
        title = name if names[name] == 1 else f"{name} {names[name]}"
        layers = _layers(scene, view, ids, person.style.shading)
        if layers:
            groups.append(Group(title, layers))
    return Artwork((width, height), tuple(groups))


def _runs(scene: Scene) -> list[tuple[str, set[int]]]:
    """Return the parts in painting order, grouped by runs of one layer."""
    painted = list(dict.fromkeys(item.part for item in scene.items if not isinstance(item, Cover)))
    runs: list[tuple[str, set[int]]] = []
    for number in painted:
        layer = scene.parts[number - 1].layer
        if not runs or runs[-1][0] != layer:
            runs.append((layer, set()))
        runs[-1][1].add(number)
    return runs


def _alone(scene: Scene, ids: set[int]) -> Scene:
    """Return a scene of these parts, and of the areas that clip them, without lines."""
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
    box = _box(alone, view)
    if box is None:
        return ()
    # Only the box that may be painted: a bow needs no plane of the whole picture.
    samples = samples_for(view.width, view.height)
    planes = rasterized(alone, _cut(view, box), samples)
    own = np.zeros(256, np.uint8)
    own[list(ids)] = 1
    there = own.take(planes.part) * np.uint8(255)
    flat, shade, light = (flat_color(scene, planes, tone) for tone in range(3))
    dark = soft_shade(planes).astype(np.uint8) if shading == "soft" else planes.shade * FULL
    inks = flat.copy()
    inked(inks, planes)
    stripes = (planes.ink != 0).view(np.uint8) & ~planes.lines
    cheeks = blush_cover(alone, planes)
    layers = [
        _layer("flat", flat, there, samples),
        None if shading == "none" else _layer("shadow", shade, there & dark, samples),
        _layer("highlight", light, there & (planes.light * FULL), samples),
        None if cheeks is None else _blush(cheeks, blush_color(scene)),
        _layer("details", inks, stripes * FULL, samples),
        _layer("lines", inks, planes.lines * FULL, samples),
    ]
    placed = (replace(layer, left=box[0], top=box[1]) for layer in layers if layer is not None)
    return tuple(layer.trimmed() for layer in placed)


def _box(scene: Scene, view: View) -> tuple[int, int, int, int] | None:
    """Return left, top, right and bottom of the pixels that items may cover; None if none."""
    points = [view.pixels(item.points) for item in scene.items]
    if not points:
        return None
    # Lines and blurs extend up to 8 figure units.
    margin = 12 * view.scale + 2
    low = np.floor(np.min([p.min(axis=0) for p in points], axis=0) - margin).astype(int)
    high = np.ceil(np.max([p.max(axis=0) for p in points], axis=0) + margin).astype(int)
    left, top = (int(v) for v in low.clip(0))
    right, bottom = min(int(high[0]), view.width), min(int(high[1]), view.height)
    return (left, top, right, bottom) if left < right and top < bottom else None


def _cut(view: View, box: tuple[int, int, int, int]) -> View:
    left, top, right, bottom = box
    x, y = view.left + left / view.scale, view.top + top / view.scale
    return View(x, y, view.scale, right - left, bottom - top)


def _layer(name: str, image: Bytes, cover: Bytes, samples: int) -> Layer | None:
    """Return the mean color and cover of each pixel; ``cover`` is 0 to 255 for each sample."""
    if not cover.any():
        return None
    alpha = averaged(cover, samples)
    mask = (cover != 0).view(np.uint8)
    seen = averaged(mask * FULL, samples)
    total = averaged(image * mask[:, :, None], samples)[:, :, :3].astype(np.int32)
    share = np.maximum(seen, 1).astype(np.int32)[:, :, None]
    color = ((total * 255 + share // 2) // share).clip(0, 255).astype(np.uint8)
    return Layer(name, Picture(np.concatenate([color, alpha[:, :, None]], axis=2)))


def _blush(cover: Bytes, color: str) -> Layer:
    pixels = np.empty((*cover.shape, 4), np.uint8)
    pixels[:, :, :3] = parsed(color)
    pixels[:, :, 3] = cover
    return Layer("blush", Picture(pixels))
