"""Signs of a mood: blush, tears, and the marks of comics beside the face."""

from __future__ import annotations

import numpy as np

from nijigen.generate._character.drawing.colors import luma, mixed, shaded
from nijigen.generate._character.drawing.curves import Points, ellipse, spline
from nijigen.generate._character.drawing.scene import Part, Scene
from nijigen.generate._character.head.eyes.lids import Eye
from nijigen.generate._character.head.head import Head
from nijigen.generate._character.traits.expressions import Look
from nijigen.generate._character.traits.parameters import Traits

_WATER, _WATER_INK = "#cdebfb", "#6aa6cf"


def draw_blush(scene: Scene, head: Head, traits: Traits, look: Look, face: int) -> None:
    """Draw blush on the cheeks; of someone embarrassed, over the nose too."""
    much = traits.expression.blush
    if much < 0.08:
        return
    y = head.eye_y + (head.chin - head.eye_y) * 0.36
    skin = scene.parts[face - 1]
    tint = mixed(skin.color, "#e0544f" if luma(skin.color) > 0.4 else "#a03028", 0.6)
    for side in (-1, 1):
        x = side * min(head.eye_x + 9, head.width(y) - 17)
        scene.blush(head.face(ellipse(x, y, 10 + 5 * much, 5 + 2.5 * much)), face)
        if much > 0.5:
            steps = (-8, -2.7, 2.7, 8) if much > 0.85 else (-5.4, 0, 5.4)
            for step in steps:
                mark = head.face(((x + step + 1.8, y - 3.2), (x + step, y),
                                  (x + step - 1.8, y + 3.2)))  # fmt: skip
                scene.stroke(face, mark, 1.3, start=0.4, end=0.4, paint=tint, within=(face,))
    if look.blush > 1 and much > 0.6:
        y -= 3
        scene.blush(head.face(ellipse(0, y, head.eye_x + 8, 6.5)), face)
        for step in (-9.0, -3.0, 3.0, 9.0):
            mark = head.face(((step + 1.4, y - 2.6), (step, y), (step - 1.4, y + 2.6)), 4.0)
            scene.stroke(face, mark, 1.2, start=0.4, end=0.4, paint=tint, within=(face,))


def draw_tears(scene: Scene, eye: Eye, traits: Traits, face: int) -> None:
    """Draw tears: wet lower lids, drops at the corner, or streams over the cheek."""
    much = traits.expression.tears
    if much < 0.1:
        return
    tear = scene.part(
        Part(f"tear.{eye.name}", "tear", "eyes", _WATER, shaded(_WATER, 0.5), "#ffffff", _WATER_INK)
    )
    lower = eye.lower
    if much < 0.75:
        # Water stands in the outer corner.
        start, size = lower[19], 3.0 + 4.0 * much
        bead = spline((start + (-eye.side * size, -0.6), start + (0, 0.85 * size),
                       start + (eye.side * size * 0.9, -0.6), start + (0, -0.5 * size)),
                      closed=True)  # fmt: skip
        _water(scene, tear, bead, (face, tear))
    if 0.45 < much < 0.75:
        start = lower[20] + (eye.side * 2.0, 5.0)
        _water(scene, tear, _drop(start, 13.0, 4.2), (face, tear))
    if much >= 0.75:
        chin = eye.head.at(0, eye.head.chin)[1]
        for index, wide in ((7, 2.6), (17, 4.2)):
            start = lower[index]
            long = max(8.0, min(20 + 34 * much, chin - float(start[1]) - 20))
            drop = spline((start + (-wide * 0.7, 0), start + (wide * 0.7, 0),
                           start + (wide * 0.75, long * 0.5), start + (wide, long),
                           start + (0, long + wide), start + (-wide, long),
                           start + (-wide * 0.75, long * 0.5)), closed=True)  # fmt: skip
            _water(scene, tear, drop, (face, tear))
            scene.light(ellipse(start[0] + 0.4, start[1] + long * 0.85, 1.0, 4), tear)


def _water(scene: Scene, part: int, shape: Points, within: tuple[int, ...]) -> None:
    scene.fill(part, shape, within=within)
    scene.stroke(part, np.concatenate([shape, shape[:1]]), 1.1, start=0.02, end=0.02, within=within)


def _drop(top: Points, length: float, half: float, lean: float = 0.0) -> Points:
    """Return the outline of a drop that hangs from a point."""
    knots = ((0, 0), (0.6 * half, 0.45 * length), (half, 0.76 * length), (0, length),
             (-half, 0.76 * length), (-0.6 * half, 0.45 * length))  # fmt: skip
    flat = spline(knots, closed=True)
    return flat + np.stack([lean * flat[:, 1], np.zeros(len(flat))], axis=1) + top


