"""The detector's examples: real scenes, collages, and pictures without faces."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

from nijigen_training.data import (
    backgrounds,
    characters,
    collage,
    drawings,
    faces96,
    pages,
    scenes,
    sprites,
)
from nijigen_training.data.degrade import degraded
from nijigen_training.data.labelled import EVERYWHERE, Boxes, Labelled, none, rows

MOST = 80
"""Limit on the boxes of a class in one example; the fullest sheets have 64."""
NATIVE = 480.0
"""Typical longer side of whole pictures; the runtime reduces pages to 384."""

TURNED = 0.2
"""Probability of choosing a scene with a face that is not frontal."""

SHARES = {
    "scene": 0.34,
    "drawing": 0.03,
    "mosaic": 0.12,
    "composed": 0.17,
    "blended": 0.11,
    "sheet": 0.03,
    "page": 0.07,
    "faceless": 0.28,
}
"""How often each kind of example comes."""


def example(rng: np.random.Generator, size: int) -> dict[str, Any]:
    """Return one example: ``picture``, and ``faces`` and ``heads`` of ``(MOST, 5)``."""
    kinds = list(SHARES)
    chances = np.array([SHARES[kind] for kind in kinds])
    kind = kinds[int(rng.choice(len(kinds), p=chances / chances.sum()))]
    made = MAKERS[kind](rng, size)
    pixels = degraded(made.pixels, rng, 0.9 if kind == "page" else 0.22)
    return {
        "picture": np.ascontiguousarray(pixels),
        "faces": _padded(made.faces),
        "heads": _padded(made.heads),
    }


def _padded(boxes: Boxes) -> Boxes:
    result = np.zeros((MOST, 5), np.float32)
    result[: len(boxes)] = boxes[:MOST]
    return result


def longer_side(rng: np.random.Generator) -> float:
    """Return a random longer side for a whole picture: often the runtime's, otherwise any."""
    if rng.random() < 0.45:
        return float(rng.uniform(0.85, 1.15) * NATIVE)
    return float(np.exp(rng.uniform(np.log(210), np.log(850))))


def _tilt(rng: np.random.Generator) -> float:
    """Return the largest angle: heads are tilted, and some people lie or hang upside down."""
    chance = rng.random()
    return 180.0 if chance < 0.05 else 30.0 if chance < 0.35 else 0.0


@lru_cache(maxsize=1)
def _with_faces() -> tuple[scenes.Scene, ...]:
    return tuple(scene for scene in scenes.scenes("train") if scene.faces)


@lru_cache(maxsize=1)
def _faceless() -> tuple[scenes.Scene, ...]:
    return tuple(scene for scene in scenes.scenes("train") if not scene.faces)


@lru_cache(maxsize=1)
def _not_from_front() -> tuple[scenes.Scene, ...]:
    return tuple(scene for scene in _with_faces() if set(scene.views) - {"front"})


def _scene(rng: np.random.Generator, width: int, height: int, longer: float) -> Labelled:
    # Faces from the side and of those who lie are few, and most of what is missed.
    every = _not_from_front() if rng.random() < TURNED else _with_faces()
    picture = scenes.scene_picture(every[rng.integers(len(every))])
    return collage.view(picture, rng, width, height, longer, _tilt(rng))


def scene(rng: np.random.Generator, size: int) -> Labelled:
    """Return a view of one real scene."""
    return _scene(rng, size, size, longer_side(rng))


def drawing(rng: np.random.Generator, size: int) -> Labelled:
    """Return a view of a drawing of one person, often as line art."""
    every = drawings.drawings()
    picture = drawings.drawing_picture(every[rng.integers(len(every))])
    return collage.view(picture, rng, size, size, longer_side(rng), _tilt(rng))


def mosaic(rng: np.random.Generator, size: int) -> Labelled:
    """Return four real scenes at a smaller size."""
    return collage.mosaic(
        rng, size, lambda width, height: _scene(rng, width, height, float(rng.uniform(140, 420)))
    )


def faceless(rng: np.random.Generator, size: int) -> Labelled:
    """Return a picture with no drawn face: scene, background, photograph, text, interface."""
    chance = rng.random()
    if chance < 0.20:
        every = _faceless()
        picture = scenes.scene_picture(every[rng.integers(len(every))])
        return collage.view(picture, rng, size, size, longer_side(rng), _tilt(rng))
    if chance < 0.28:
        return _background(rng, size)
    if chance < 0.86:
        return _photograph(rng, size)
    draw = (pages.text_page, pages.interface, pages.ground)[int(rng.choice(3, p=(0.4, 0.4, 0.2)))]
    return Labelled(draw(rng, size, size))


