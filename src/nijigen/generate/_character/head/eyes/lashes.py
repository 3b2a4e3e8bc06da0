"""Lashes and folds: the lines around the opening of an eye."""

from __future__ import annotations

import numpy as np

from nijigen.generate._character.drawing.colors import lit, mixed
from nijigen.generate._character.drawing.curves import Points, along, normals, ribbon, spline
from nijigen.generate._character.drawing.scene import Part, Scene
from nijigen.generate._character.head.eyes.lids import Eye
from nijigen.generate._character.styles.style import style_of
from nijigen.generate._character.traits.parameters import Traits


def draw_lashes(scene: Scene, eye: Eye, traits: Traits, face: int) -> None:
    """Draw the upper and the lower lash and the fold above the eye."""
    who, design = traits.identity, eye.design
    skin = scene.parts[face - 1]
    color = mixed(skin.ink, "#1a1016", 0.7)
    lash = scene.part(
        Part(f"lash.{eye.name}", "lash", "eyes", color, color, lit(color, 0.4), color)
    )
    soft = who.femininity if who.age != "child" else 0.5 + 0.5 * who.femininity
    size = (eye.head.eye_width / 42) ** 0.7
    heavy = design.lash * (4.0 + 1.9 * soft) * size * (0.75 + 0.25 * traits.style.line_weight)
    heavy *= style_of(traits).lash
    if who.age in ("middle", "elderly"):
        heavy *= 0.8
    if eye.look.lid == "squeezed" and not eye.is_open:
        _squeezed(scene, eye, lash, heavy)
        return
    _upper(scene, eye, lash, heavy, soft)
    tone = mixed(skin.ink, skin.shade, 0.3)
    if eye.is_open:
        # Below, ink only at the outer half, joined to the upper lash in the corner.
        first = 9 if soft > 0.4 else 6
        scene.stroke(lash, eye.lower[first:], 1.5 * (0.6 + 0.4 * design.lower_lash), start=0.7,
                     end=0.08, ink=mixed(color, tone, 0.45))  # fmt: skip
        if soft > 0.55 and design.lower_lash > 0.9 and who.age not in ("middle", "elderly"):
            _lower(scene, eye, lash, design.lower_lash, mixed(color, tone, 0.35))
    if design.fold and (eye.is_open or eye.look.lid == "calm"):
        lift = design.fold + heavy
        shallow = eye.lids[0][4:21] * (1, 0.94)
        scene.stroke(lash, eye.place(shallow, lift), 1.3, start=0.45, end=0.45, ink=tone)


def _upper(scene: Scene, eye: Eye, lash: int, heavy: float, soft: float) -> None:
    """Draw the upper lash: thin at the nose, heaviest at two thirds, a wing at the corner."""
    line, out = eye.upper, _outwards(eye)
    place = along(line)
    if eye.is_open:
        body = 0.04 + 0.96 * np.sin(np.pi / 2 * np.minimum(place / 0.68, 1)) ** 1.5
        body = body * np.where(place > 0.8, 1 - 2.0 * (place - 0.8), 1)
    else:
        body = 0.25 + 0.6 * np.sin(np.pi * (0.08 + 0.8 * place))
    across, up = eye.design.wing
    reach = (0.45 + 0.55 * soft) * (1 if eye.is_open else 0.8)
    # The far eye of a turned head is narrower, and so is its wing.
    reach *= min(1.0, float(np.hypot(*(line[-1] - line[0]))) / eye.width)
    if not eye.is_open:
        up = 2.0 if eye.look.lid == "calm" else -2.0
    corner, back = line[-1], line[-3]
    way = (corner - back) / max(float(np.hypot(*(corner - back))), 1e-6)
    tip = corner + np.array((eye.side * across, -up)) * reach
    bend = corner + way * 0.4 * float(np.hypot(*(tip - corner))) + 0.15 * (tip - corner)
    wing = spline((corner, bend, tip), per=4)[1:]
    inner = line + out * -0.5
    outer = line + out * (heavy * body)[:, None]
    # The outer edge meets the tip of the wing.
    shape = np.concatenate([inner, wing, (outer * 1.0)[::-1]])
    scene.fill(lash, shape)
    if not eye.is_open:
        return
    for at, length, lean in eye.design.spikes:
        if soft < 0.35:
            continue
        index = min(round(at * 24), 23)
        root = line[index] + out[index] * 0.3 * heavy
        tangent = (line[index + 1] - line[index - 1]) if index < 24 else way
        tangent = tangent / max(float(np.hypot(*tangent)), 1e-6)
        size = length * (0.5 + 0.5 * soft)
        ahead = out[index] + tangent * lean
        ahead = ahead / max(float(np.hypot(*ahead)), 1e-6)
        end = root + ahead * (size + 0.5 * heavy)
        middle = (root + end) / 2 + out[index] * -0.12 * size + tangent * 0.15 * size
        spine = spline((root - ahead * 1.5, middle, end), per=4)
        scene.fill(lash, ribbon(spine, np.linspace(0.62 * heavy, 0.3, len(spine))))


def _outwards(eye: Eye) -> Points:
    """Return unit vectors away from the eye along the upper lid."""
    out: Points = normals(eye.upper) * -eye.side
    return out


def _lower(scene: Scene, eye: Eye, lash: int, weight: float, ink: str) -> None:
    line = eye.lower
    for index in (15, 18, 20):
        root = line[index]
        end = root + np.array((eye.side * 1.6, 2.6)) * weight
        bend = (root + end) / 2 + (eye.side * 0.3, 0.2)
        scene.stroke(lash, spline((root, bend, end), per=3), 1.3, start=0.05, end=0.9, ink=ink)


def _squeezed(scene: Scene, eye: Eye, lash: int, heavy: float) -> None:
    """Draw a tightly shut eye as two strokes that meet at the nose."""
    for tip in (-0.28, 0.42):
        line = eye.place(spline(((0.86, tip), (0.5, 0.5 * tip + 0.04), (0.16, 0.08)), per=6))
        scene.fill(lash, ribbon(line, heavy * 0.62 * np.linspace(0.35, 1, len(line))))