def draw_gloom(scene: Scene, head: Head, look: Look, face: int) -> None:
    """Draw the shadow and the lines on the upper half of a gloomy face."""
    if "gloom" not in look.signs:
        return
    skin = scene.parts[face - 1]
    edge = head.eye_y - 0.66 * head.eye_height
    bottom = head.at(0, edge)[1]
    dark = mixed(skin.shade, "#565a86", 0.55)
    part = scene.part(Part("gloom", "face", "head", dark, shaded(dark, 0.5), skin.light, skin.ink,
                           end=skin.color, top=bottom - 62, bottom=bottom))  # fmt: skip
    t = np.linspace(-1, 1, 15)
    low = head.face(np.stack([t * 90, np.full(15, edge)], axis=1))
    high = head.face(np.stack([t[::-1] * 90, np.full(15, -120.0)], axis=1))
    scene.fill(part, np.concatenate([low, high]), within=(face,))
    tone = mixed(skin.ink, "#3a3f6e", 0.5)
    for number, x in enumerate((22, 29, 36, 43, 50, 57)):
        end = edge + (2, 9, 14, 12, 6, 0)[number]
        line = head.face(np.stack([np.full(6, -float(x)), np.linspace(edge - 40, end, 6)], axis=1))
        scene.stroke(face, line, 1.3, start=0.1, end=0.7, ink=tone, within=(face, part))


def draw_signs(scene: Scene, head: Head, look: Look, base: str) -> None:
    """Draw the marks of comics over everything else: sweat, an angry vein, hearts."""
    for sign in look.signs:
        if sign == "sweat":
            at = head.face(((head.width(head.eye_y) - 8, head.eye_y - 34),))[0]
            _splash(scene, _drop(at, 21.0, 6.2, 0.12))
        elif sign == "drops":
            for x, y, length, lean in (
                (58, -78, 15, 0.5),
                (74, -64, 13, 0.9),
                (-62, -76, 14, -0.6),
            ):
                at = head.face(((float(x), float(y)),), 26.0)[0]
                _splash(scene, _drop(at, float(length), 4.0, -lean))
        elif sign == "vein":
            _vein(scene, head)
        elif sign == "hearts":
            for number, (x, y, size) in enumerate(((84, -58, 15), (102, -84, 10), (-92, -66, 12))):
                _heart(scene, number, x, y, size)
        elif sign == "cheeks":
            _cheeks(scene, head)
        elif sign == "zs":
            _zs(scene, base)


def _splash(scene: Scene, shape: Points) -> None:
    number = len(scene.parts)
    part = scene.part(Part(f"sweat.{number}", "tear", "signs", _WATER, shaded(_WATER, 0.6),
                           "#ffffff", mixed(_WATER_INK, "#24405c", 0.35)))  # fmt: skip
    scene.outlined(part, shape, 1.5)
    middle = shape.mean(axis=0)
    scene.light((shape - middle) * (0.3, 0.34) + middle + (-1.4, 1.2), part)


def _vein(scene: Scene, head: Head) -> None:
    red = "#d8323c"
    part = scene.part(Part("vein", "accessory", "signs", red, shaded(red), red, red))
    at = head.face(((46.0, -44.0),), 26.0)[0]
    for turn in range(4):
        angle = turn * np.pi / 2 + 0.35
        c, s = np.cos(angle), np.sin(angle)
        arm = spline(((3.0, 12.0), (3.4, 4.6), (4.6, 3.4), (12.0, 3.0)))
        line = np.stack([arm[:, 0] * c - arm[:, 1] * s, arm[:, 0] * s + arm[:, 1] * c], axis=1) + at
        scene.stroke(part, line, 3.4, start=0.15, end=0.15)


def _heart(scene: Scene, number: int, x: float, y: float, size: float) -> None:
    pink = "#f2668b"
    part = scene.part(
        Part(f"heart.{number}", "accessory", "signs", pink, shaded(pink), "#ffd0dc", "#a8304f")
    )
    shape = spline(((0, -0.3), (0.45, -0.8), (0.95, -0.4), (0.6, 0.3), (0.03, 0.95), (-0.03, 0.95),
                    (-0.6, 0.3), (-0.95, -0.4), (-0.45, -0.8)), closed=True)  # fmt: skip
    outline = shape * size + (x, y)
    scene.outlined(part, outline, 1.6)
    scene.light(ellipse(x - 0.45 * size, y - 0.35 * size, 0.18 * size, 0.22 * size), part)


def _cheeks(scene: Scene, head: Head) -> None:
    """Draw the arcs of puffed cheeks."""
    face = scene.ids("face")
    for side in (-1, 1):
        arc = ((side * 25.0, head.mouth_y - 8), (side * 20.5, head.mouth_y - 2),
               (side * 21.0, head.mouth_y + 4), (side * 25.5, head.mouth_y + 8))  # fmt: skip
        scene.stroke(face[0], head.face(spline(arc)), 1.5, start=0.35, end=0.35,
                     within=face)  # fmt: skip


def _zs(scene: Scene, base: str) -> None:
    """Draw the letters of sleep beside the head."""
    ink = mixed(base, "#5a6aa8", 0.6)
    part = scene.part(Part("zs", "accessory", "signs", ink, ink, ink, ink))
    for x, y, size in ((84.0, -60.0, 13.0), (100.0, -84.0, 9.0)):
        letter = np.array(((0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0))) * size + (x, y)
        for first, last in ((0, 1), (1, 2), (2, 3)):
            bar = np.linspace(letter[first], letter[last], 5)
            scene.stroke(part, bar, 2.6, start=0.02, end=0.02)
