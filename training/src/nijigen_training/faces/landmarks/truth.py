"""Ground truth for evaluating landmarks: centres of eyes and mouth on held-out sprites."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from itertools import product
from pathlib import Path

import numpy as np

from nijigen_training.data.sprites import sprite_pixels, sprites
from nijigen_training.faces.landmarks import layered
from nijigen_training.faces.landmarks.lesson import Floats, Lesson
from nijigen_training.faces.landmarks.points import centers

CHECKED = Path(__file__).with_name("held_out.toml")
COMBINATIONS = 48
"""Combinations of layers evaluated per layered character."""
_WHITE = np.full(3, 255)


@lru_cache(maxsize=1)
def held_out() -> tuple[Lesson, ...]:
    """Return held-out sprites on white, with the centres of both eyes and the mouth.

    Centres of ``ks`` were marked by eye (``held_out.toml``); those of ``nova`` come from the alpha
    of the layers.
    """
    return (*_checked(), *_layered())


def _checked() -> list[Lesson]:
    marked = tomllib.loads(CHECKED.read_text(encoding="utf-8"))
    lessons = []
    for sprite in sprites("held_out"):
        name = sprite.layers[0].as_posix().partition("/ks/")[2]
        if name not in marked:
            continue
        pixels, scale = sprite_pixels(sprite)
        alpha = pixels[:, :, 3:].astype(np.uint16)
        laid = (pixels[:, :, :3] * alpha + 255 * (255 - alpha) + 127) // 255
        left, top, right, bottom = (v * scale for v in sprite.face)
        lesson = Lesson(laid.astype(np.uint8), (left, top, right, bottom))
        lesson.centers[:3] = np.array(marked[name], np.float32).reshape(3, 2) * scale
        lesson.center_weights[:3] = 1
        lessons.append(lesson)
    return lessons


def _layered() -> list[Lesson]:
    lessons = []
    for one in layered.characters("held_out"):
        mouths, eyes, brows = (sorted(one.layers[kind]) for kind in layered.KINDS)
        looks = list(product(mouths, eyes, brows))
        order = np.random.default_rng(0).permutation(len(looks))[:COMBINATIONS]
        lessons += [layered.combined(one, looks[number], _WHITE) for number in order]
    return lessons


def errors(points: Floats, lessons: tuple[Lesson, ...]) -> Floats:
    """Return the errors of predicted centres relative to the eye distance: ``(n, 3)``.

    Args:
        points: ``(n, 64, 2)`` in pixels of the lessons' pictures.
        lessons: The ``n`` faces.
    """
    true = np.stack([lesson.centers[:3] for lesson in lessons])
    apart = np.linalg.norm(true[:, 1] - true[:, 0], axis=1)
    found = centers(points)[:, :3]
    return np.asarray(np.linalg.norm(found - true, axis=2) / apart[:, None], np.float32)