def _photograph(rng: np.random.Generator, size: int) -> Labelled:
    files = backgrounds.photo_files("train")
    # 400 of the photographs are small gray heads alone: they come in one time of four.
    gray = bool(rng.random() < 0.25)
    kinds = [path for path in files if (path.suffix == ".pgm") == gray] or list(files)
    picture = backgrounds.photo_picture(kinds[rng.integers(len(kinds))])
    longer = longer_side(rng) if not gray else float(rng.uniform(60, 350))
    return collage.view(picture, rng, size, size, longer, _tilt(rng))


def _background(rng: np.random.Generator, size: int) -> Labelled:
    files = backgrounds.background_files("train")
    picture = backgrounds.background_picture(files[rng.integers(len(files))])
    return collage.view(picture, rng, size, size, longer_side(rng))


def _ground(rng: np.random.Generator, size: int) -> Labelled:
    """Return a background for characters."""
    chance = rng.random()
    if chance < 0.5:
        return _background(rng, size)
    if chance < 0.7:
        every = _faceless()
        picture = scenes.scene_picture(every[rng.integers(len(every))])
        return collage.view(picture, rng, size, size, longer_side(rng))
    if chance < 0.76:
        return Labelled(pages.text_page(rng, size, size))
    return Labelled(pages.ground(rng, size, size))


def composed(rng: np.random.Generator, size: int) -> Labelled:
    """Return generated characters and sprites on a background: one large or several small ones."""
    canvas = _ground(rng, size)
    count = int(rng.choice((1, 2, 3, 5), p=(0.45, 0.25, 0.2, 0.1)))
    largest = size * (1.0 if count == 1 else 0.6 if count < 4 else 0.3)
    sides = np.sort(np.exp(rng.uniform(np.log(11), np.log(largest), count)))
    for side in sides:
        if rng.random() < 0.5:
            every = sprites.sprites("train")
            one = every[rng.integers(len(every))]
            pixels, unit = sprites.sprite_pixels(one)
            left, top, right, bottom = (value * unit for value in one.face)
            face = (left, top, right, bottom)
            head = sprites.head_box(pixels[:, :, 3], face)
        else:
            pool = characters.pool()
            drawn = pool[rng.integers(len(pool))]
            pixels, face, head = characters.drawn_pixels(drawn), drawn.face, drawn.head
        collage.cut_in(canvas, rng, pixels, face, head, float(side), _tilt(rng) or 8.0)
    return canvas


def blended(rng: np.random.Generator, size: int) -> Labelled:
    """Return small real faces blended into a background."""
    canvas = _ground(rng, size)
    files = faces96.face_files("train")
    count = int(rng.choice((1, 2, 4, 7), p=(0.35, 0.3, 0.2, 0.15)))
    largest = 210.0 if count == 1 else 130.0 if count < 4 else 70.0
    for side in np.sort(np.exp(rng.uniform(np.log(11), np.log(largest), count))):
        file = files[rng.integers(len(files))]
        collage.blend_face(canvas, rng, file, float(side), _tilt(rng))
    return canvas


def sheet(rng: np.random.Generator, size: int) -> Labelled:
    """Return a contact sheet of real faces."""
    return collage.sheet(rng, size, faces96.face_files("train"))


def page(rng: np.random.Generator, size: int) -> Labelled:
    """Return a page of manga whose panels show scenes, collages and backgrounds."""

    def panel(width: int, height: int) -> Labelled:
        chance = rng.random()
        if chance < 0.6:
            return _scene(rng, width, height, float(rng.uniform(1.0, 2.6)) * max(width, height))
        if chance < 0.85:
            made = (composed if rng.random() < 0.5 else blended)(rng, max(width, height, 64))
            return collage.view(made, rng, width, height, max(width, height), aim=0.9)
        if chance < 0.95:
            return Labelled(pages.ground(rng, width, height), none(), rows(EVERYWHERE))
        return Labelled(pages.text_page(rng, width, height))

    return collage.page(rng, size, panel)


MAKERS: dict[str, Callable[[np.random.Generator, int], Labelled]] = {
    "scene": scene,
    "drawing": drawing,
    "mosaic": mosaic,
    "composed": composed,
    "blended": blended,
    "sheet": sheet,
    "page": page,
    "faceless": faceless,
}
